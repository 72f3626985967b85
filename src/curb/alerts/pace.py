"""How many messages a minute: what is more is counted, and told in one."""

from collections import deque

_MINUTE_S = 60.0


class Pace:
    """Moments are of one monotonic clock, in seconds."""

    def __init__(self) -> None:
        self.missed = 0
        self._taken: deque[float] = deque()

    def take(self, moment: float, per_minute: int) -> bool:
        """Return whether a message may go now; one that may not is counted."""
        self._forget(moment)
        # The last place of a minute is kept for the count of what had none.
        if len(self._taken) < max(per_minute - 1, 1) and not self.missed:
            self._taken.append(moment)
            return True
        self.missed += 1
        return False

    def overdue(self, moment: float, per_minute: int) -> int:
        """Return how many messages have to be told in one now, 0: none, or not yet."""
        self._forget(moment)
        if not self.missed or len(self._taken) >= max(per_minute - 1, 1):
            return 0
        missed, self.missed = self.missed, 0
        self._taken.append(moment)
        return missed

    def _forget(self, moment: float) -> None:
        while self._taken and moment - self._taken[0] >= _MINUTE_S:
            self._taken.popleft()
