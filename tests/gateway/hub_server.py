"""A hub that follows a script: what the paper gateway's hubs never do."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

END = "\x1e"
HELLO = "{}" + END

Script = Callable[["Peer"], Awaitable[None]]


@dataclass(slots=True)
class Peer:
    """One client of the hub."""

    socket: ServerConnection
    number: int
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def path(self) -> str:
        request = self.socket.request
        return request.path if request else ""

    @property
    def authorization(self) -> str:
        request = self.socket.request
        return request.headers.get("Authorization", "") if request else ""

    async def take(self) -> dict[str, Any]:
        """Return the next record of the client."""
        text = await self.socket.recv()
        record: dict[str, Any] = json.loads(str(text).rstrip(END))
        self.heard.append(record)
        return record

    async def say(self, text: str) -> None:
        await self.socket.send(text)

    async def greet(self) -> None:
        """Take the handshake and answer it."""
        await self.take()
        await self.say(HELLO)

    async def confirm(self, count: int) -> None:
        """Answer `count` subscriptions."""
        for _ in range(count):
            call = await self.take()
            await self.say(completion(call))

    async def stay(self) -> None:
        """Listen until the client goes."""
        while True:
            await self.take()


@dataclass(slots=True)
class HubServer:
    url: str = ""
    peers: list[Peer] = field(default_factory=list)


def completion(call: dict[str, Any], error: str | None = None) -> str:
    answer: dict[str, Any] = {"type": 3, "invocationId": call["invocationId"]}
    return json.dumps(answer | ({"error": error} if error else {"result": None})) + END


def event(target: str, *arguments: Any) -> str:
    return json.dumps({"type": 1, "target": target, "arguments": list(arguments)}) + END


@asynccontextmanager
async def hub_server(*scripts: Script) -> AsyncIterator[HubServer]:
    """Serve the scripts, one for each connection; the last one repeats."""
    hub = HubServer()

    async def handle(socket: ServerConnection) -> None:
        peer = Peer(socket, len(hub.peers))
        hub.peers.append(peer)
        try:
            await scripts[min(peer.number, len(scripts) - 1)](peer)
        except (ConnectionClosed, asyncio.CancelledError):
            return

    async with serve(handle, "127.0.0.1", 0, compression=None, close_timeout=1) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        hub.url = f"ws://127.0.0.1:{port}/hubs/user"
        yield hub
