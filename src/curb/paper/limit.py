"""The request limits: sliding windows for each token, and how a refusal tells of them."""

import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from curb.wire import names

# How a refusal says when to come again: whole seconds, a date, or not at all.
RetryAfter = Literal["seconds", "date", "none"]

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


def _general() -> RequestLimit:
    return RequestLimit(200, 60.0)


def _for_bars() -> RequestLimit:
    return RequestLimit(50, 30.0)


@dataclass(frozen=True, slots=True)
class Limits:
    """The venue's limits: bars are counted apart from all else."""

    general: RequestLimit = field(default_factory=_general)
    bars: RequestLimit = field(default_factory=_for_bars)

    def of(self, path: str) -> RequestLimit:
        """Return the limit that a path counts against."""
        return self.bars if path == names.RETRIEVE_BARS else self.general


def told(form: str, wait_s: int, now: datetime) -> dict[str, str]:
    """Return the headers of a refusal in one of the forms."""
    if form == "seconds":
        return {"Retry-After": str(wait_s)}
    if form == "date":
        return {"Retry-After": format_datetime(now + timedelta(seconds=wait_s), usegmt=True)}
    return {}
