"""One SignalR connection: handshake, calls, pings, and the end that always comes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from urllib.parse import quote, urlsplit, urlunsplit

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.protocol import Event, State

from curb.domain.errors import AuthLost, LinkLost
from curb.domain.text import safe_text
from curb.gateway.connection import origin_of
from curb.gateway.counters import Counters
from curb.gateway.frames import Frames
from curb.wire import names, signalr
from curb.wire.signalr import MessageType, Records

# A full depth snapshot is the largest frame seen in the wild, far below this.
_MAX_FRAME = 4 << 20

_UNAUTHORIZED = (401, 403)

_HEAD_END = b"\r\n\r\n"

_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a line waits, in seconds. The other side pings every 15."""

    open_s: float = 5.0
    answer_s: float = 5.0
    ping_s: float = 10.0
    dead_s: float = 30.0  # two missed pings


TIMING = Timing()


@dataclass(frozen=True, slots=True)
class Call:
    """A hub method with its arguments; a subscription is one that is called on every line."""

    method: str
    arguments: tuple[int | str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ear:
    """Who listens: `hear` gets each event's target and arguments, `missed` tells of a loss."""

    hear: Callable[[str, Any], None]
    missed: Callable[[], None]


class Line:
    """An open connection to a hub; it begins with `greet` while `read` runs.

    `heard_at` is when the last frame came, in the loop's time.
    """

    def __init__(self, ear: Ear, counters: Counters, timing: Timing) -> None:
        loop = asyncio.get_running_loop()
        self._socket: ClientConnection | None = None
        self._ear = ear
        self._counters = counters
        self._timing = timing
        self._records = Records()
        self._calls: dict[str, asyncio.Future[str | None]] = {}
        self._next_id = 0
        self.heard_at = loop.time()
        self._is_shaken = False
        self._shaken: asyncio.Future[str | None] = loop.create_future()
        self._fault: asyncio.Future[Exception] = loop.create_future()  # what ended the listening

    def connected(self, socket: ClientConnection) -> None:
        """Take the connection; what it brings may have come before."""
        self._socket = socket

    async def greet(self) -> None:
        """Shake hands; `read` must be running. Raises LinkLost."""
        await self._send(signalr.handshake_request())
        await self._within(self._shaken, "an answer to the handshake")

    async def call(self, calls: Sequence[Call]) -> None:
        """Call hub methods one after the other, then wait for all answers. Raises LinkLost."""
        waiting: dict[str, tuple[Call, asyncio.Future[str | None]]] = {}
        loop = asyncio.get_running_loop()
        try:
            for call in calls:
                call_id = str(self._next_id)
                self._next_id += 1
                self._calls[call_id] = answer = loop.create_future()
                waiting[call_id] = call, answer
                text = signalr.invocation(call.method, list(call.arguments), call_id)
                await self._send(text)
            for call, answer in waiting.values():
                error = await self._within(answer, f"an answer to {call.method}")
                if error is not None:
                    raise LinkLost(f"the hub refused {call.method}: {error}")
        finally:
            for call_id in waiting:
                del self._calls[call_id]

    def hear(self, frame: str | bytes) -> None:
        """Take in a frame, from where it arrives; what it ends, `read` tells."""
        if self._fault.done():
            return
        self.heard_at = asyncio.get_running_loop().time()
        malformed = self._records.malformed
        try:
            for message in self._records.feed(frame):
                self._take(message)
            if self._records.malformed > malformed:
                self._counters.malform("hub record")
                self._ear.missed()
        except Exception as e:  # noqa: BLE001 - the reader raises it
            self._fault.set_result(e)

    async def read(self) -> None:
        """Wait until the connection ends: raises LinkLost or AuthLost."""
        parts = asyncio.create_task(self._read_parts())
        try:
            await asyncio.wait((parts, self._fault), return_when=asyncio.FIRST_COMPLETED)
            if self._fault.done():
                raise self._fault.result()
            parts.result()
        finally:
            parts.cancel()
            await asyncio.gather(parts, return_exceptions=True)
        raise LinkLost("the gateway closed the connection")

    async def _read_parts(self) -> None:
        """Take in what came in parts, until the end."""
        try:
            async for frame in self._open:
                self.hear(frame)
        except ConnectionClosed as e:
            raise LinkLost(_why(e)) from None

    async def keep(self) -> None:
        """Ping, and raise LinkLost when the other side has been silent for too long."""
        loop = asyncio.get_running_loop()
        ping_at = loop.time() + self._timing.ping_s
        while True:
            dead_at = self.heard_at + self._timing.dead_s
            await asyncio.sleep(max(min(ping_at, dead_at) - loop.time(), 0))
            if loop.time() >= self.heard_at + self._timing.dead_s:
                silence = self._timing.dead_s
                raise LinkLost(f"expected a sign of life within {silence:g} s, found none")
            if loop.time() >= ping_at:
                await self._send(signalr.ping())
                ping_at = loop.time() + self._timing.ping_s

    @property
    def _open(self) -> ClientConnection:
        if self._socket is None:
            raise LinkLost("not connected yet")
        return self._socket

    async def _send(self, text: str) -> None:
        try:
            async with asyncio.timeout(self._timing.answer_s):
                await self._open.send(text)
        except TimeoutError:
            raise LinkLost("the connection takes no more data") from None
        except ConnectionClosed as e:
            raise LinkLost(_why(e)) from None

    async def _within(self, answer: asyncio.Future[str | None], expected: str) -> str | None:
        try:
            async with asyncio.timeout(self._timing.answer_s):
                return await answer
        except TimeoutError:
            limit = self._timing.answer_s
            raise LinkLost(f"expected {expected} within {limit:g} s, found none") from None

    def _take(self, message: dict[str, Any]) -> None:
        if not self._is_shaken:
            self._shake(message)
            return
        kind = message.get("type")
        if kind == MessageType.INVOCATION:
            target = message.get("target")
            if not isinstance(target, str):
                self._counters.malform("hub target")
            elif target.lower() == names.LOGOUT.lower():
                raise AuthLost("the gateway logged us out")
            else:
                self._ear.hear(target, message.get("arguments"))
        elif kind == MessageType.COMPLETION:
            self._complete(message)
        elif kind == MessageType.CLOSE:
            self._end(message)

    def _shake(self, message: dict[str, Any]) -> None:
        if message.get("error") is not None:
            raise LinkLost(f"the hub refused the handshake: {safe_text(message['error'])}")
        self._is_shaken = True
        if not self._shaken.done():
            self._shaken.set_result(None)

    def _complete(self, message: dict[str, Any]) -> None:
        answer = self._calls.get(str(message.get("invocationId")))
        if answer is None or answer.done():
            return
        error = message.get("error")
        answer.set_result(None if error is None else safe_text(error))

    def _end(self, message: dict[str, Any]) -> None:
        error = message.get("error")
        words = f"the gateway closed the hub: {safe_text(error or 'no reason given')}"
        # Told not to come back with what we have, we come back with a new token.
        raise LinkLost(words) if message.get("allowReconnect") is True else AuthLost(words)


class _Socket(ClientConnection):
    """Hands each message over where it arrives: to wake a reader takes longer than to decide.

    From the first one in parts on, the library puts messages together and the reader is woken.
    """

    _frames: Frames | None = None  # once it is sure where the first one begins

    def __init__(self, *args: Any, hear: Callable[[bytes], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hear = hear
        self._is_whole = True

    def data_received(self, data: bytes) -> None:
        """Take bytes in (asyncio's call)."""
        frames = self._frames
        if frames is not None:
            is_open = self._is_whole and self.state is State.OPEN
            messages = frames.whole(data) if is_open else None
            if messages is not None:
                for message in messages:
                    self._hear(message)
                return
            frames.follow(data)
        was_shaken = self.response is not None
        super().data_received(data)
        if not was_shaken and self.response is not None and data.endswith(_HEAD_END):
            self._frames = Frames()

    def process_event(self, event: Event) -> None:
        """Take an event of the protocol (websockets' call)."""
        if not isinstance(event, Frame) or event.opcode not in _DATA:
            super().process_event(event)
        elif self._is_whole and event.fin:
            self._hear(bytes(event.data))
        else:
            self._is_whole = False
            super().process_event(event)


class _Connect(connect):
    """Follows no redirects: the token is for one host only."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return the refusal itself (websockets' call)."""
        return exc


@asynccontextmanager
async def open_line(
    url: str, token: SecretStr, ear: Ear, counters: Counters, timing: Timing = TIMING
) -> AsyncIterator[Line]:
    """Connect to a hub, close at the end. Raises LinkLost or AuthLost."""
    secret = token.get_secret_value()
    origin, line = origin_of(url), Line(ear, counters, timing)
    try:
        socket = await _Connect(
            _socket_url(url, secret),
            create_connection=cast(type[ClientConnection], partial(_Socket, hear=line.hear)),
            additional_headers={"Authorization": f"Bearer {secret}"},
            compression=None,
            max_size=_MAX_FRAME,
            open_timeout=timing.open_s,
            ping_interval=None,
            close_timeout=1,
            proxy=None,
            ssl=origin.tls,
        )
    except InvalidStatus as e:
        status = e.response.status_code
        words = f"the hub at {origin} answered HTTP {status}"
        raise (AuthLost if status in _UNAUTHORIZED else LinkLost)(words) from None
    except TimeoutError:
        raise LinkLost(f"cannot reach {origin}: no answer within {timing.open_s:g} s") from None
    except (OSError, EOFError, WebSocketException) as e:
        found = e.strerror if isinstance(e, OSError) and e.strerror else type(e).__name__
        raise LinkLost(f"cannot reach the hub at {origin}: {safe_text(found)}") from None
    line.connected(socket)
    try:
        yield line
    finally:
        await socket.close()


def _socket_url(url: str, secret: str) -> str:
    parts = urlsplit(url)
    scheme = {"https": "wss", "http": "ws"}.get(parts.scheme, parts.scheme)
    query = f"access_token={quote(secret, safe='')}"
    return urlunsplit((scheme, parts.netloc, parts.path, query, ""))


def _why(error: ConnectionClosed) -> str:
    if error.rcvd is None:
        return "the connection broke"
    reason = safe_text(error.rcvd.reason) or "no reason given"
    return f"the gateway closed the connection ({error.rcvd.code}: {reason})"
