"""Open positions, and below them the working orders where there is room."""

from collections.abc import Callable
from dataclasses import dataclass

from curb.domain.snapshot import OrderView, PositionView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, cut, left, right
from curb.tui.view import View

_STOP_ROLES = {"ok": "text", "none": "warn", "part": "warn", "passed": "warn"}
_NOTE_CELLS = 18
_FIRE_CELLS = 14  # "↓21315.25 003", a price below the mark or above it


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    cells: int
    is_number: bool
    keep: int  # the lower, the longer it stays when the screen is narrow
    cell: Callable[[PositionView, View], Span]


def title(view: View) -> str:
    """Return the pane's title with its counts."""
    account = view.account
    if account is None:
        return "1 Positions ?"
    contracts = sum(abs(position.size) for position in account.positions)
    word = "contract" if contracts == 1 else "contracts"
    count = len(account.orders)
    orders = f" · {count} order{'s' if count > 1 else ''}" if count else ""
    held = f" · {contracts} {word}" if contracts else ""
    return f"1 Positions {len(account.positions)}{held}{orders}"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return the table, scrolled so that the selected position shows."""
    account = view.account
    if account is None:
        return [(Span(" waiting for the engine", "title"),)]
    if not account.positions:
        return [(Span(" flat", "text"),), *_orders(account.orders, height - 1)]
    columns, notes_fit = _columns(width)
    blocks = [_block(p, view, columns, notes_fit, width) for p in account.positions]
    selected = view.selected
    index = account.positions.index(selected) if selected is not None else 0
    rows = _window(blocks, index, height - 1, view.keys.filled("{down} {up}"))
    return [_heads(columns, notes_fit), *rows, *_orders(account.orders, height - 1 - len(rows))]


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


def _columns(width: int) -> tuple[list[_Column], bool]:
    columns = list(_COLUMNS)
    while sum(c.cells + 1 for c in columns) + 1 > width and len(columns) > 1:
        columns.remove(max(columns, key=lambda c: c.keep))
    return columns, width - sum(c.cells + 1 for c in columns) - 1 >= _NOTE_CELLS


def _heads(columns: list[_Column], notes_fit: bool) -> Line:
    words = [right(c.title, c.cells) if c.is_number else left(c.title, c.cells) for c in columns]
    return (Span(" " + " ".join(words) + ("  Rules" if notes_fit else ""), "title"),)


def _block(
    position: PositionView, view: View, columns: list[_Column], notes_fit: bool, width: int
) -> list[Line]:
    is_selected = position == view.selected
    spans = [Span(">" if is_selected else " ", "focus")]
    for column in columns:
        text, role = column.cell(position, view)
        words = right(text, column.cells) if column.is_number else left(text, column.cells)
        spans.append(Span(words + " ", role))
    if not position.note:
        return [tuple(spans)]
    note = clean(position.note, width)
    if notes_fit:
        return [(*spans, Span(f" {note}", "warn"))]
    return [tuple(spans), (Span(cut(f"   └ {note}", width), "warn"),)]


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
    return Span(clean(position.name, 7))


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


def _fires(position: PositionView, view: View) -> Span:
    if not position.fires:
        return Span(figures.UNKNOWN if position.unrealized is None else "-")
    words = {False: "", True: ""}
    for fire in position.fires:
        price = figures.price(fire.price, fire.decimals)
        words[fire.is_above] = f"{'↑' if fire.is_above else '↓'}{price} {clean(fire.rule, 8)[-3:]}"
    role = "stale" if _is_stale(position, view) else "text"
    return Span(f"{left(words[False], _FIRE_CELLS)} {words[True]}", role)


def _age(position: PositionView, view: View) -> Span:
    return Span(figures.age(figures.since(position.opened_at, view.now)))


_COLUMNS = (
    _Column("Sym", 7, is_number=False, keep=0, cell=_name),
    _Column("Side", 5, is_number=False, keep=1, cell=_side),
    _Column("Qty/Max", 7, is_number=True, keep=2, cell=_size),
    _Column("Avg", 9, is_number=True, keep=7, cell=_average),
    _Column("Last ", 10, is_number=True, keep=4, cell=_mark),
    _Column("Ticks", 6, is_number=True, keep=6, cell=_ticks),
    _Column("uP&L", 10, is_number=True, keep=3, cell=_unrealized),
    _Column("Stop", 9, is_number=True, keep=5, cell=_stop),
    _Column("Age", 5, is_number=True, keep=8, cell=_age),
    _Column("Fires at", 2 * _FIRE_CELLS + 1, is_number=False, keep=9, cell=_fires),
)
