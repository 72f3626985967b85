"""The venue's clock: aware UTC, never backwards, no two stamps alike."""

import time
from datetime import UTC, datetime, timedelta

_TICK = timedelta(microseconds=1)


class VenueClock:
    """Reads the machine's time once and carries it forward by the monotonic clock."""

    def __init__(self) -> None:
        self._start = datetime.fromtimestamp(time.time_ns() / 1e9, UTC)
        self._started_ns = time.monotonic_ns()
        self._last = self._start

    def now(self) -> datetime:
        """Return the venue's time; each call is later than the one before."""
        passed = (time.monotonic_ns() - self._started_ns) // 1000
        self._last = max(self._last + _TICK, self._start + timedelta(microseconds=passed))
        return self._last

    def advance(self, span: timedelta) -> None:
        """Let time pass at once."""
        self._start += span


def stamp(at: datetime, digits: int = 6) -> str:
    """Return ISO-8601 with offset and 3, 6 or 7 fractional digits."""
    micros = f"{at.microsecond:06d}0"
    return f"{at:%Y-%m-%dT%H:%M:%S}.{micros[:digits]}+00:00"


def streamed(at: datetime) -> str:
    """Return a stamp as the stream has it."""
    return stamp(at, 7)


def trimmed(at: datetime) -> str:
    """Return a stamp as REST has it: no zeros at its end, and no fraction where there is none."""
    fraction = f".{at.microsecond:06d}".rstrip(".0")
    return f"{at:%Y-%m-%dT%H:%M:%S}{fraction}+00:00"
