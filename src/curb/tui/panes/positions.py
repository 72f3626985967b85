"""Open positions, and below them the working orders where there is room."""

from curb.domain.money import ZERO
from curb.domain.snapshot import OrderView, PositionView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, cut, left
from curb.tui.panes.table import Column, chosen, heads, row
from curb.tui.view import View

_STOP_ROLES = {"ok": "text", "none": "warn", "part": "warn", "passed": "warn"}
_BARE = ("none", "part", "passed")


def title(view: View) -> str:
    """Return the pane's title with its counts."""
    account = view.account
    if account is None:
        return "1 Positions ?"
    if not account.positions and not account.is_known:
        return "1 Positions ?"
    contracts = sum(abs(position.size) for position in account.positions)
    word = "contract" if contracts == 1 else "contracts"
    count = len(account.orders)
    orders = f" · {count} order{'s' if count > 1 else ''}" if count else ""
    held = f" · {contracts} {word}" if contracts else ""
    by = f" · by {view.ui.sort}" if view.ui.sort and len(account.positions) > 1 else ""
    return f"1 Positions {len(account.positions)}{held}{orders}{by}"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return the table, scrolled so that the selected position shows."""
    account = view.account
    if account is None:
        return [(Span(" waiting for the engine", "title"),)]
    if not account.positions and not account.is_known:
        return [(Span(" not known yet: nobody has told what is open", "breach"),)]
    if not account.positions:
        return [(Span(" flat", "text"),), *_orders(account.orders, height - 1)]
    columns = chosen(_COLUMNS, width)
    positions = view.positions
    blocks = [_block(position, view, columns, width) for position in positions]
    selected = view.selected
    index = positions.index(selected) if selected is not None else 0
    rows = _window(blocks, index, height - 1, view.keys.filled("{down} {up}"))
    top = heads(columns, view.ui.sort)
    return [top, *rows, *_orders(account.orders, height - 1 - len(rows))]


def _window(blocks: list[list[Line]], index: int, height: int, keys: str) -> list[Line]:
    if sum(len(block) for block in blocks) <= height:
        return [line for block in blocks for line in block]
    room = max(height - 1, 1)
    first = 0
    while sum(len(block) for block in blocks[first : index + 1]) > room and first < index:
        first += 1
    shown: list[Line] = []
    count = 0
    for block in blocks[first:]:
        # A position whose note has no room is shown without it, not left out.
        part = block[: room - len(shown)]
        shown += part
        count += bool(part)
    hidden = len(blocks) - count
    more = f"   {hidden} more · {keys}" if hidden else ""
    return [*shown, (Span(more, "warn"),)][:height]


def _block(
    position: PositionView, view: View, columns: tuple[Column[PositionView], ...], width: int
) -> list[Line]:
    line = row(columns, position, view, is_selected=position == view.selected)
    if not position.note or columns[-1].cell is _says:
        return [line]
    return [line, (Span(cut(f"   └ {clean(position.note, width)}", width), "warn"),)]


def _orders(orders: tuple[OrderView, ...], height: int) -> list[Line]:
    room = height - 1
    if not orders or room < min(len(orders), 2):
        return []
    shown = orders if len(orders) <= room else orders[: room - 1]
    rows: list[Line] = [(Span(f" Working orders {len(orders)}", "title"),)]
    rows += [(Span(f"  {left(clean(o.name, 8), 8)} {clean(o.words, 48)}", "text"),) for o in shown]
    if len(shown) < len(orders):
        rows.append((Span(f"  +{len(orders) - len(shown)} more", "title"),))
    return rows


def _name(position: PositionView, _: View) -> Span:
    return Span(clean(position.name, 6))


def _side(position: PositionView, _: View) -> Span:
    return Span("LONG" if position.size > 0 else "SHORT" if position.size < 0 else figures.UNKNOWN)


def _size(position: PositionView, _: View) -> Span:
    limit = position.limit
    size = abs(position.size)
    over = limit is not None and size > limit
    return Span(f"{size}/{limit if limit is not None else '-'}", "breach" if over else "text")


def _average(position: PositionView, _: View) -> Span:
    return Span(figures.price(position.average, position.decimals))


def _mark(position: PositionView, view: View) -> Span:
    words = figures.price(position.mark, position.decimals)
    stale = _is_stale(position, view) and position.mark is not None
    return Span(words + ("~" if stale else " "), "stale" if stale else "text")


def _ticks(position: PositionView, view: View) -> Span:
    return Span(figures.ticks(position.ticks), "stale" if _is_stale(position, view) else "text")


def _unrealized(position: PositionView, view: View) -> Span:
    role = "stale" if _is_stale(position, view) else figures.gain_role(position.unrealized)
    return Span(figures.gain(position.unrealized), role)


def _is_stale(position: PositionView, view: View) -> bool:
    # An engine that says nothing vouches for no price.
    return position.is_stale or view.is_silent


def _stop(position: PositionView, _: View) -> Span:
    word = clean(position.stop_word, 7)
    role = _STOP_ROLES.get(word, "warn")
    if position.stop is None:
        # A trailing stop may protect without a price that is known.
        words = {"ok": "ok", "none": "NONE !", "?": "?"}.get(word, f"{word} !")
        return Span(words, role)
    mark = "" if word == "ok" else "!"
    return Span(figures.price(position.stop, position.decimals) + mark, role)


def _to_stop(position: PositionView, view: View) -> Span:
    if position.stop_word in _BARE:
        return Span("no end !", "warn")
    if position.stop_ticks is None and position.at_risk is None:
        return Span(figures.UNKNOWN)
    way = figures.UNKNOWN if position.stop_ticks is None else f"{position.stop_ticks:.0f}t"
    role = "stale" if _is_stale(position, view) else "text"
    return Span(f"{way} {figures.money(position.at_risk)}", role)


def _target(position: PositionView, _: View) -> Span:
    words = "-" if position.target is None else figures.price(position.target, position.decimals)
    return Span(words)


def _fires(position: PositionView, view: View) -> Span:
    return _fire(position, view, 0)


def _then(position: PositionView, view: View) -> Span:
    return _fire(position, view, 1)


def _fire(position: PositionView, view: View, place: int) -> Span:
    """Return where a rule fires first (0), or first on the mark's other side (1)."""
    if not position.fires:
        return Span(figures.UNKNOWN if position.unrealized is None else "-")

    mark = position.mark
    ranked = sorted(position.fires, key=lambda f: ZERO if mark is None else abs(f.price - mark))
    if place >= len(ranked):
        return Span("-")
    fire = ranked[place]
    arrow = "↑" if fire.is_above else "↓"
    words = f"{figures.price(fire.price, fire.decimals)} {clean(fire.rule, 8)[-3:]}{arrow}"
    return Span(words, "stale" if _is_stale(position, view) else "text")


