"""The hubs' WebSocket side: negotiate, handshake, pings, calls and their completions."""

import asyncio
import contextlib
import secrets
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from curb.paper.doors import Doors
from curb.paper.faults.faults import Chance, Cut
from curb.paper.floor import Floor
from curb.paper.hub import Connection, Hub
from curb.paper.record import brief
from curb.wire import names, signalr
from curb.wire.signalr import MessageType, Records

# Later ones are asked for down to this one.
_NEGOTIATE_VERSION = 1

# Old clients say 0, and mean the same.
_PROTOCOL_VERSIONS = (0, 1)

_NO_STREAM = "Failed to invoke the method: it is no stream."


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the hubs wait, in seconds; the defaults are the real server's."""

    handshake_s: float = 15.0
    ping_s: float = 15.0
    silent_s: float = 30.0  # twice the clients' ping; then a silent client is let go
    part_s: float = 1.0  # to say good-bye to a client that may not read any more


class Sockets:
    """Serves both hubs of a floor."""

    def __init__(
        self, floor: Floor, doors: Doors, pace: Pace | None = None, cut: Cut = lambda _: None
    ) -> None:
        self._floor = floor
        self._doors = doors
        self._pace = pace or Pace()
        self._cut = cut
        self._faults = floor.faults

    def routes(self) -> list[BaseRoute]:
        """Return the routes of both hubs."""
        routes: list[BaseRoute] = []
        for path, hub in (
            (names.USER_HUB, self._floor.user),
            (names.MARKET_HUB, self._floor.market),
        ):
            routes.append(Route(f"{path}/negotiate", self._negotiate, methods=["POST"]))
            routes.append(WebSocketRoute(path, self._endpoint(hub)))
        return routes

    async def _negotiate(self, request: Request) -> Response:
        path = request.url.path
        hub = self._floor.user if path.startswith(names.USER_HUB) else self._floor.market
        if hub.faults.is_shut(hub.name):
            return Response(status_code=503)
        spoiled = self._faults.chance("hub.negotiate_status", path, hub.name)
        if spoiled:
            return Response(status_code=spoiled.whole("status"))
        if not self._doors.admits(request):
            return Response(status_code=401)
        asked = request.query_params.get("negotiateVersion", "0")
        if not asked.isdecimal():
            error = f"The client requested an invalid protocol version '{asked[:20]}'"
            return JSONResponse({"error": error})
        version = min(int(asked[:9]), _NEGOTIATE_VERSION)
        answer: dict[str, Any] = {
            "negotiateVersion": version,
            "connectionId": secrets.token_urlsafe(16),
        }
        if version:
            answer["connectionToken"] = secrets.token_urlsafe(16)
        answer["availableTransports"] = [
            {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}
        ]
        return JSONResponse(answer)

    def _endpoint(self, hub: Hub) -> Any:
        async def serve(socket: WebSocket) -> None:
            if hub.faults.is_shut(hub.name) or not self._doors.admits(socket):
                status = 503 if hub.faults.is_shut(hub.name) else 401
                await socket.send_denial_response(Response(status_code=status))
                return
            await socket.accept()
            with contextlib.suppress(WebSocketDisconnect):
                await self._attend(hub, socket)

        return serve

    async def _attend(self, hub: Hub, socket: WebSocket) -> None:
        records = Records()
        late = self._faults.chance("hub.handshake_slow", hub.name)
        if late:
            await asyncio.sleep(late.number("seconds"))
        is_refused = self._faults.chance("hub.handshake_error", hub.name) is not None
        early = await _handshake(socket, records, self._pace.handshake_s, is_refused=is_refused)
        if early is None:
            return
        is_joined = self._faults.chance("hub.handshake_joined", hub.name) is not None
        await socket.send_text(signalr.handshake_reply() + (signalr.ping() if is_joined else ""))
        connection = Connection()
        hub.connections.add(connection)
        tasks = [
            asyncio.create_task(_send(socket, connection)),
            asyncio.create_task(_ping(hub, connection, self._pace.ping_s)),
            asyncio.create_task(self._read(hub, socket, connection, records, early)),
            asyncio.create_task(connection.is_over.wait()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.leave(connection)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        ending = connection.ending
        if ending is not None and ending.fault.knob == "hub.drop":
            if socket.client is not None:
                self._cut((socket.client.host, socket.client.port))
            with contextlib.suppress(WebSocketDisconnect, RuntimeError):
                await socket.close()  # to nobody: the server wants an end
            return
        await _part(socket, self._pace.part_s, ending)

    async def _read(
        self,
        hub: Hub,
        socket: WebSocket,
        connection: Connection,
        records: Records,
        early: list[dict[str, Any]],
    ) -> None:
        """Do what the client calls, until it closes or is silent for too long."""
        messages = early
        while all(self._take(hub, connection, message) for message in messages):
            data = await _receive(socket, self._pace.silent_s)
            if data is None:
                return
            messages = list(records.feed(data))

    def _take(self, hub: Hub, connection: Connection, message: dict[str, Any]) -> bool:
        """Take one message; return whether the connection goes on."""
        kind = message.get("type")
        if kind in (MessageType.INVOCATION, MessageType.STREAM_INVOCATION):
            is_stream = kind == MessageType.STREAM_INVOCATION
            fault = _NO_STREAM if is_stream else self._invoked(hub, connection, message)
            invocation_id = message.get("invocationId")
            row = {
                "hub": hub.name,
                "method": brief(message.get("target")),
                "arguments": brief(message.get("arguments")),
                "code": 1 if fault else 0,
            }
            self._floor.record.add(self._floor.clock.now(), "request", row)
            is_silent = self._faults.chance("hub.swallow_completion", hub.name, str(row["method"]))
            if isinstance(invocation_id, str) and not is_silent:
                connection.push(signalr.completion(invocation_id, error=fault))
        return bool(kind != MessageType.CLOSE)

    def _invoked(self, hub: Hub, connection: Connection, message: dict[str, Any]) -> str | None:
        """Do a client's call; return what was wrong with it, None where nothing was."""
        places = (hub.name, str(message.get("target")))
        if self._faults.chance("hub.reject_invoke", *places):
            return "Failed to invoke the method: try again."
        if self._faults.chance("hub.deaf", *places):
            return None
        return hub.invoke(connection, message.get("target"), message.get("arguments"))


async def _handshake(
    socket: WebSocket, records: Records, seconds: float, *, is_refused: bool
) -> list[dict[str, Any]] | None:
    """Read the client's first record; return what came with it, None where it is refused."""
    messages: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(seconds):
            while not messages and not records.malformed:
                data = await _receive(socket, seconds)
                if data is None:
                    return None
                messages = list(records.feed(data))
    except TimeoutError:
        await socket.close(1000)
        return None
    error = _handshake_fault(messages[0] if messages else {})
    if is_refused or error is not None:
        error = error or "The handshake was refused."
        await socket.send_text(signalr.handshake_reply(error))
        await socket.close(1000)
        return None
    return messages[1:]


def _handshake_fault(asked: dict[str, Any]) -> str | None:
    """Return what is wrong with a client's first record, None where nothing is."""
    if asked.get("protocol") != "json":
        return "Expected a handshake for the protocol 'json'."
    version = asked.get("version")
    if not isinstance(version, int) or version not in _PROTOCOL_VERSIONS:
        return f"The server does not support version {brief(version)} of the 'json' protocol."
    return None


async def _receive(socket: WebSocket, seconds: float) -> str | bytes | None:
    """Return the next frame's data; None when the client left or was silent."""
    try:
        async with asyncio.timeout(seconds):
            message = await socket.receive()
    except TimeoutError:
        return None
    if message["type"] != "websocket.receive":
        return None
    text: str | bytes | None = message.get("text")
    return text if text is not None else message.get("bytes")


async def _send(socket: WebSocket, connection: Connection) -> None:
    with contextlib.suppress(WebSocketDisconnect):
        while not connection.is_behind:
            first = await connection.waiting.get()
            for frame in connection.frames(first):
                if isinstance(frame, bytes):
                    await socket.send_bytes(frame)
                else:
                    await socket.send_text(frame)


async def _ping(hub: Hub, connection: Connection, seconds: float) -> None:
    """Keep the client alive, and notice one that does not read."""
    while not connection.is_behind:
        await asyncio.sleep(seconds)
        if hub.faults.pings(hub.name):
            connection.push(signalr.ping())


async def _part(socket: WebSocket, seconds: float, ending: Chance | None) -> None:
    """Say good-bye where the socket still stands and is read."""
    text = signalr.close()
    if ending is not None:
        may_return = bool(ending.fault.figure("allow_reconnect"))
        text = signalr.close(ending.word("error") or None, allow_reconnect=may_return)
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(seconds):
            await socket.send_text(text)
            await socket.close(1000)
