"""`curb watch`: what the engine does as lines on stdout, for a screen reader or a pipe."""

import argparse
import asyncio
import os
import select
import sys
from collections.abc import Callable

from curb.cli import places
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.errors import Busy
from curb.domain.snapshot import Snapshot
from curb.tui import sentences

_HZ = 1
_RETRY_S = 1.0
_LOOK_S = 1.0  # between looks at whether anybody reads
_GONE = "ENGINE GONE: nothing may be enforced. Waiting for one."


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")
    parser.add_argument(
        "--plain", action="store_true", help="sentences, one a line: what it says in any case"
    )


def run(args: argparse.Namespace) -> int:
    """Tell what happens until ctrl+c or the pipe's end; return the exit code.

    Raises Busy where no engine answers at first; one that goes later is waited for.
    """
    try:
        asyncio.run(_while_read(args))
    except BrokenPipeError:
        # Nobody reads any more; Python would complain of it once again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


class Teller:
    """Turns what is heard from an engine into lines; each is told once."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._before: Snapshot | None = None
        self._newest = 0
        self._failed: set[int] = set()
        self._is_first = True

    def snapshot(self, heard: Snapshot) -> None:
        """Tell where things stand at first, then what changed."""
        before, self._before = self._before, heard
        found = sentences.opening(heard) if before is None else sentences.changes(before, heard)
        for words in found:
            self._say(f"{heard.at.astimezone():%H:%M:%S} {words}")

    def rows(self, heard: tuple[AuditRow, ...]) -> None:
        """Tell rows that are new or done; those from before the first listening are not."""
        is_first, self._is_first = self._is_first, False
        for row in heard:
            is_failure = row.success is False and row.id not in self._failed
            if is_failure:
                self._failed.add(row.id)
            if not is_first and (row.id > self._newest or is_failure):
                several = self._before is not None and len(self._before.accounts) > 1
                words = sentences.told(row, is_several=several)
                self._say(f"{row.at.astimezone():%H:%M:%S} {words}")
            self._newest = max(self._newest, row.id)

    def gone(self) -> None:
        """Tell that nobody answers, and begin anew with the next engine."""
        self._say(_GONE)
        self._before = None


async def _while_read(args: argparse.Namespace) -> None:
    # A calm engine writes nothing for hours: only a look tells that the reader has gone.
    following = asyncio.create_task(_follow(args))
    try:
        while not following.done():
            if _is_unread():
                raise BrokenPipeError
            await asyncio.wait({following}, timeout=_LOOK_S)
        await following
    finally:
        following.cancel()


def _is_unread() -> bool:
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


async def _follow(args: argparse.Namespace) -> None:
    path = socket_path(places.state_dir(args.state_dir))
    teller = Teller(lambda words: print(words, flush=True))
    is_told = has_met = False
    while True:
        try:
            async with connect(path) as client:
                is_told, has_met = False, True
                async for frame in client.frames(_HZ):
                    if isinstance(frame, Snapshot):
                        teller.snapshot(frame)
                    else:
                        teller.rows(frame)
        except Busy:
            if not has_met:
                raise
        except FrameError as e:
            has_met = True
            print(f"The engine speaks otherwise: {e}", flush=True)
        if not is_told:
            teller.gone()
            is_told = True
        await asyncio.sleep(_RETRY_S)
