"""How much of a trading day an account was protected, and when it was not."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

ABSENT = "the engine did not run"

# Notes come every second; longer apart, nobody watched in between.
_HOLE = timedelta(seconds=5)
_MOST_GAPS = 50
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without protection, up to now where it lasts."""

    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Vigil:
    """A trading day so far. Protected is what lies between two notes of which the first said so.

    `began` is the day's start, `at` the last note, `why` what it said: "" where all was well.
    What was not noted was not protected: before the engine ran, and while it hung.
    """

    began: datetime
    at: datetime
    why: str = ABSENT
    guarded_ms: int = 0
    gaps: tuple[Gap, ...] = ()  # the newest, oldest first

    def noted(self, now: datetime, began: datetime, why: str) -> "Vigil":
        """Return this with a note at `now` of the day that began at `began`."""
        if began != self.began:
            return _next_day(self, now, began).noted(now, began, why)
        if now <= self.at:
            return replace(self, why=why)
        was = self.why if now - self.at <= _HOLE else ABSENT
        if was:
            return replace(self, at=now, why=why, gaps=self._widened(now, was))
        guarded_ms = self.guarded_ms + (now - self.at) // _MILLISECOND
        return replace(self, at=now, why=why, guarded_ms=guarded_ms)

    @property
    def share(self) -> Decimal | None:
        """Return the protected share of the day so far, 0 to 1; None at its first moment."""
        whole = (self.at - self.began) // _MILLISECOND
        return Decimal(self.guarded_ms) / whole if whole > 0 else None

    def _widened(self, now: datetime, why: str) -> tuple[Gap, ...]:
        last = self.gaps[-1] if self.gaps else None
        if last is not None and last.until == self.at and last.why == why:
            return (*self.gaps[:-1], replace(last, until=now))
        return (*self.gaps, Gap(self.at, now, why))[-_MOST_GAPS:]


def _next_day(vigil: Vigil, now: datetime, began: datetime) -> Vigil:
    is_seamless = now - vigil.at <= _HOLE
    return Vigil(began, began, vigil.why if is_seamless else ABSENT)
