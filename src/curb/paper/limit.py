"""The request limit: a sliding window for each token."""

import math
from collections import deque

# Tokens that are counted at once; a client logs in a few times a day.
_TOKENS_KEPT = 256


class RequestLimit:
    """Allows `count` requests in any `seconds`; times are monotonic seconds."""

    def __init__(self, count: int = 200, seconds: float = 60.0) -> None:
        self._count = count
        self._seconds = seconds
        self._taken: dict[str, deque[float]] = {}

    def take(self, token: str, now: float) -> int | None:
        """Count a request; return None, or after how many whole seconds to come again."""
        taken = self._taken.setdefault(token, deque(maxlen=self._count))
        while taken and taken[0] <= now - self._seconds:
            taken.popleft()
        if len(taken) >= self._count:
            return max(1, math.ceil(taken[0] + self._seconds - now))
        taken.append(now)
        if len(self._taken) > _TOKENS_KEPT:
            del self._taken[next(iter(self._taken))]
        return None
