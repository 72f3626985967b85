"""Runs `curb run` until it kills itself: `python -m tests.kills.engine NAME FLAGS`.

NAME is one of `points.POINTS`; the functions of the product are wrapped from outside, so that
nothing in it knows of this.
"""

import functools
import importlib
import inspect
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from curb.__main__ import main
from tests.kills.points import BREACH, POINTS, Point


class Fuse:
    """Counts the passings of a point, and kills the process at the one that is meant."""

    def __init__(self, point: Point) -> None:
        self._point = point
        self._left = point.nth
        self._is_armed = not point.is_late

    def arm(self) -> None:
        """Count from now on."""
        self._is_armed = True

    def is_last(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Tell whether the process dies at this call."""
        if not self._is_armed or not self._point.is_meant(*args, **kwargs):
            return False
        self._left -= 1
        return self._left == 0

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with the point in it."""
        when = self._point.when

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            counts = self._is_armed
            if when == "before" and self.is_last(args, kwargs):
                die()
            result = await function(*args, **kwargs)
            # What began before the breach does not count, however long it took.
            if when == "after" and counts and self.is_last(args, kwargs):
                die()
            return result

        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            if when == "before" and self.is_last(args, kwargs):
                die()
            result = function(*args, **kwargs)
            if when == "after" and self.is_last(args, kwargs):
                die()
            return result

        return awaited if inspect.iscoroutinefunction(function) else called


def die() -> None:
    """End as a power failure would, but for what the kernel already has."""
    os.kill(os.getpid(), signal.SIGKILL)


def replaced(where: str, change: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    """Put another function in the place of `module:attribute`."""
    module, _, path = where.partition(":")
    *owners, name = path.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    setattr(owner, name, change(getattr(owner, name)))


def arming(fuse: Fuse) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what arms the fuse once the function was called."""

    def change(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            fuse.arm()
            return result

        return called

    return change


if __name__ == "__main__":
    chosen = POINTS[sys.argv[1]]
    lit = Fuse(chosen)
    replaced(chosen.where, lit.wrapped)
    if chosen.is_late:
        replaced(BREACH, arming(lit))
    sys.exit(main(["run", *sys.argv[2:]]))
