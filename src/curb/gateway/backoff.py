"""How long to wait before the next attempt; attempts go on for ever."""

import random
from collections.abc import Sequence

DELAYS_S = (0.0, 1.0, 2.0, 5.0, 10.0, 30.0)


class Backoff:
    """Waits that grow to half a minute, spread so that many clients do not return at once."""

    def __init__(self, delays_s: Sequence[float] = DELAYS_S) -> None:
        self._delays_s = delays_s
        self._step = 0

    def next(self) -> float:
        """Return the seconds to wait now, at most a fifth off the listed delay."""
        delay = self._delays_s[min(self._step, len(self._delays_s) - 1)]
        self._step += 1
        return delay * random.uniform(0.8, 1.2)  # noqa: S311 - spread, no secret

    def reset(self) -> None:
        """Begin again with no wait: the last connection was a healthy one."""
        self._step = 0
