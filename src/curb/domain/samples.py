"""Whole numbers measured in the recent past, and what they are like."""

from collections import deque
from dataclasses import InitVar, dataclass, field


@dataclass(slots=True)
class Samples:
    """The newest measurements: at most `most`, none older than `within_s` seconds.

    Moments are of one monotonic clock, in seconds, and come in order. What nothing was
    measured of is None.
    """

    within_s: float
    most: InitVar[int]
    _kept: deque[tuple[float, int]] = field(init=False)

    def __post_init__(self, most: int) -> None:
        self._kept = deque(maxlen=most)

    def add(self, value: int, moment: float) -> None:
        """Take a measurement in."""
        self._kept.append((moment, value))

    def count(self, moment: float) -> int:
        """Return how many there are."""
        self._forget(moment)
        return len(self._kept)

    def percentiles(self, moment: float, *percents: int) -> tuple[int | None, ...]:
        """Return for each percent the least value that so many of all do not exceed."""
        self._forget(moment)
        if not self._kept:
            return (None,) * len(percents)
        values = sorted(value for _, value in self._kept)
        return tuple(values[max(-(-len(values) * each // 100), 1) - 1] for each in percents)

    def least_for(self, seconds: float, moment: float) -> int | None:
        """Return the least value of the last `seconds`, None where they are not all measured."""
        if not self._kept or moment - self._kept[0][0] < seconds:
            return None
        return min((value for at, value in self._kept if moment - at <= seconds), default=None)

    def gained(self, moment: float) -> tuple[int, float] | None:
        """Return by how much a counter grew and in how many seconds; None of less than two."""
        self._forget(moment)
        if len(self._kept) < 2:  # noqa: PLR2004 - a growth has two ends
            return None
        (since, before), (until, after) = self._kept[0], self._kept[-1]
        return after - before, until - since

    def _forget(self, moment: float) -> None:
        while self._kept and moment - self._kept[0][0] > self.within_s:
            self._kept.popleft()
