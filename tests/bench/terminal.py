"""A terminal of a given size and depth of color, and what a screen writes into it."""

import asyncio
import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.cli.live import DEADLINE_S, until

_KEPT = 1 << 16
TRUECOLOR = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
SIXTEEN = {"TERM": "xterm"}


class Place(Protocol):
    """Where an engine runs."""

    @property
    def config(self) -> Path: ...

    @property
    def state_dir(self) -> Path: ...


@dataclass
class Terminal:
    """What was written, and how much; only its end is kept."""

    master: int
    process: subprocess.Popen[bytes]
    written: int = 0
    tail: bytes = field(default=b"", repr=False)

    def read(self) -> None:
        """Take what is there."""
        with contextlib.suppress(BlockingIOError, OSError):
            more = os.read(self.master, 1 << 20)
            self.written += len(more)
            self.tail = (self.tail + more)[-_KEPT:]

    async def shows(self, words: bytes) -> None:
        """Wait until the words are written."""
        await until(lambda: words in self.tail or self.process.poll() is not None)
        if words not in self.tail:
            raise AssertionError(f"expected {words!r} on the screen, found {self.tail[-2000:]!r}")

    async def painted(self, key: bytes, words: bytes) -> float:
        """Press a key; return the seconds until the words that it brings are written."""
        self.tail = b""
        start = time.perf_counter()
        os.write(self.master, key)
        async with asyncio.timeout(DEADLINE_S):
            while words not in self.tail:
                await asyncio.sleep(0.001)
        return time.perf_counter() - start


@asynccontextmanager
async def screen(
    found: Place, size: tuple[int, int], depth: dict[str, str], *flags: str
) -> AsyncIterator[Terminal]:
    """Attach a screen to the running engine, in a terminal of `size` columns and rows."""
    master, slave = pty.openpty()
    width, height = size
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", height, width, 0, 0))
    os.set_blocking(master, False)
    unset = ("COLORTERM", "NO_COLOR", "TMUX")
    env = {name: value for name, value in os.environ.items() if name not in unset} | depth
    words = ("-m", "curb", "--config", str(found.config), "--state-dir", str(found.state_dir))
    process = subprocess.Popen(  # noqa: ASYNC220 - begun before anything is measured
        [sys.executable, *words, *flags],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=env,
        start_new_session=True,
    )
    os.close(slave)
    terminal = Terminal(master, process)
    loop = asyncio.get_running_loop()
    loop.add_reader(master, terminal.read)
    try:
        yield terminal
    finally:
        loop.remove_reader(master)
        process.terminate()
        process.wait()
        os.close(master)
