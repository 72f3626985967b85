"""Locks, cooldowns, grace periods, sessions, changes that wait, and the reset."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from curb.domain.snapshot import TimerView
from curb.tui import figures
from curb.tui.line import Line, Span, clean, fit, left, right, width_of
from curb.tui.ui import TIMERS
from curb.tui.view import View

_ROLES = {"LOCK": "lock", "COOL": "warn", "GRACE": "warn", "HELD": "warn"}
_CHANGES = ("CONF", "HELD")  # of the configuration
_ORDINARY = ("HOURS", "RESET")  # of every day: no news
_FOREVER = datetime.max.replace(tzinfo=UTC)
_ROOMY = 90
_NARROW = 60
_LEAST = 52  # columns from which the end's wall time has room
_SOON_S = 5.0  # to see it, and too little to do more
_WEEK = timedelta(days=6)  # beyond, a weekday may be taken for another


def title(view: View) -> str:
    """Return the pane's title with the number of all that is not of every day."""
    account = view.account
    if account is None:
        return "4 Timers ?"
    running = sum(1 for timer in account.timers if timer.kind not in _ORDINARY)
    return f"4 Timers {running}" if running else "4 Timers"


def in_order(timers: tuple[TimerView, ...]) -> list[TimerView]:
    """Return what closes a position first, then what ends first; the daily reset is last."""
    return sorted(timers, key=lambda t: (_rank(t), t.until or _FOREVER))


def _rank(timer: TimerView) -> int:
    if timer.kind == "GRACE" and not timer.is_covered:
        return 0
    return 2 if timer.kind == "RESET" else 1


def lines(view: View, width: int, height: int) -> list[Line]:
    """Return a row for each timer, the most urgent first."""
    account = view.account
    if account is None:
        return [(Span(f" {figures.UNKNOWN}", "warn"),)]
    if not account.timers:
        return [(Span(" nothing runs", "title"),)]
    timers = in_order(account.timers)
    if height == 1:
        return [strip(timers, view, width)]
    top = min(view.ui.tops[TIMERS], max(len(timers) - height, 0))
    shown = [_row(timer, view, width) for timer in timers[top : top + height]]
    hidden = len(timers) - top - len(shown)
    if hidden > 0 and shown:
        more = Span(f" +{hidden}", "warn")
        shown[-1] = (*fit(shown[-1], width - len(more.text)), more)
    return shown


def strip(timers: list[TimerView], view: View, width: int) -> Line:
    """Return the most urgent timers in one line: `GRACE MES 00:18 │ LOCK MNQ 04:12`."""
    line: list[Span] = []
    for number, timer in enumerate(timers):
        between = " │" if line else ""
        words = f"{clean(timer.kind, 5)} {clean(timer.scope, 4)} {_left(timer, view)}"
        hidden = len(timers) - number - 1
        # What does not fit is counted, and the count has to fit too.
        room = width - width_of(line) - (len(f" +{hidden}") if hidden else 0)
        if line and len(f"{between}{_mark(timer, view)}{words}") > room:
            line.append(Span(f" +{hidden + 1}", "warn"))
            break
        line += [Span(between, "border"), Span(_mark(timer, view) + words, _role(timer, view))]
    return tuple(line)


def _role(timer: TimerView, view: View) -> str:
    """Return the role of a timer: nothing happens at the end of a covered grace period."""
    if timer.is_covered:
        return "text"
    return "breach" if _is_soon(timer, view) else _ROLES.get(timer.kind, "text")


def _is_soon(timer: TimerView, view: View) -> bool:
    left_s = figures.since(view.now, timer.until)
    is_bare = timer.kind == "GRACE" and not timer.is_covered
    return is_bare and left_s is not None and left_s < _SOON_S


def _mark(timer: TimerView, view: View) -> str:
    return "!" if _is_soon(timer, view) else " "


def _left(timer: TimerView, view: View) -> str:
    if timer.until is None:
        return "--:--"
    return figures.countdown(figures.since(view.now, timer.until))


def _narrow(timer: TimerView, view: View, width: int) -> Line:
    """Return a row where there is no room for a bar: what is left, and what happens then."""
    role = _role(timer, view)
    rule = left(clean(timer.rule, 9).removeprefix("RULE-"), 3)
    until = timer.until if width >= _LEAST else None
    end = f"→{_end(until, view)} " if until is not None else ""
    return (
        Span(f"{_mark(timer, view)}{left(clean(timer.kind, 5), 5)} ", role),
        Span(f"{left(clean(timer.scope, 4), 4)} {rule} "),
        Span(right(_left(timer, view), 7) + " ", role),
        Span(end),
        Span(clean(timer.then or timer.reason, 40)),
    )


def _row(timer: TimerView, view: View, width: int) -> Line:
    if timer.kind in _CHANGES:
        return _change(timer, view, width)
    if width < _NARROW:
        return _narrow(timer, view, width)
    role = _role(timer, view)
    left_s = figures.since(view.now, timer.until)
    cells = 12 if width >= _ROOMY else 8
    if timer.until is None:
        gauge, until = " " * cells, "          "
    else:
        gauge = figures.bar(_remaining(timer, left_s), cells)
        zone = f"{timer.until.astimezone(view.zone):%Z} " if width >= _ROOMY else ""
        until = f"→{_end(timer.until, view)} {zone}"
    then = clean(timer.then, 40)
    reason = clean(timer.reason, 80)
    words = f"{then}: {reason}" if then and reason else then or reason
    return (
        Span(
            f"{_mark(timer, view)}{left(clean(timer.kind, 5), 5)} "
            f"{left(clean(timer.scope, 4), 4)} ",
            role,
        ),
        Span(f"{left(clean(timer.rule, 9), 9)} "),
        Span(right(_left(timer, view), 8) + " ", role),
        Span(f"{gauge} ", "bar" if role == "text" else role if role == "warn" else "loss"),
        Span(until),
        Span(words),
    )


def _change(timer: TimerView, view: View, width: int) -> Line:
    """Return a change that waits, with as much room as can be for what it is."""
    if timer.until is None:
        when = f"{'--:--':>8} {view.keys.filled('{reload}')} to confirm: "
    else:
        end = f"→{_end(timer.until, view)} " if width >= _NARROW else ""
        when = f"{_left(timer, view):>8} {end}"
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
