"""When the venue is open: always, by the exchange's week, or not at all."""

from datetime import datetime, time
from typing import Literal
from zoneinfo import ZoneInfo

Hours = Literal["always", "week", "closed"]

_CHICAGO = ZoneInfo("America/Chicago")

# The exchange's break, every day; Friday's lasts until Sunday's end of it.
_CLOSE, _OPEN = time(16), time(17)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


class ClosedError(ValueError):
    """A price for a market that is closed."""


class Calendar:
    """The hours kept now; holidays are none of it."""

    def __init__(self, hours: Hours = "always") -> None:
        self.hours: Hours = hours

    def is_open(self, now: datetime) -> bool:
        """Tell whether orders are taken and prices move."""
        if self.hours != "week":
            return self.hours == "always"
        local = now.astimezone(_CHICAGO)
        day, at = local.weekday(), local.time()
        if day == _SATURDAY:
            return False
        if day == _SUNDAY:
            return at >= _OPEN
        return at < _CLOSE or (at >= _OPEN and day != _FRIDAY)
