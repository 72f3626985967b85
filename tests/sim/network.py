"""The way between one process and the venue, without sockets: the same bytes, each in its time."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from functools import partial
from random import Random
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message
from starlette.websockets import WebSocketDisconnect
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.http11 import Response

from curb.domain.errors import LinkLost
from curb.gateway import line, pool
from curb.gateway.connection import Connection, Origin
from curb.paper.clock import VenueClock
from curb.paper.faults.faults import Faults

_HOLE_S = 0.05
_REASONS = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found"}

End = Callable[[], None]


class Way:
    """One direction of a line: what enters first arrives first, none at once."""

    def __init__(
        self, network: "Network", side: str, way: str, arrive: Callable[[Any], None], cut: End
    ) -> None:
        self._network = network
        self._side, self._way = side, way
        self._arrive = arrive
        self._cut = cut
        self._carried = 0
        self._waiting: deque[tuple[float, Any]] = deque()
        self._last_s = 0.0

    def put(self, item: Any) -> None:
        """Let something enter."""
        loop = self._network.loop
        self._last_s = max(self._last_s, loop.time() + self._network.takes_s(self._side))
        self._waiting.append((self._last_s, item))
        if len(self._waiting) == 1:
            loop.call_at(self._last_s, self._pass)

    def _pass(self) -> None:
        loop = self._network.loop
        if self._network.is_swallowed(self._side, self._way):
            loop.call_later(_HOLE_S, self._pass)
            return
        _, item = self._waiting.popleft()
        if self._waiting:
            loop.call_at(max(self._waiting[0][0], loop.time()), self._pass)
        self._carried += _size(item)
        reset = self._network.faults.chance("net.reset", self._side)
        if reset and self._carried >= reset.whole("after"):
            self._cut()
        else:
            self._arrive(item)


@dataclass
class Network:
    """Lines between the venue's application and the process that is alive now.

    `sends` is told of each request before it leaves and after, with its path.
    """

    app: ASGIApp
    clock: VenueClock
    faults: Faults
    rng: Random
    sends: Callable[[str, bool], None] = lambda _path, _is_gone: None
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
    _lines: dict[int, End] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _port: int = 40_000

    def take_over(self) -> None:
        """Be what the product's client opens its lines by, within `instead_of_sockets`."""
        vars(pool)["dial"] = self.dial
        vars(line)["_Connect"] = partial(connect, self)

    def takes_s(self, side: str) -> float:
        """Return how long something is under way."""
        late = self.faults.chance("net.latency", side)
        return self.rng.uniform(0.005, 0.06) + (late.spread("seconds", "jitter") if late else 0)

    def is_swallowed(self, side: str, way: str) -> bool:
        """Tell whether a line carries nothing now."""
        hole = self.faults.spell("net.blackhole", side)
        parted = self.faults.spell("net.partition", side)
        is_in_hole = hole is not None and hole.figure("way") in (way, "both")
        return is_in_hole or (parted is not None and parted.figure("side") == side)

    def expect_line(self) -> None:
        """Raise LinkLost where a fault takes no connection."""
        if self.faults.chance("net.refuse"):
            raise LinkLost("cannot reach the venue: expected a connection, found none")

    def open(self, end: End) -> tuple[str, int]:
        """Note a line that can be cut; return the client's address."""
        self._port += 1
        self._lines[self._port] = end
        return ("127.0.0.1", self._port)

    def leave(self, client: tuple[str, int]) -> None:
        """Forget a line that ended."""
        self._lines.pop(client[1], None)

    def cut(self, client: tuple[str, int]) -> None:
        """End a client's line, without a word."""
        if end := self._lines.pop(client[1], None):
            end()

    def sever(self) -> None:
        """End every line: the process that held them is gone."""
        while self._lines:
            _, end = self._lines.popitem()
            end()

    async def dial(self, _origin: Origin) -> Connection:
        """Open a line for requests, in the place of `curb.gateway.connection.dial`."""
        self.expect_line()
        await asyncio.sleep(self.takes_s("rest") * 2)
        connection = Connection("the venue")
        connection.connection_made(_Line(self, connection))
        return connection

    def serve(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Let the venue's application answer, whatever becomes of who asked."""
        # It is the venue's own task: the death of a client does not end it.
        task = self.loop.create_task(self._answer(scope, receive, send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        with suppress(WebSocketDisconnect):  # the client left before it was let in
            await self.app(scope, receive, send)


def _size(item: bytes | Message) -> int:
    if isinstance(item, bytes):
        return len(item)
    return len(item.get("text") or item.get("bytes") or "")


class _Line(asyncio.Transport):
    """The client's end of a line for requests; each `write` is one whole request."""

    def __init__(self, network: Network, connection: Connection) -> None:
        super().__init__()
        self._network = network
        self._connection = connection
        self._up = Way(network, "rest", "in", self._asked, self._cut)
        self._down = Way(network, "rest", "out", self._heard, self._cut)
        self._client = network.open(self._cut)
        self._is_over = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send a request."""
        if self._is_over:
            return
        path = bytes(data).split(b" ", 2)[1].decode()
        self._network.sends(path, False)
        if not self._is_over:  # else the process died right before
            self._up.put(bytes(data))
            self._network.sends(path, True)

    def abort(self) -> None:
        """End the line from the client's side."""
        if not self._is_over:
            self._is_over = True
            self._network.leave(self._client)
            self._network.loop.call_soon(self._connection.connection_lost, None)

    def _cut(self) -> None:
        self._network.loop.call_soon(self.abort)

    def _heard(self, data: bytes | None) -> None:
        if not self._is_over and data is not None:
            self._connection.data_received(data)

    def _asked(self, data: bytes) -> None:
        head, _, body = data.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        method, target, _ = first.split(b" ", 2)
        url = urlsplit(target.decode())
        headers = [tuple(line.split(b": ", 1)) for line in lines]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method.decode(),
            "scheme": "http",
            "path": url.path,
            "raw_path": url.path.encode(),
            "query_string": url.query.encode(),
            "headers": [(name.lower(), value) for name, value in headers],
            "client": self._client,
            "server": ("127.0.0.1", 80),
        }
        self._network.serve(scope, partial(_whole, body), self._send)

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            date = format_datetime(self._network.clock.now(), usegmt=True).encode()
            status = message["status"]
            lines = [b"HTTP/1.1 %d %s" % (status, _REASONS.get(status, "Other").encode())]
            lines += [b"date: " + date]
            lines += [name + b": " + value for name, value in message.get("headers", [])]
            self._down.put(b"\r\n".join(lines) + b"\r\n\r\n")
        elif message.get("body"):
            self._down.put(message["body"])


async def _whole(body: bytes) -> Message:
    return {"type": "http.request", "body": body, "more_body": False}


class Socket:
    """The client's end of a hub's line: what `websockets` gives, as far as it is used."""

    def __init__(self, network: Network, url: str) -> None:
        self._network = network
        self._up = Way(network, "hubs", "in", self._tell, self._cut)
        self._down = Way(network, "hubs", "out", self._heard, self._cut)
        self._client = network.open(self._cut)
        self._to_venue: asyncio.Queue[Message] = asyncio.Queue()
        self._to_client: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._is_over = self._is_closed_well = False
        loop = network.loop
        self.accepted: asyncio.Future[None] = loop.create_future()
        parts = urlsplit(url)
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "ws",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": [],
            "client": self._client,
            "server": ("127.0.0.1", 80),
            "subprotocols": [],
            "extensions": {"websocket.http.response": {}},
        }
        self._up.put({"type": "websocket.connect"})
        network.serve(scope, self._to_venue.get, self._send)

    def __aiter__(self) -> "Socket":
        return self

    async def __anext__(self) -> str | bytes:
        frame = await self._to_client.get()
        if frame is not None:
            return frame
        self._to_client.put_nowait(None)
        if self._is_closed_well:
            raise StopAsyncIteration
        raise ConnectionClosedError(None, None)

    async def send(self, text: str) -> None:
        """Send a frame."""
        if self._is_over:
            raise ConnectionClosedError(None, None)
        self._up.put({"type": "websocket.receive", "text": text})

    async def close(self) -> None:
        """End the line from the client's side."""
        self._end(is_well=True)

    def _cut(self) -> None:
        self._network.loop.call_soon(partial(self._end, is_well=False))

    def _end(self, *, is_well: bool) -> None:
        if self._is_over:
            return
        self._is_over, self._is_closed_well = True, is_well
        self._network.leave(self._client)
        self._to_client.put_nowait(None)
        if not self.accepted.done():
            self.accepted.set_exception(EOFError())
            self.accepted.exception()  # whoever waits for it may be gone by now
        self._up.put({"type": "websocket.disconnect", "code": 1000 if is_well else 1006})

    def _tell(self, message: Message) -> None:
        if message["type"] != "websocket.receive" or not self._is_over:
            self._to_venue.put_nowait(message)

    def _heard(self, message: Message) -> None:
        if self._is_over:
            return
        kind = message["type"]
        if kind == "websocket.accept" and not self.accepted.done():
            self.accepted.set_result(None)
        elif kind == "websocket.http.response.start" and not self.accepted.done():
            refused = Response(message["status"], "refused", Headers())
            self.accepted.set_exception(InvalidStatus(refused))
        elif kind == "websocket.send":
            text = message.get("text")
            self._to_client.put_nowait(text if text is not None else message["bytes"])
        elif kind == "websocket.close":
            self._end(is_well=message.get("code", 1000) == 1000)

    async def _send(self, message: Message) -> None:
        if self._is_over:
            raise OSError("the client is gone")
        self._down.put(message)


@contextmanager
def instead_of_sockets() -> Iterator[None]:
    """Let the product's client open real lines again at the end."""
    kept = (vars(pool)["dial"], vars(line)["_Connect"])
    try:
        yield
    finally:
        vars(pool)["dial"], vars(line)["_Connect"] = kept


async def connect(network: Network, url: str, *, open_timeout: float, **_others: Any) -> Socket:
    """Open a hub's line, in the place of `websockets.asyncio.client.connect`."""
    if network.faults.chance("net.refuse"):
        raise ConnectionRefusedError(111, "Connection refused")
    socket = Socket(network, url)
    try:
        async with asyncio.timeout(open_timeout):
            await socket.accepted
    except BaseException:
        await socket.close()
        raise
    return socket