def _says(position: PositionView, _: View) -> Span:
    said = position.says or ((position.note,) if position.note else ())
    words = " · ".join(clean(each, 40) for each in said)
    is_urgent = bool(position.note) or "closing" in position.says
    return Span(words or "-", "warn" if is_urgent else "text")


def _age(position: PositionView, view: View) -> Span:
    return Span(figures.age(figures.since(position.opened_at, view.now)))


_COLUMNS = (
    Column("Sym", 6, is_number=False, keep=0, cell=_name),
    Column("Side", 5, is_number=False, keep=1, cell=_side),
    Column("Qty/Max", 7, is_number=True, keep=2, cell=_size),
    Column("Avg", 9, is_number=True, keep=8, cell=_average),
    Column("Last ", 10, is_number=True, keep=4, cell=_mark),
    Column("Ticks", 6, is_number=True, keep=7, cell=_ticks),
    Column("uP&L", 10, is_number=True, keep=3, cell=_unrealized),
    Column("Stop", 9, is_number=True, keep=5, cell=_stop),
    Column("To stop", 12, is_number=True, keep=12, cell=_to_stop),
    Column("Target", 9, is_number=True, keep=10, cell=_target),
    Column("Fires at", 14, is_number=True, keep=6, cell=_fires),
    Column("then at", 14, is_number=True, keep=13, cell=_then),
    Column("Age", 5, is_number=True, keep=11, cell=_age),
    Column("Rules", 14, is_number=False, keep=9, cell=_says, most=200),
)
