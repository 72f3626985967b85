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
from curb.paper.floor import Floor
from curb.paper.hub import Connection, Hub
from curb.paper.record import brief
from curb.wire import names, signalr
from curb.wire.signalr import MessageType, Records


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the hubs wait, in seconds; the defaults are the real server's."""

    handshake_s: float = 15.0
    ping_s: float = 15.0
    silent_s: float = 30.0  # twice the clients' ping; then a silent client is let go
    part_s: float = 1.0  # to say good-bye to a client that may not read any more


class Sockets:
    """Serves both hubs of a floor."""

    def __init__(self, floor: Floor, doors: Doors, pace: Pace | None = None) -> None:
        self._floor = floor
        self._doors = doors
        self._pace = pace or Pace()

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
        if not self._doors.admits(request):
            return Response(status_code=401)
        version = 1 if request.query_params.get("negotiateVersion") == "1" else 0
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
            if not self._doors.admits(socket):
                await socket.send_denial_response(Response(status_code=401))
                return
            await socket.accept()
            with contextlib.suppress(WebSocketDisconnect):
                await self._attend(hub, socket)

        return serve

    async def _attend(self, hub: Hub, socket: WebSocket) -> None:
        records = Records()
        early = await _handshake(socket, records, self._pace.handshake_s)
        if early is None:
            return
        connection = Connection()
        hub.connections.add(connection)
        tasks = [
            asyncio.create_task(_send(socket, connection)),
            asyncio.create_task(_ping(connection, self._pace.ping_s)),
            asyncio.create_task(self._read(hub, socket, connection, records, early)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hub.leave(connection)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await _part(socket, self._pace.part_s)

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
        if kind == MessageType.INVOCATION:
            fault = hub.invoke(connection, message.get("target"), message.get("arguments"))
            invocation_id = message.get("invocationId")
            row = {
                "hub": hub.name,
                "method": brief(message.get("target")),
                "arguments": brief(message.get("arguments")),
                "code": 1 if fault else 0,
            }
            self._floor.record.add(self._floor.clock.now(), "request", row)
            if isinstance(invocation_id, str):
                connection.push(signalr.completion(invocation_id, error=fault))
        return bool(kind != MessageType.CLOSE)


async def _handshake(
    socket: WebSocket, records: Records, seconds: float
) -> list[dict[str, Any]] | None:
    """Answer the client's first record; return what came with it, None where it is refused."""
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
    if not messages or messages[0].get("protocol") != "json":
        error = "Expected a handshake for the protocol 'json'."
        await socket.send_text(signalr.handshake_reply(error))
        await socket.close(1000)
        return None
    await socket.send_text(signalr.handshake_reply())
    return messages[1:]


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
            await socket.send_text(connection.batch(first))


async def _ping(connection: Connection, seconds: float) -> None:
    """Keep the client alive, and notice one that does not read."""
    while not connection.is_behind:
        await asyncio.sleep(seconds)
        connection.push(signalr.ping())


async def _part(socket: WebSocket, seconds: float) -> None:
    """Say good-bye where the socket still stands and is read."""
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        async with asyncio.timeout(seconds):
            await socket.send_text(signalr.close())
            await socket.close(1000)
