"""Every change of daylight saving from 2020 to 2035 in four zones, found without the code."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

ZONES = ("America/Chicago", "America/New_York", "Europe/London", "Australia/Sydney")

FIRST, LAST = date(2020, 1, 1), date(2035, 12, 31)

_DAY = timedelta(days=1)


@cache
def changes(zone: str) -> tuple[date, ...]:
    """The dates on which the zone's clocks jump."""
    noons = [datetime.combine(FIRST + n * _DAY, time(12), UTC) for n in range((LAST - FIRST).days)]
    local = [noon.astimezone(ZoneInfo(zone)) for noon in noons]
    return tuple(
        after.date() for before, after in pairwise(local) if before.utcoffset() != after.utcoffset()
    )


def witness(day: date, wall: time, zone: str) -> datetime:
    """The first minute at which the zone's clocks show `wall` on `day`, or have jumped over it."""
    wanted = datetime.combine(day, wall)
    # Well before, by more than any clock jumps.
    at = wanted.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=4)
    while at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < wanted:
        at += timedelta(minutes=1)
    return at
