"""Locks, cooldowns, grace periods, sessions, changes that wait, and the reset."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from curb.domain.snapshot import TimerView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, fit, left, right
from curb.tui.ui import TIMERS
from curb.tui.view import View

_ROLES = {"LOCK": "lock", "COOL": "warn", "GRACE": "warn", "HELD": "warn"}
_CHANGES = ("CONF", "HELD")  # of the configuration
_ORDINARY = ("HOURS", "RESET")  # of every day: no news
_FOREVER = datetime.max.replace(tzinfo=UTC)
_ROOMY = 90
_WEEK = timedelta(days=6)  # beyond, a weekday may be taken for another


def title(view: View) -> str:
    """Return the pane's title with the number of all that is not of every day."""
    account = view.account
    if account is None:
        return "4 Timers ?"
    running = sum(1 for timer in account.timers if timer.kind not in _ORDINARY)
    return f"4 Timers {running}" if running else "4 Timers"


def in_order(timers: tuple[TimerView, ...]) -> list[TimerView]:
    """Return what ends first first; the daily reset is always last."""
    return sorted(timers, key=lambda t: (t.kind == "RESET", t.until or _FOREVER))


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each timer, the most urgent first."""
    account = view.account
    if account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    if not account.timers:
        return [(Span(" nothing runs", "title"),)]
    timers = in_order(account.timers)
    top = min(view.ui.tops[TIMERS], max(len(timers) - height, 0))
    shown = [_row(timer, view, width) for timer in timers[top : top + height]]
    hidden = len(timers) - top - len(shown)
    if hidden > 0 and shown:
        more = Span(f" +{hidden}", "warn")
        shown[-1] = (*fit(shown[-1], width - len(more.text)), more)
    return shown


def _row(timer: TimerView, view: View, width: int) -> Line:
    if timer.kind in _CHANGES:
        return _change(timer, view)
    role = _ROLES.get(timer.kind, "text")
    left_s = figures.since(view.now, timer.until)
    cells = 12 if width >= _ROOMY else 8
    if timer.until is None:
        figure, gauge, until = "--:--", " " * cells, "          "
    else:
        figure = figures.countdown(left_s)
        gauge = figures.bar(_remaining(timer, left_s), cells)
        until = f"→{_end(timer.until, view)} "
    then = clean(timer.then, 40)
    reason = clean(timer.reason, 80)
    words = f"{then}: {reason}" if then and reason else then or reason
    return (
        Span(f" {left(clean(timer.kind, 5), 5)} {left(clean(timer.scope, 4), 4)} ", role),
        Span(f"{left(clean(timer.rule, 9), 9)} "),
        Span(right(figure, 8) + " ", role),
        Span(f"{gauge} ", "bar" if role == "text" else role if role == "warn" else "loss"),
        Span(until),
        Span(words),
    )


def _change(timer: TimerView, view: View) -> Line:
    """Return a change that waits, with as much room as can be for what it is."""
    if timer.until is None:
        when = f"{'--:--':>8} {view.keys.filled('{reload}')} to confirm: "
    else:
        left_s = figures.since(view.now, timer.until)
        when = f"{figures.countdown(left_s):>8} →{_end(timer.until, view)} "
    role = _ROLES.get(timer.kind, "text")
    return (
        Span(f" {left(timer.kind, 5)} {left(clean(timer.scope, 4), 4)} ", role),
        Span(when, role),
        Span(clean(timer.reason, 80)),
    )


def _end(until: datetime, view: View) -> str:
    """Return when a timer ends, in 8 columns; on another day, that day and no seconds."""
    local = until.astimezone(view.zone)
    if view.now is None or local.date() == view.now.astimezone(view.zone).date():
        return figures.clock(until, view.zone)
    return f"{local:%a %H:%M}" if until - view.now < _WEEK else f"{local:%d %b}".ljust(8)


def _remaining(timer: TimerView, left_s: float | None) -> Decimal | None:
    whole = figures.since(timer.since, timer.until)
    if left_s is None or whole is None or whole <= 0:
        return None
    return Decimal(max(left_s, 0)) / Decimal(whole)
