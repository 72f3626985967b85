"""The trusted clock: venue time, carried forward by the monotonic clock."""

from collections.abc import Callable
from datetime import datetime, timedelta

# An event's own stamp moves the clock at most this far; a wrong one must end no lock early.
_STAMP_STEP = timedelta(seconds=2)


class TrustedClock:
    """Tells the time that locks end on: never the machine's, never backwards.

    Until the venue was heard it goes on from the last persisted moment, which is behind.
    The machine's clock serves only where nothing was ever persisted.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        machine: Callable[[], datetime],
        last_seen_at: datetime | None,
    ) -> None:
        self._monotonic = monotonic
        self._anchor = last_seen_at or machine()
        self._anchored_at = monotonic()
        self._floor = self._anchor if last_seen_at else None
        self.is_venue_time = False

    def now(self) -> datetime:
        """Return the time, aware UTC."""
        return self._anchor + timedelta(seconds=self._monotonic() - self._anchored_at)

    def hear(self, venue: datetime) -> None:
        """Take the venue's own clock, an HTTP `Date`: the truth, cut to the second."""
        now = self.now()
        if not self.is_venue_time:
            self.is_venue_time = True
            self._set(venue if self._floor is None else max(venue, self._floor))
        elif venue > now:
            self._set(venue)

    def hear_stamp(self, stamp: datetime) -> None:
        """Take an event's stamp: finer than `Date`, but believed only a little ahead."""
        now = self.now()
        if self.is_venue_time and now < stamp <= now + _STAMP_STEP:
            self._set(stamp)

    def _set(self, at: datetime) -> None:
        self._anchor, self._anchored_at = at, self._monotonic()
