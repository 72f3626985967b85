"""The screen in one column of sentences, for who has it read aloud.

No box, bar, chart or column: a title is a line of words, each fact a sentence of its own.
"""

from collections.abc import Iterable
from itertools import islice

from curb.domain.snapshot import AccountView, PositionView, RuleView, WindowView
from curb.tui import figures, sentences
from curb.tui.arrange import PANES, Place
from curb.tui.line import Line, Span, clean, fit, wrap
from curb.tui.panes import banner, foot, health
from curb.tui.ui import PANE_COUNT, Card
from curb.tui.view import View

_NAMES = ("positions", "daily P&L", "trade frequency", "timers", "audit", "rules", "health")
_LATEST = 5
_CELLS = 200

_Said = tuple[str, str]  # words, role


def rows(view: View, width: int, height: int) -> list[Line]:
    """Return the whole screen: where things stand, the chosen pane, what came last, the foot."""
    feet = foot.lines(view, width)
    room = max(height - len(feet), 0)
    said = _sheet(view.ui.card) if view.ui.card is not None else _body(view, room)
    body = [line for words, role in said for line in _wrapped(words, role, width)][:room]
    blank: Line = fit((), width)
    return [*body, *[blank] * (room - len(body)), *feet][:height]


def place(width: int, height: int) -> Place:
    """Return the one place that a plain screen has."""
    return Place("emergency", 0, 0, width, height)


def _body(view: View, room: int) -> Iterable[_Said]:
    yield from ((span.text, span.role) for span in banner.sentences(view))
    account = view.account
    if account is None or view.snapshot is None:
        yield ("Waiting for the engine.", "warn")
        return
    yield (_standing(view, account), "text")
    yield (sentences.day(account), "text")
    name = _NAMES[view.ui.pane % PANE_COUNT]
    yield (f"Pane {view.ui.pane + 1}, {name}:", "focus")
    latest = view.ui.pane != PANES.index("audit")
    yield from islice(_pane(view, account), max(room - 4 - (_LATEST + 1) * latest, 1))
    if latest:
        yield ("Latest, the newest first:", "title")
        yield from (
            (sentences.told(row, is_several=view.has_several), "text")
            for row in view.log.rows[:_LATEST]
        )


def _standing(view: View, account: AccountView) -> str:
    snapshot = view.snapshot
    if snapshot is None:
        return ""
    kind = "PAPER" if snapshot.is_paper else "LIVE"
    armed = f"armed {account.armed} of {snapshot.rules} rules"
    word = "not known, the engine is silent" if view.is_silent else clean(account.state, 10)
    links = (snapshot.rest, snapshot.market_hub, snapshot.user_hub)
    ways = ", ".join(f"{clean(link.name, 8)} {clean(link.word, 8)}" for link in links)
    whose = clean(figures.masked(account.name), 5).removeprefix("…")
    at = figures.clock(view.now, view.zone)
    return f"{kind}, {armed}, account ending {whose}: {word}. {ways}. {at}."


def _pane(view: View, account: AccountView) -> Iterable[_Said]:
    match PANES[view.ui.pane]:
        case "positions":
            yield from _positions(view, account)
        case "pnl":
            yield from _pnl(account)
        case "frequency":
            yield from ((_window(window, view), "text") for window in account.windows)
        case "timers" if view.snapshot is not None:
            snapshot = view.snapshot
            yield from ((sentences.timer(timer, snapshot), "text") for timer in account.timers)
        case "audit":
            yield from _audit(view)
        case "rules":
            yield from ((_rule(rule, view), "text") for rule in view.rules)
        case _:
            lines = health.lines(view, _CELLS, _CELLS)
            yield from (("".join(span.text for span in line).strip(), "text") for line in lines)


def _positions(view: View, account: AccountView) -> Iterable[_Said]:
    if not account.positions and not account.is_known:
        yield ("Not known yet: nobody has told what is open.", "breach")
    elif not account.positions:
        yield ("Flat.", "text")
    for position in view.positions:
        yield (_position(position, view), "warn" if position.note else "text")
    orders = (f"Working: {clean(o.name, 8)} {clean(o.words, 48)}." for o in account.orders)
    yield from ((words, "text") for words in orders)


def _position(position: PositionView, view: View) -> str:
    chosen = "Selected: " if position == view.selected else ""
    last = figures.price(position.mark, position.decimals)
    stale = ", stale" if position.is_stale or view.is_silent else ""
    fires = "".join(
        f", {clean(fire.rule, 8)} at {figures.price(fire.price, fire.decimals)}"
        for fire in position.fires
    )
    note = f", {clean(position.note, 40)}" if position.note else ""
    return f"{chosen}{sentences.held(position)}, last {last}{stale}{fires}{note}."


def _pnl(account: AccountView) -> Iterable[_Said]:
    pnl = account.pnl
    partial = ", part of it unknown" if pnl.is_open_partial else ""
    yield (f"Realized {figures.money(pnl.realized)}.", "text")
    yield (f"Open {figures.money(pnl.open)}{partial}.", "text")
    yield (f"Fees {figures.money(pnl.fees).lstrip('+')}.", "text")
    yield (f"Peak {figures.money(pnl.peak)}, low {figures.money(pnl.low)}.", "text")
    for limit in pnl.limits:
        used = figures.percent(limit.used)
        words = f"{clean(limit.label, 24)}: {used} of {figures.money(limit.limit)} used."
        yield (words, figures.used_role(limit.used))


def _window(window: WindowView, view: View) -> str:
    limit = "no limit" if window.limit is None else f"of {window.limit}"
    left_s = figures.since(view.now, window.frees_at)
    frees = f", a slot frees in {figures.countdown(left_s)}" if left_s is not None else ""
    return f"{clean(window.label, 8)}: {window.count} {limit}{frees}."


def _audit(view: View) -> Iterable[_Said]:
    at, chosen = view.log, view.ui.log.cursor
    first = at.index(chosen)
    for number, row in enumerate(at.rows[first:]):
        mark = "Selected: " if number == 0 and chosen is not None else ""
        yield (f"{mark}{sentences.told(row, is_several=view.has_several)}", "text")


def _rule(rule: RuleView, view: View) -> str:
    chosen = "Selected: " if rule == view.selected_rule else ""
    used = f", {figures.percent(rule.used)} used" if rule.used is not None else ""
    of = f" of {clean(rule.limit, 16)}" if rule.limit else ""
    value = f": {clean(rule.value, 16)}{of}" if rule.value else ""
    name = f"{clean(rule.id, 8)} {clean(rule.title, 24)}"
    return f"{chosen}{name}{value}{used}, {clean(rule.word, 40)}."


def _sheet(card: Card) -> Iterable[_Said]:
    yield (f"Sheet: {card.title}.", "focus")
    yield from card.lines[card.top :]
    yield from card.ways


def _wrapped(words: str, role: str, width: int) -> list[Line]:
    parts = wrap(clean(words, width * 3), max(width - 1, 1), 3)
    return [fit((Span(part, role),), width, role) for part in parts]
