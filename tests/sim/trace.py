"""What happened in a seed, line by line: its hash tells whether two runs were the same."""

import hashlib
from collections import deque
from collections.abc import Callable
from datetime import datetime

_TAIL = 60  # lines that a failure shows
_WIDTH = 400


class Trace:
    """Every line goes into the hash; the newest are kept."""

    def __init__(self, tell: Callable[[str], None] | None = None) -> None:
        self.tail: deque[str] = deque(maxlen=_TAIL)
        self._tell = tell
        self._hash = hashlib.sha256()

    def note(self, now: datetime, *what: object) -> None:
        """Take in one line."""
        line = f"{now:%H:%M:%S.%f} {' '.join(map(str, what))}"
        self._hash.update(line.encode())
        self.tail.append(line[:_WIDTH])
        if self._tell:
            self._tell(line)

    @property
    def digest(self) -> str:
        """The hash of all lines so far."""
        return self._hash.hexdigest()
