"""How often the screen paints: as often as is wanted, less where that costs too much."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

# A paint that takes longer delays keys that one feels.
SLOW_S = 0.060
# Well below, so that the pace does not go to and fro.
FINE_S = 0.030
_KEPT = 20
_MOST_HALVED = 2
_BLURRED_S = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the last paints took, and how often the wanted rate was halved for it."""

    halved: int = 0
    paints: tuple[float, ...] = ()  # seconds, the newest last

    def after(self, paint_s: float) -> "Pace":
        """Return the pace after a paint: slower or faster once enough of them tell."""
        paints = (*self.paints, paint_s)[-_KEPT:]
        if len(paints) < _KEPT:
            return replace(self, paints=paints)
        slowest = p95(paints)
        if slowest > SLOW_S and self.halved < _MOST_HALVED:
            return Pace(self.halved + 1)
        if slowest < FINE_S and self.halved:
            return Pace(self.halved - 1)
        return replace(self, paints=paints)

    def backed_up(self) -> "Pace":
        """Return the pace after a paint that the terminal had no room for."""
        return Pace(max(self.halved, 1))

    def period_s(self, hz: int, *, is_blurred: bool, is_urgent: bool) -> float:
        """Return the seconds to the next paint, `hz` being what is wanted, 1 to 10.

        A screen that nobody looks at is painted once a second, unless something is urgent.
        """
        wanted = (1 << self.halved) / hz
        return max(wanted, _BLURRED_S) if is_blurred and not is_urgent else wanted


def p95(seconds: Sequence[float]) -> float:
    """Return what 95 of 100 paints did not exceed."""
    ordered: list[float] = sorted(seconds)
    return ordered[math.ceil(len(ordered) * 0.95) - 1]
