"""The engine's end of the socket: it tells every screen, and waits for none.

Every write is handed to the kernel or to a bounded buffer; nothing here awaits a client.
"""

import asyncio
import contextlib
import logging
import os
import socket
import stat
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from curb.control import frames
from curb.control.paths import private_dir
from curb.control.watcher import Watcher
from curb.domain.audit import AuditRow
from curb.domain.errors import CurbError, Held
from curb.domain.snapshot import Snapshot

_log = logging.getLogger(__name__)

Command = Callable[[str, dict[str, Any]], Awaitable[frames.Reply]]
Tail = Callable[[], Awaitable[Sequence[AuditRow]]]

# A person has a few terminals; more is a script gone wrong.
_MAX_CLIENTS = 16
_TICK_S = 1 / frames.MAX_HZ
# Changes worth painting at once come in bursts (a flatten is a dozen events).
_BURST_S = 0.02
# How often the socket's name is looked at: a log-out may remove the directory it stands in.
_NAME_CHECK_TICKS = 50


class ControlServer:
    """Listens on a Unix socket for screens of the same user.

    `snapshot` is asked at most once a tick for all screens, `command` is awaited in a task
    of its own, `tail` returns the newest audit rows, oldest first, for a screen that begins
    to watch. With `is_supervised` screens leave it to systemd to start the next engine.
    """

    def __init__(
        self,
        path: Path,
        *,
        version: str,
        snapshot: Callable[[], Snapshot],
        command: Command,
        tail: Tail,
        is_supervised: bool = False,
    ) -> None:
        self._path = path
        self._is_supervised = is_supervised
        self._version = version
        self._snapshot = snapshot
        self._command = command
        self._tail = tail
        self._server: asyncio.Server | None = None
        self._watchers: set[Watcher] = set()
        self._ticker: asyncio.Task[None] | None = None
        self._burst: asyncio.TimerHandle | None = None
        self._rows: list[AuditRow] = []
        self._inode: int | None = None

    async def start(self) -> None:
        """Listen. Raises Held where an engine answers at this place already."""
        if await _answers(self._path):
            raise Held(f"an engine answers at {self._path} already; attach with `curb`")
        await self._bind()
        self._ticker = asyncio.create_task(self._tick(), name="control ticker")
        self._ticker.add_done_callback(_report)

    async def close(self, reason: str = "stopped") -> None:
        """Say goodbye to every screen and remove the socket."""
        if self._ticker is not None:
            self._ticker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._ticker
        if self._burst is not None:
            self._burst.cancel()
        self._flush_rows()
        for watcher in tuple(self._watchers):
            watcher.farewell(frames.bye(reason))
        await self._unbind()

    @property
    def screens(self) -> int:
        """How many screens follow."""
        return sum(watcher.is_watching for watcher in self._watchers)

    def publish_audit(self, row: AuditRow) -> None:
        """Send a row, new or changed, to every screen; rows of one turn share a frame."""
        if not self._rows:
            asyncio.get_running_loop().call_soon(self._flush_rows)
        self._rows.append(row)

    def publish_now(self) -> None:
        """Send a snapshot without waiting for the next tick; bursts share one."""
        if self._burst is None:
            loop = asyncio.get_running_loop()
            self._burst = loop.call_later(_BURST_S, self._send_burst)

    async def _bind(self) -> None:
        private_dir(self._path.parent)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._path.unlink(missing_ok=True)
            listener.bind(str(self._path))
            self._path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            self._inode = self._path.stat().st_ino
            listener.listen(_MAX_CLIENTS)
            listener.setblocking(False)
            loop = asyncio.get_running_loop()
            self._server = await loop.create_unix_server(self._new_watcher, sock=listener)
        except OSError as e:
            listener.close()
            raise CurbError(f"{self._path}: expected to listen here, found: {e.strerror}") from e

    async def _unbind(self) -> None:
        if self._server is None:
            return
        # The name goes first: a screen that comes now shall find nobody, not a closed door.
        if self._is_named():
            self._path.unlink(missing_ok=True)
        self._server.close()
        await self._server.wait_closed()
        self._server = None

    def _is_named(self) -> bool:
        with contextlib.suppress(OSError):
            return self._path.lstat().st_ino == self._inode
        return False

    def _new_watcher(self) -> Watcher:
        hello = frames.hello(self._version, os.getpid(), is_supervised=self._is_supervised)
        return Watcher(hello, self._watchers, _MAX_CLIENTS, self._command, self._tail)

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        count = 0
        while True:
            await asyncio.sleep(_TICK_S)
            count += 1
            now = loop.time()
            self._send([w for w in self._watchers if w.is_due(now)], now)
            if count % _NAME_CHECK_TICKS == 0 and not self._is_named():
                await self._rebind()

    async def _rebind(self) -> None:
        # Without the directory there is no place to listen until the user logs in again.
        if self._path.parent.parent.is_dir() and self._server is not None:
            self._server.close()
            with contextlib.suppress(CurbError):
                await self._bind()

    def _send_burst(self) -> None:
        self._burst = None
        now = asyncio.get_running_loop().time()
        self._send([w for w in self._watchers if w.is_watching], now)

    def _send(self, watchers: Sequence[Watcher], now: float) -> None:
        ready = [w for w in watchers if not w.is_behind]
        if ready:
            frame = frames.snapshot(self._snapshot())
            for watcher in ready:
                watcher.send_snapshot(frame, now)

    def _flush_rows(self) -> None:
        rows, self._rows = self._rows, []
        if rows and self._watchers:
            frame = frames.audit(rows)
            for watcher in tuple(self._watchers):
                watcher.send_rows(frame)


def _report(ticker: asyncio.Task[None]) -> None:
    if not ticker.cancelled() and (error := ticker.exception()) is not None:
        _log.critical("screens get no snapshots any more: %s", type(error).__name__)


async def _answers(path: Path) -> bool:
    try:
        _, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
