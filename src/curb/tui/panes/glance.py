"""The most urgent in two rows without a box: the day's P&L, and what runs out first."""

from curb.domain.snapshot import TimerView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, fit, width_of
from curb.tui.panes import pnl, timers
from curb.tui.view import View

_ORDINARY = ("HOURS", "RESET")
_ROOMY = 76  # columns for the parts of the day beside its bar


def lines(view: View, width: int) -> list[Line]:
    """Return the row of the day and the row of the timers."""
    return [fit(day(view, width), width), fit(urgent(view, width), width)]


def day(view: View, width: int) -> Line:
    """Return `Day ▼-412.50 of -1,000.00 ███···· 41%`, with realized and open where they fit."""
    account = view.account
    if account is None:
        return (Span(f" Day {figures.UNKNOWN}", "warn"),)
    known = account.pnl
    parts: Line = ()
    if width >= _ROOMY:
        open_words = figures.money(known.open)
        more = " + ?" if known.is_open_partial and known.open is not None else ""
        parts = (
            Span("  Realized "),
            Span(figures.money(known.realized), figures.gain_role(known.realized)),
            Span("  Open "),
            Span(open_words, figures.gain_role(known.open)),
            Span(more, "warn"),
            Span(" "),
        )
    head = Span(" Day")
    return (head, *pnl.headline(known, width - len(head.text) - width_of(parts)), *parts)


def urgent(view: View, width: int) -> Line:
    """Return locks, then what ends first, as many as fit, and how many do not."""
    account = view.account
    if account is None:
        return (Span(f" Timers {figures.UNKNOWN}", "warn"),)
    found = sorted(timers.in_order(account.timers), key=_rank)
    spans: Line = ()
    for n, timer in enumerate(found):
        more = f" +{len(found) - n}"
        longer = (*spans, Span(" │ " if spans else " ", "border"), _timer(timer, view))
        if width_of(longer) + len(more) > width and spans:
            return (*spans, Span(more, "warn"))
        spans = longer
    return spans or (Span(" nothing runs", "title"),)


def _rank(timer: TimerView) -> int:
    # What closes a position comes first, then what keeps the account shut.
    if timer.kind == "GRACE" and not timer.is_covered:
        return 0
    return 1 if timer.kind == "LOCK" else 3 if timer.kind in _ORDINARY else 2


def _timer(timer: TimerView, view: View) -> Span:
    left_s = figures.since(view.now, timer.until)
    left = figures.countdown(left_s) if timer.until is not None else "--:--"
    words = (clean(timer.kind, 5), clean(timer.scope, 6), clean(timer.rule, 9), left)
    role = "text" if timer.kind in _ORDINARY else "lock" if timer.kind == "LOCK" else "warn"
    return Span(" ".join(word for word in words if word), role)
