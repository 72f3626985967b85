"""One screen, seen from the engine: a protocol that never blocks and never waits."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from curb.control import frames
from curb.control.peer import user_of
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.errors import CurbError

_log = logging.getLogger(__name__)

# Above this a screen does not keep up: the next snapshot would only make it later.
_BEHIND_BYTES = 256 * 1024
# Audit rows may not be skipped; a screen that far behind is gone, and will reconnect.
_GONE_BYTES = 8 * 1024 * 1024
# Rows kept while a screen's first tail is being read from disk, some milliseconds.
_MAX_WAITING = 1000
# A person presses one key at a time; a script may be a little faster.
_MAX_COMMANDS = 8


class Watcher(asyncio.Protocol):
    """A connected client. It says hello, then answers what it is asked."""

    def __init__(
        self,
        hello: bytes,
        peers: "set[Watcher]",
        max_peers: int,
        command: Callable[[str, dict[str, Any]], Awaitable[frames.Reply]],
        tail: Callable[[], Awaitable[Sequence[AuditRow]]],
    ) -> None:
        self._hello = hello
        self._peers = peers
        self._max_peers = max_peers
        self._command = command
        self._tail = tail
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._interval_s = 0.0
        self._next_at = 0.0
        self._waiting: list[bytes] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_watching(self) -> bool:
        """Whether the client asked for snapshots and has had its tail."""
        return self._interval_s > 0 and self._waiting is None

    @property
    def is_behind(self) -> bool:
        """Whether so much is unread that a snapshot would not help."""
        return self._unsent() > _BEHIND_BYTES

    def is_due(self, now: float) -> bool:
        """Whether the client's next snapshot is due at the loop's time `now`."""
        return self.is_watching and now >= self._next_at

    def send_snapshot(self, frame: bytes, now: float) -> None:
        """Hand over a snapshot."""
        # A tick that comes a little early counts, else 10 Hz on a 10 Hz ticker beats.
        self._next_at = now + self._interval_s * 0.9
        self._write(frame)

    def send_rows(self, frame: bytes) -> None:
        """Hand over audit rows, or give the client up where it cannot take them."""
        if self._waiting is not None:
            self._waiting.append(frame)
            if len(self._waiting) > _MAX_WAITING:
                self._drop("the audit's tail took too long")
        elif self._interval_s > 0:
            self._write(frame)
            if self._unsent() > _GONE_BYTES:
                self._drop("a screen does not read its audit rows")

    def farewell(self, frame: bytes) -> None:
        """Say the last word and hang up; what a stalled client cannot take is thrown away."""
        self._write(frame)
        if self._transport is not None:
            if self._unsent():
                self._transport.abort()
            else:
                self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Refuse other users and one client too many; greet the rest."""
        self._transport = cast("asyncio.Transport", transport)
        uid = user_of(transport.get_extra_info("socket"))
        if uid != os.getuid():
            self._drop(f"a process of user {uid} was refused")
        elif len(self._peers) >= self._max_peers:
            self._write(frames.bye(f"{self._max_peers} screens are attached already"))
            self._transport.close()
        else:
            self._peers.add(self)
            self._write(self._hello)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the client; its unfinished commands go on in the engine."""
        self._peers.discard(self)
        self._transport = None

    def data_received(self, data: bytes) -> None:
        """Take whole lines; what is no request ends the connection."""
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = rest
        try:
            for line in lines:
                self._take(frames.read_request(bytes(line)))
        except FrameError as e:
            self._drop(f"a client was dropped: {e}")
        if len(self._buffer) > frames.MAX_REQUEST:
            self._drop("a client was dropped: its request has no end")

    def _take(self, request: frames.Watch | frames.Command) -> None:
        if isinstance(request, frames.Watch):
            if self._interval_s == 0:
                self._waiting = []
                self._start(self._send_tail())
            self._interval_s = 1 / request.hz
        elif len(self._tasks) >= _MAX_COMMANDS:
            busy = frames.Reply(ok=False, text=f"{_MAX_COMMANDS} commands are under way; wait")
            self._write(frames.reply(request.id, busy))
        else:
            self._start(self._run(request))

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Reported without its text, which may hold anything; the client sees a hang-up.
            self._drop(f"a request failed inside: {type(error).__name__}")

    async def _run(self, request: frames.Command) -> None:
        try:
            answer = await self._command(request.name, request.args)
        except CurbError as e:
            answer = frames.Reply(ok=False, text=str(e))
        self._write(frames.reply(request.id, answer))

    async def _send_tail(self) -> None:
        try:
            rows = await self._tail()
        except CurbError as e:
            _log.warning("no audit tail for a screen: %s", e)
            rows = ()
        waiting, self._waiting = self._waiting or [], None
        if rows:
            self._write(frames.audit(rows))
        for frame in waiting:
            self._write(frame)

    def _write(self, frame: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    def _unsent(self) -> int:
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def _drop(self, why: str) -> None:
        if self._transport is not None and not self._transport.is_closing():
            _log.warning("%s", why)
            self._transport.abort()
