"""Permitted hours: which session an instant lies in, and when the next one begins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from zoneinfo import ZoneInfo

from curb.domain.sessions import TradingDays, instant_of

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_DAY = timedelta(days=1)

# Dates of windows worked out before: a week for a window of every symbol, twice over.
_KEPT = 512


@dataclass(frozen=True, slots=True)
class Session:
    """A span in which trading is permitted: half-open, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """On which trading days sessions are held. At least one weekday has to be.

    `weekdays` (0 is Monday), `holidays` and `early_closes` name the trading day: Sunday 17:30
    in Chicago is a Monday's. From an early close, a wall time in that day, nothing is open.
    """

    days: TradingDays
    weekdays: frozenset[int]
    holidays: frozenset[date]
    early_closes: Mapping[date, time]

    def is_held(self, day: date) -> bool:
        """Tell whether trading day `day` has a session at all."""
        return day.weekday() in self.weekdays and day not in self.holidays


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Hours from `start` to `end`, wall times in a zone; an end before the start is the next day's.

    Where a window reaches into a trading day without a session, it ends or begins there.
    Each remembers what it worked out: keep one for as long as its hours stand.
    """

    start: time
    end: time
    timezone: ZoneInfo
    calendar: Calendar

    def session(self, at: datetime) -> Session | None:
        """Return the session that `at` lies in, None where it lies in none."""
        today = self._date(at)
        near = (s for day in (today - _DAY, today) for s in _begun_on(self, day))
        return next((session for session in near if session.start <= at < session.end), None)

    def next_start(self, at: datetime) -> datetime:
        """Return when the next session after `at` begins, UTC."""
        first = self._date(at) - _DAY
        later = (s for n in count() for s in _begun_on(self, first + n * _DAY) if s.start > at)
        return next(later).start

    def last_end(self, at: datetime) -> datetime:
        """Return when the last session before `at`, or up to it, ended, UTC."""
        last = self._date(at)
        ended = (
            s for n in count() for s in reversed(_begun_on(self, last - n * _DAY)) if s.end <= at
        )
        return next(ended).end

    def why_closed(self, at: datetime) -> str:
        """Return why `at`, which lies in no session, does not, in the trader's words."""
        day = self.calendar.days.day_of(at)
        if day in self.calendar.holidays:
            return f"{day.isoformat()} is a holiday"
        if not self.calendar.is_held(day):
            return f"{WEEKDAYS[day.weekday()]} {day.isoformat()} is no session day"
        close = self._early_close(day)
        if close is not None and at >= close:
            return f"{day.isoformat()} closed early at {self.wall(close)}"
        local = at.astimezone(self.timezone)
        return f"{local:%H:%M:%S} is outside {self.hours}"

    @property
    def hours(self) -> str:
        """Start and end as written: "08:30-15:00"."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def wall(self, at: datetime) -> str:
        """Return the wall time of `at` in the window's zone: "15:00"."""
        return f"{at.astimezone(self.timezone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """Return `at` in the window's zone with its day: "Mon 2026-11-23 08:30"."""
        local = at.astimezone(self.timezone)
        return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"

    def _date(self, at: datetime) -> date:
        return at.astimezone(self.timezone).date()

    def _early_close(self, day: date) -> datetime | None:
        wall = self.calendar.early_closes.get(day)
        if wall is None:
            return None
        begin = self.calendar.days.start_of(day)
        first = self._date(begin)
        found = (instant_of(first + n * _DAY, wall, self.timezone) for n in count())
        return next(at for at in found if at > begin)

    def parts(self, begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the permitted part of each trading day between two instants."""
        days = self.calendar.days
        day = days.day_of(begin)
        while days.start_of(day) < end:
            if self.calendar.is_held(day):
                close = self._early_close(day)
                stop = min(end, days.reset_on(day))
                yield max(begin, days.start_of(day)), min(stop, close) if close else stop
            day += _DAY


@lru_cache(maxsize=_KEPT)
def _begun_on(window: Window, day: date) -> tuple[Session, ...]:
    """Return what begins in the window's hours of calendar date `day`, in order."""
    last = day if window.start < window.end else day + _DAY
    begin = instant_of(day, window.start, window.timezone)
    end = instant_of(last, window.end, window.timezone)
    found: list[Session] = []
    for start, stop in window.parts(begin, end):
        if found and found[-1].end == start:
            start = found.pop().start  # noqa: PLW2901 - two trading days without a break
        if start < stop:
            found.append(Session(start, stop))
    return tuple(found)
