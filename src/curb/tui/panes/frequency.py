"""How many trades stand in each window, and when the next slot frees."""

from decimal import Decimal

from curb.domain.snapshot import WindowView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, left, right
from curb.tui.view import View

_FREES_CELLS = 15
_LEAST_BAR = 4
_MOST_BAR = 24
_WALL_CELLS = 10  # " →14:33:48"
_ROOMY = 56  # columns from which the wall time stands beside what is left
_AIRY = 7  # rows from which there is space between the windows and what comes next


def title(view: View) -> str:
    """Return the pane's title."""
    return "3 Trade frequency" if view.account is not None else "3 Trade frequency ?"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each window, then what the next trade does and when a slot frees."""
    account = view.account
    if account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    if not account.windows:
        return [(Span(" no limit is set", "title"),)]
    rows = [_row(window, view, width) for window in account.windows]
    space: list[Line] = [()] if height >= _AIRY else []
    return [*rows, *space, _next(account.windows), *_slot(account.windows, view)][:height]


def _next(windows: tuple[WindowView, ...]) -> Line:
    """Return what another trade does now: the longest of what follows it."""
    full = [w for w in windows if w.limit is not None and w.count >= w.limit]
    if not full:
        rooms = [(w.limit - w.count, w) for w in windows if w.limit is not None]
        if not rooms:
            return (Span(" next trade: no limit", "title"),)
        room, window = min(rooms, key=lambda pair: pair[0])
        return (Span(f" next trade: {room} left in the {clean(window.label, 8)}"),)
    worst = max(full, key=lambda window: window.cooldown_s)
    then = clean(worst.then, 40) or "over the limit"
    return (Span(" next trade: "), Span(then, "warn"))


def _slot(windows: tuple[WindowView, ...], view: View) -> list[Line]:
    """Return when a trade is allowed again, where one more would be too many."""
    full = [w for w in windows if w.limit is not None and w.count >= w.limit]
    if not full:
        return []
    # Every full window has to have room, and of one nothing may be known.
    moments = [w.frees_at for w in full]
    at = None if None in moments else max(m for m in moments if m is not None)
    if at is None:
        return [(Span(" next slot:  "), Span(figures.UNKNOWN, "warn"))]
    words = f"{figures.countdown(figures.since(view.now, at))} →{figures.clock(at, view.zone)}"
    return [(Span(" next slot:  "), Span(words))]


def _row(window: WindowView, view: View, width: int) -> Line:
    name = Span(f" {left(clean(window.label, 8), 8)}")
    if window.limit is None:
        return (name, Span(right(str(window.count), 7)), Span("  no limit", "title"))
    share = Decimal(window.count) / window.limit if window.limit else Decimal(1)
    over = window.count > window.limit
    # The limit itself is allowed: only the trade after it breaches.
    role = "breach" if over else "warn" if window.count == window.limit else "text"
    counts = Span(right(f"{window.count}/{window.limit}", 7), role)
    word = " OVER" if over else " FULL" if window.count == window.limit else ""
    frees = _frees(window, view, width)
    wall = _WALL_CELLS if width >= _ROOMY else 0
    cells = min(width - 17 - len(word) - _FREES_CELLS - wall, _MOST_BAR)
    gauge = (
        Span(f" {figures.bar(share, cells)}", "bar" if role == "text" else "warn")
        if cells >= _LEAST_BAR
        else Span("")
    )
    return (name, counts, Span(word, role), gauge, frees)


def _frees(window: WindowView, view: View, width: int) -> Span:
    left_s = figures.since(view.now, window.frees_at)
    if window.count == 0 or left_s is None:
        return Span("")
    wall = f" →{figures.clock(window.frees_at, view.zone)}" if width >= _ROOMY else ""
    return Span(f" frees {figures.countdown(left_s)}{wall}")
