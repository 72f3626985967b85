"""The gateway's request limit, with a part of it kept for getting out."""

from collections import deque
from collections.abc import Callable

# 200 requests in any 60 seconds (gateway.md section 1.5).
LIMIT = 200
WINDOW_S = 60.0

# Of these, only what gets out and the reads that verify it may use the last ones.
RESERVED = 60

# All others leave these to closes.
FOR_CLOSES = 20

# A read this soon after a close or cancel is there to verify it.
_VERIFYING_S = 10.0

# Once so many are used, verifying takes no more than a pace: with a close a second beside it,
# it stays below what is left to closes.
_FREE = 40
_PACE, _PACE_S = 20, 10.0


class Budget:
    """Requests of the last minute: who may still ask. Nobody waits here, all are told at once."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # Twice the limit: a burst of closes leaves together, and no more can matter.
        self._sent: deque[float] = deque(maxlen=2 * LIMIT)
        self._verified: deque[float] = deque(maxlen=LIMIT)
        self._paused_until = float("-inf")
        self._closed_at = float("-inf")

    def spend(self, count: int = 1, *, is_closing: bool = False) -> None:
        """Note requests that leave now."""
        now = self._clock()
        self._sent.extend([now] * count)
        if is_closing:
            self._closed_at = now
        elif self._is_verifying(now):
            self._verified.extend([now] * count)

    def pause(self, seconds: float) -> None:
        """Let no read leave for some time: the gateway asked for it."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def refusal(self, count: int) -> str | None:
        """Return why `count` read requests may not leave now, None where they may."""
        now = self._clock()
        if now < self._paused_until:
            left = self._paused_until - now
            return f"the gateway asked for a pause of {left:.1f} s more"
        used, most = self.used(), LIMIT - RESERVED
        if self._is_verifying(now):
            most = LIMIT - FOR_CLOSES
            paced = sum(at > now - _PACE_S for at in self._verified)
            if used > _FREE and paced + count > _PACE:
                return _used_up(paced, _PACE, _PACE_S)
        return _used_up(used, most, WINDOW_S) if used + count > most else None

    def hold(self, *, is_close: bool) -> str | None:
        """Return why a request that changes something may not leave now, None where it may.

        Beyond the limit the gateway would refuse it, and whatever follows it.
        """
        used, most = self.used(), LIMIT if is_close else LIMIT - FOR_CLOSES
        return _used_up(used, most, WINDOW_S) if used >= most else None

    def used(self) -> int:
        """Return how many requests left within the window."""
        horizon = self._clock() - WINDOW_S
        while self._sent and self._sent[0] <= horizon:
            self._sent.popleft()
        return len(self._sent)

    def _is_verifying(self, now: float) -> bool:
        return now - self._closed_at <= _VERIFYING_S


def _used_up(used: int, most: int, seconds: float) -> str:
    return f"request budget: {used} of {most} used in {seconds:.0f} s"
