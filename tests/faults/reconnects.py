"""Hubs that are cut over and over: nothing leaks, and what is seen is what is so."""

import asyncio
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from tests.faults.stage import Stage

_EVERY = 5  # cuts: in one of so many something happens in the gap

# What an engine at rest may hold now and not then: connections kept warm, a read under way.
_AT_MOST = 10


@dataclass(frozen=True, slots=True)
class Size:
    """What an engine holds of the system."""

    tasks: int
    files: int
    threads: int
    rss_kb: int

    def is_leak_since(self, before: "Size") -> bool:
        """Tell whether it holds more than it did, beyond what comes and goes."""
        now = (self.tasks, self.files, self.threads)
        then = (before.tasks, before.files, before.threads)
        return any(a > b + _AT_MOST for a, b in zip(now, then, strict=True))


async def cut(stage: Stage, number: int) -> None:
    """Cut both hubs and wait until all is seen again; sometimes a breach comes in the gap."""
    await stage.cut(is_breached=number % _EVERY == 0)
    await stage.healed()


async def size(stage: Stage) -> Size:
    """Return what the engine holds once it is at rest: the least of a few looks."""
    found = [await _size(stage) for _ in range(5)]
    return Size(
        min(each.tasks for each in found),
        min(each.files for each in found),
        min(each.threads for each in found),
        min(each.rss_kb for each in found),
    )


async def _size(stage: Stage) -> Size:
    pid = stage.engine.process.pid
    path = stage.desk.config.with_name("tasks")
    path.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    async with asyncio.timeout(60):
        while not path.exists():
            await asyncio.sleep(0.1)
    return Size(int(path.read_text()), *_held(Path(f"/proc/{pid}")))


def _held(process: Path) -> tuple[int, int, int]:
    lines = (process / "status").read_text(encoding="ascii").splitlines()
    status = dict(line.split(":", 1) for line in lines)
    files = sum(1 for _ in (process / "fd").iterdir())
    return files, int(status["Threads"]), int(status["VmRSS"].split()[0])
