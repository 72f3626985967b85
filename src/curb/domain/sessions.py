"""The trading day: when it starts, ends and resets.

A trading day is half-open and named by the date on which it ends: with a reset at 17:00
in Chicago, Sunday 17:30 belongs to Monday.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TradingDays:
    """The calendar of daily resets at a wall time in a zone; every calendar day has one."""

    reset_time: time = time(17, 0)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/Chicago"))

    def reset_on(self, day: date) -> datetime:
        """Return the UTC instant of the reset that ends trading day `day`."""
        return instant_of(day, self.reset_time, self.timezone)

    def day_of(self, at: datetime) -> date:
        """Return the trading day that `at` belongs to."""
        day = at.astimezone(self.timezone).date()
        # Where clocks go back over midnight, the date is two resets away.
        while at >= self.reset_on(day):
            day += _DAY
        return day

    def start_of(self, day: date) -> datetime:
        """Return the first instant of trading day `day`, UTC."""
        return self.reset_on(day - _DAY)

    def next_reset(self, at: datetime) -> datetime:
        """Return the first reset after `at`, UTC."""
        return self.reset_on(self.day_of(at))


# Every event asks which day it is: the resets of a few days, over and over.
@lru_cache(maxsize=512)
def instant_of(day: date, wall: time, timezone: ZoneInfo) -> datetime:
    """Return the UTC instant at which a zone's clocks show `wall` on `day`.

    A wall time that daylight saving skips becomes the first instant after the gap; one
    that occurs twice is the first of the two.
    """
    local = datetime.combine(day, wall, timezone)
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    if before is not None and after is not None and after > before:
        # In a gap fold=0 reads the old offset and fold=1 the new one: the gap itself
        # ends where the old offset's reading of its start lies.
        return _first_instant_after_gap(local)
    return local.astimezone(UTC)


def _first_instant_after_gap(wall: datetime) -> datetime:
    low = wall.replace(fold=1).astimezone(UTC)  # before the jump
    high = wall.astimezone(UTC)  # after it
    zone = wall.tzinfo
    target = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == target:
            high = middle
        else:
            low = middle
    return high
