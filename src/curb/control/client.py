"""A screen's end of the socket: latest snapshot wins, audit rows are never skipped."""

import asyncio
import contextlib
import itertools
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from curb.control.frames import MAX_FRAME, Hello, Reply, pack, read_reply, read_rows, unpack
from curb.domain import codec
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.errors import Busy, LinkLost
from curb.domain.snapshot import Snapshot

# A local engine answers in milliseconds; one that is stopped or hung does not.
_HELLO_S = 2.0
# Rows not yet taken by the screen; it repaints several times a second.
_MAX_ROWS = 20_000

Frame = Snapshot | tuple[AuditRow, ...]


class Client:
    """A connection to an engine. `hello` says who answers; `farewell` why it ended, or ""."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        hello: Hello,
    ) -> None:
        self.hello = hello
        self.farewell = ""
        self._reader = reader
        self._writer = writer
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[Reply]] = {}
        self._snapshot: Snapshot | None = None
        self._rows: deque[AuditRow] = deque(maxlen=_MAX_ROWS)
        self._news = asyncio.Event()
        self._error: FrameError | None = None
        self._is_over = False

    async def frames(self, hz: int = 4) -> AsyncGenerator[Frame]:
        """Watch: yield audit rows as they come and the newest snapshot, until the end.

        Raises FrameError where the engine says what this screen cannot understand.
        """
        self._send(pack("watch", hz=hz))
        while True:
            await self._news.wait()
            self._news.clear()
            if self._rows:
                rows = tuple(self._rows)
                self._rows.clear()
                yield rows
            if self._snapshot is not None:
                newest, self._snapshot = self._snapshot, None
                yield newest
            if self._error is not None:
                raise self._error
            if self._is_over:
                return

    async def command(self, name: str, *, timeout_s: float = 5.0, **args: Any) -> Reply:
        """Ask the engine for something and return its answer.

        Raises LinkLost where none came: the command may or may not have had its effect.
        """
        if self._is_over:
            raise LinkLost("the engine has gone; nothing was sent")
        request_id = next(self._ids)
        reply = asyncio.get_running_loop().create_future()
        self._replies[request_id] = reply
        self._send(pack("command", id=request_id, name=name, args=args))
        try:
            return await asyncio.wait_for(reply, timeout_s)
        except TimeoutError as e:
            raise LinkLost(f"no answer to {name} in {timeout_s:g} s; it may yet happen") from e
        finally:
            del self._replies[request_id]

    async def read(self) -> None:
        """Take frames until the connection ends. `connect` runs this beside the caller."""
        try:
            while line := await self._reader.readline():
                self._take(unpack(line))
        except FrameError as e:
            self._error = e
        except ValueError:
            # What StreamReader says of a line above its limit.
            self._error = FrameError(f"expected frames below {MAX_FRAME} bytes")
        except OSError:
            pass
        finally:
            self._is_over = True
            self._news.set()
            for reply in self._replies.values():
                if not reply.done():
                    reply.set_exception(LinkLost("the engine went away before it answered"))

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["kind"]:
            case "snapshot":
                self._snapshot = codec.decode(Snapshot, frame.get("snapshot"))
                self._news.set()
            case "audit":
                self._rows.extend(read_rows(frame))
                self._news.set()
            case "reply":
                waiting = self._replies.get(frame.get("id", 0))
                if waiting is not None and not waiting.done():
                    waiting.set_result(read_reply(frame))
            case "bye":
                self.farewell = str(frame.get("reason", "")) or "stopped"
            case _:
                pass  # a newer engine may have more to say

    def _send(self, frame: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(frame)


@asynccontextmanager
async def connect(path: Path) -> AsyncIterator[Client]:
    """Attach to the engine that listens at `path`. Raises Busy where none answers."""
    try:
        reader, writer = await asyncio.open_unix_connection(str(path), limit=MAX_FRAME)
    except OSError as e:
        raise Busy(f"no engine answers at {path}: {e.strerror}; start one with `curb run`") from e
    task: asyncio.Task[None] | None = None
    try:
        client = Client(reader, writer, await _greeting(reader, path))
        task = asyncio.create_task(client.read(), name="control client")
        yield client
    finally:
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _greeting(reader: asyncio.StreamReader, path: Path) -> Hello:
    try:
        line = await asyncio.wait_for(reader.readline(), _HELLO_S)
    except TimeoutError as e:
        raise Busy(f"no engine answers at {path}: connected, but silent") from e
    except OSError as e:
        raise Busy(f"no engine answers at {path}: {e.strerror}") from e
    if not line:
        raise Busy(f"no engine answers at {path}: it hung up")
    frame = unpack(line)
    if frame["kind"] == "bye":
        raise Busy(f"the engine at {path} refused: {frame.get('reason', '')}")
    return codec.decode(Hello, frame)
