"""Time that passes only when nothing is left to do: a loop, and the clocks that follow it."""

import asyncio
import logging
import random
import selectors
import sys
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

_START_S = 1_000.0


class _Jumping(selectors.SelectSelector):
    """Instead of waiting for the network it lets time pass: there is no network."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = _START_S

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let the time until the next timer pass."""
        if timeout is None:
            raise RuntimeError("expected something to wait for, found nothing: it would hang")
        self.seconds += max(timeout, 0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in its own time; nothing in it may wait for a socket or a thread."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual seconds."""
        return self._jumping.seconds


def run(work: Coroutine[Any, Any, None], begins: datetime, seed: int) -> None:
    """Run until it ends, in a loop of its own; the product's clocks and its chance follow."""
    loop = VirtualLoop()
    try:
        with _clocks(loop, begins), _chance(seed), _silence():
            try:
                loop.run_until_complete(work)
            finally:
                _end(loop)
    finally:
        loop.close()


def _end(loop: VirtualLoop) -> None:
    """End what still runs, as the end of a program does."""
    while left := asyncio.all_tasks(loop):
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


@contextmanager
def _clocks(loop: VirtualLoop, begins: datetime) -> Iterator[None]:
    """Let every clock that the product reads tell the loop's time."""
    epoch_s = begins.timestamp() - _START_S

    def monotonic_ns() -> int:
        return int(loop.time() * 1e9)

    def time_ns() -> int:
        return int((epoch_s + loop.time()) * 1e9)

    kept = (time.monotonic, time.monotonic_ns, time.time_ns)
    readers = [each for each in _ours() if getattr(each, "monotonic", None) is kept[0]]
    time.monotonic, time.monotonic_ns, time.time_ns = loop.time, monotonic_ns, time_ns
    for module in readers:
        vars(module)["monotonic"] = loop.time
    try:
        yield
    finally:
        time.monotonic, time.monotonic_ns, time.time_ns = kept
        for module in readers:
            vars(module)["monotonic"] = kept[0]


@contextmanager
def _chance(seed: int) -> Iterator[None]:
    """Let the spread of the client's waits be the same each time."""
    kept = random.getstate()
    random.seed(f"{seed} spread")
    try:
        yield
    finally:
        random.setstate(kept)


@contextmanager
def _silence() -> Iterator[None]:
    """Let nothing be logged: what goes wrong goes wrong on purpose."""
    kept = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(kept)


def _ours() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.startswith("curb.")]


def machine() -> datetime:
    """Return the machine's time, as the engine asks for it."""
    return datetime.fromtimestamp(time.time_ns() / 1e9, UTC)
