"""How many trades stand in each window, and when the next slot frees."""

from decimal import Decimal

from curb.domain.snapshot import WindowView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, left, right
from curb.tui.view import View

_FREES_CELLS = 15
_LEAST_BAR = 4


def title(view: View) -> str:
    """Return the pane's title."""
    return "3 Trade frequency" if view.account is not None else "3 Trade frequency ?"


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each window."""
    account = view.account
    if account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    if not account.windows:
        return [(Span(" no limit is set", "title"),)]
    return [_row(window, view, width) for window in account.windows[:height]]


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
    frees = _frees(window, view)
    cells = min(width - 17 - len(word) - _FREES_CELLS, 24)
    gauge = (
        Span(f" {figures.bar(share, cells)}", "bar" if role == "text" else "warn")
        if cells >= _LEAST_BAR
        else Span("")
    )
    return (name, counts, Span(word, role), gauge, frees)


def _frees(window: WindowView, view: View) -> Span:
    left_s = figures.since(view.now, window.frees_at)
    if window.count == 0 or left_s is None:
        return Span("")
    return Span(f" frees {figures.countdown(left_s)}", "text")
