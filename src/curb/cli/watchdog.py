"""Watches the engine's loop from a thread: one that stands still guards nobody.

A short stop is told afterwards; after a long one the process ends, so that who supervises it
starts another. A stop in which no thread runs, for one in C code holds Python's lock, ends by
a timer of the kernel's: it counts what the processor did, so no suspended time is a stop.
"""

import asyncio
import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

STALLED = 70
"""The exit code of an engine whose loop stood still."""

_BEAT_S = 0.25
_TELL_S = 2.0
_END_S = 10.0
# Of the processor, after the thread had its chance. The process ends by SIGPROF then.
_HELD_S = 12.0
# What the thread sleeps longer than this the whole process slept, stopped or starved.
_MOST_STEP_S = 4 * _BEAT_S


class Stall:
    """How long the loop has not beaten, as far as the thread that asks was running itself."""

    def __init__(self, now: float) -> None:
        self._at = now
        self._beats = 0
        self._seconds = 0.0

    def look(self, beats: int, now: float) -> float:
        """Take in how often the loop has beaten; return for how many seconds it has not."""
        step = min(now - self._at, _MOST_STEP_S)
        self._seconds = self._seconds + step if beats == self._beats else 0.0
        self._at, self._beats = now, beats
        return self._seconds


class Watchdog:
    """Beats in the loop and listens in a thread; `warn` gets a sentence for the audit."""

    def __init__(
        self, warn: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._warn = warn
        self._clock = clock
        self._beats = 0
        self._is_over = threading.Event()

    async def run(self) -> None:
        """Beat for ever; the thread ends with it."""
        threading.Thread(target=self._listen, name="watchdog", daemon=True).start()
        # Written in C, without Python's lock: where each thread stands, and no value.
        faulthandler.register(signal.SIGPROF, all_threads=True, chain=True)
        try:
            while True:
                due = self._clock() + _BEAT_S
                signal.setitimer(signal.ITIMER_PROF, _HELD_S)
                await asyncio.sleep(_BEAT_S)
                self._beats += 1
                self.beat(self._clock() - due)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self._is_over.set()

    def beat(self, late_s: float) -> None:
        """Tell of a beat that came too late by `late_s` seconds."""
        if late_s > _TELL_S:
            self._warn(f"nothing was decided for {late_s:.1f} s: the engine stood still")

    def _listen(self) -> None:
        stall = Stall(self._clock())
        while not self._is_over.wait(_BEAT_S):
            if stall.look(self._beats, self._clock()) > _END_S:
                _end()


def _end() -> None:
    """Say where every thread stands, without a value of any variable, and end the process."""
    # Nothing may keep it from its end, a full disk neither.
    with contextlib.suppress(Exception):
        faulthandler.dump_traceback(file=sys.stderr, all_threads=True)
        words = f"curb: expected the engine to go on, it stood still for {_END_S:.0f} s: it ends"
        os.write(sys.stderr.fileno(), f"{words}\n".encode())
    os._exit(STALLED)
