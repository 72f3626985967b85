"""Writes a recording beside the engine, which never waits for it."""

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from curb.domain.errors import CurbError
from curb.engine.recording import Call, line_of

# Calls that wait for the disk; at a hundred a second it may stand still for minutes.
_KEPT = 20_000

# Lines written in one go; each takes some 50 microseconds to make.
_AT_ONCE = 100

_FLUSH_S = 5.0


class Recorder:
    """Lines on their way to a file. What goes wrong ends the recording, never the engine."""

    def __init__(self, path: Path, file: int) -> None:
        self._path = path
        self._file = file
        self._first = ""
        self._waiting: deque[Call] = deque()
        self._wake = asyncio.Event()
        self._is_over = False
        self._is_closing = False
        self._say: Callable[[str], None] = lambda _words: None

    def begin(self, first_line: str) -> None:
        """Write this line before all calls."""
        self._first = first_line

    def on_end(self, say: Callable[[str], None]) -> None:
        """Tell `say`, once, why the recording ended too soon."""
        self._say = say

    def tell(self, call: Call) -> None:
        """Take a call in."""
        if self._is_over:
            return
        if len(self._waiting) >= _KEPT:
            self._end(f"the disk is {_KEPT} calls behind")
            return
        self._waiting.append(call)
        self._wake.set()

    async def run(self) -> None:
        """Write until finished, or until the disk fails."""
        while not self._is_over:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting and not self._is_over:
                lines = await self._lines()
                try:
                    await asyncio.to_thread(self._write, lines)
                except OSError as e:
                    self._end(e.strerror or type(e).__name__)
            if self._is_closing:
                return

    def finish(self) -> None:
        """Let `run` end once what waits is written."""
        self._is_closing = True
        self._wake.set()

    async def _lines(self) -> bytes:
        found, self._first = [self._first], ""
        while self._waiting and len(found) <= _AT_ONCE:
            found.append(line_of(self._waiting.popleft()))
            await asyncio.sleep(0)  # a decision goes before the next line
        return "".join(found).encode()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._file, rest) :]

    def _end(self, why: str) -> None:
        self._is_over = True
        self._waiting.clear()
        words = f"the recording {self._path.name} ended: {why}; the engine goes on without it"
        # Not from inside the call that is being told.
        asyncio.get_running_loop().call_soon(self._say, words)


@asynccontextmanager
async def recording(path: Path | None) -> AsyncIterator[Recorder | None]:
    """Open a new file for its owner only and write while inside; without a path, nothing.

    Raises CurbError where the file cannot be made.
    """
    if path is None:
        yield None
        return
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as e:
        found = "one that exists" if isinstance(e, FileExistsError) else e.strerror
        raise CurbError(f"{path}: expected a new file to record to, found {found}") from None
    recorder = Recorder(path, file)
    writing = asyncio.create_task(recorder.run())
    try:
        yield recorder
    finally:
        recorder.finish()
        await asyncio.wait([writing], timeout=_FLUSH_S)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        os.close(file)
