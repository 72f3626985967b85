"""Keeps what stands for the venue, and what is measured, off each other's processor cores."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_TWO = 2

# The cores that what is measured may have; none while nothing is kept apart.
_left: set[int] = set()


@contextmanager
def alone() -> Iterator[None]:
    """Have the first core for this process, and the others for those that `leave` names.

    With one core, or where nobody can be told where to run, everybody runs anywhere.
    """
    cores = os.sched_getaffinity(0) if sys.platform == "linux" else set()
    if len(cores) < _TWO:
        yield
        return
    first = min(cores)
    _left.update(cores - {first})
    os.sched_setaffinity(0, {first})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
        _left.clear()


def leave(pid: int) -> None:
    """Let a process that has just begun run anywhere but on the core that was taken."""
    if _left and sys.platform == "linux":
        os.sched_setaffinity(pid, _left)
