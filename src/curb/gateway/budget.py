"""The gateway's request limit, with a part of it kept for getting out."""

from collections import deque
from collections.abc import Callable

# 200 requests in any 60 seconds (gateway.md section 1.5).
LIMIT = 200
WINDOW_S = 60.0

# Of these, only closes, cancels and the reads that verify them may use the last ones.
RESERVED = 60

# A read this soon after a close or cancel is there to verify it.
_VERIFYING_S = 10.0


class Budget:
    """Requests of the last minute. Closing never waits here; reading is told no."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # Twice the limit: closes are counted even beyond it, and no more can matter.
        self._sent: deque[float] = deque(maxlen=2 * LIMIT)
        self._paused_until = float("-inf")
        self._closed_at = float("-inf")

    def spend(self, count: int = 1, *, is_closing: bool = False) -> None:
        """Note requests that leave now."""
        now = self._clock()
        self._sent.extend([now] * count)
        if is_closing:
            self._closed_at = now

    def pause(self, seconds: float) -> None:
        """Let no read leave for some time: the gateway asked for it."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def refusal(self, count: int) -> str | None:
        """Return why `count` read requests may not leave now, None where they may."""
        now = self._clock()
        if now < self._paused_until:
            left = self._paused_until - now
            return f"the gateway asked for a pause of {left:.1f} s more"
        limit = LIMIT if now - self._closed_at <= _VERIFYING_S else LIMIT - RESERVED
        used = self.used()
        if used + count > limit:
            return f"request budget: {used} of {limit} used in {WINDOW_S:.0f} s"
        return None

    def used(self) -> int:
        """Return how many requests left within the window."""
        horizon = self._clock() - WINDOW_S
        while self._sent and self._sent[0] <= horizon:
            self._sent.popleft()
        return len(self._sent)
