"""Which way the permitted hours of RULE-009 are stricter: start and end only mean hours together."""

from datetime import time
from decimal import Decimal

from curb.config.models import Config, Day
from curb.config.orders import Direction, compared
from curb.rules.session_block_outside import Hours, SessionBlockOutside

_DAY = 24 * 60


def hours_direction(key: str, old: SessionBlockOutside, new: SessionBlockOutside) -> Direction:
    """Return the direction of the change of `key`, "start" or "end".

    What is tighter may apply alone, before what is looser: each has to be narrower by itself,
    and both together too.
    """
    was, both = (old.start, old.end), (new.start, new.end)
    alone = (new.start, old.end) if key == "start" else (old.start, new.end)
    other = (old.start, new.end) if key == "start" else (new.start, old.end)
    if _is_within(alone, was) and (_is_within(both, was) or not _is_within(other, was)):
        return "tighter"
    return "looser"


def session_direction(
    before: Hours | None, after: Hours | None, old: SessionBlockOutside
) -> Direction:
    """Return the direction of a change of one symbol's own hours, None where it has none.

    One that joins is compared with the hours of all others. The first makes the account's
    lock the symbols': that may be looser.
    """
    if after is None or not old.sessions:
        return "looser"
    was = (before.start, before.end) if before else (old.start, old.end)
    return "tighter" if _is_within((after.start, after.end), was) else "looser"


def close_direction(before: str | None, after: str | None, old: Config) -> Direction:
    """Return the direction of a change of one day's early close, None where it has none."""
    if after is None:
        return "looser"
    if before is None:
        return "tighter"
    rule = old.rule(SessionBlockOutside)
    if rule.timezone != old.day.timezone:
        return "looser"  # which of the two comes first in the trading day is not known
    return compared(_into_day(before, old.day), _into_day(after, old.day))


def _is_within(hours: tuple[str, str], of: tuple[str, str]) -> bool:
    """Tell whether hours lie in others, which they may fill."""
    first = _minute(of[0])
    length = (_minute(of[1]) - first) % _DAY
    start, end = ((_minute(text) - first) % _DAY for text in hours)
    return start < end <= length


def _into_day(text: str, day: Day) -> Decimal:
    """Return the minutes from the trading day's start, of which the last is its end."""
    return Decimal((_minute(text) - _minute(day.reset_time) - 1) % _DAY)


def _minute(text: str) -> int:
    wall = time.fromisoformat(text)
    return wall.hour * 60 + wall.minute
