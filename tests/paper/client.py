"""A bare client for the tests: REST over httpx, hubs over websockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from curb.paper.service import Paper
from curb.wire import exact, names, signalr
from curb.wire.signalr import Records

# Generous: a test waits this long only when it is about to fail.
DEADLINE_S = 20.0

Message = dict[str, Any]


class Rest:
    """Asks the gateway; the token goes into the header."""

    def __init__(self, http: httpx.AsyncClient, paper: Paper) -> None:
        self.http = http
        self.paper = paper

    async def post(self, path: str, body: Any = None) -> Message:
        """Return the envelope of an answer with status 200."""
        response = await self.http.post(path, json=body)
        assert response.status_code == 200, response.text
        found: Message = exact.loads(response.text)
        return found

    async def ask(self, path: str, **fields: Any) -> Message:
        """Post about the paper's own account."""
        return await self.post(path, {"accountId": self.paper.account_id, **fields})


async def log_in(http: httpx.AsyncClient, paper: Paper) -> str:
    body = {"userName": paper.username, "apiKey": paper.api_key}
    response = await http.post(names.LOGIN_KEY, json=body)
    token = response.json()["token"]
    assert isinstance(token, str)
    return token


@asynccontextmanager
async def rest(paper: Paper) -> AsyncIterator[Rest]:
    async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
        http.headers["Authorization"] = f"Bearer {await log_in(http, paper)}"
        yield Rest(http, paper)


class Hub:
    """One hub connection: what it sent so far, and what to wait for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[Message] = []
        self._records = Records()

    async def send(self, text: str) -> None:
        await self.socket.send(text)

    async def call(self, target: str, *arguments: Any, call_id: str | None = None) -> None:
        await self.send(signalr.invocation(target, list(arguments), call_id))

    async def completed(self, target: str, *arguments: Any) -> Message:
        """Call with an id and return the completion."""
        call_id = f"{target}{len(self.seen)}"
        await self.call(target, *arguments, call_id=call_id)
        return await self.until(lambda message: message.get("invocationId") == call_id)

    async def until(self, wanted: Callable[[Message], bool]) -> Message:
        """Return the first message that is wanted, once it came; all are kept in `seen`."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                for message in self.seen:
                    if wanted(message):
                        return message
                self.seen += self._records.feed(await self.socket.recv())

    def events(self, target: str) -> list[Any]:
        """Return the arguments of every event of that name so far."""
        return [each["arguments"] for each in self.seen if each.get("target") == target]


@asynccontextmanager
async def hub(paper: Paper, path: str, token: str) -> AsyncIterator[Hub]:
    """Open a hub with the token in the query, the handshake done."""
    url = f"{paper.url.replace('http', 'ws')}{path}?access_token={token}"
    async with connect(url, proxy=None) as socket:
        opened = Hub(socket)
        await opened.send(signalr.handshake_request())
        await opened.until(lambda message: message == {})
        yield opened


@asynccontextmanager
async def watching(paper: Paper, token: str) -> AsyncIterator[Hub]:
    """Open the user hub and subscribe to everything of the account."""
    async with hub(paper, names.USER_HUB, token) as opened:
        await opened.completed(names.SUBSCRIBE_ACCOUNTS)
        for method in (names.SUBSCRIBE_ORDERS, names.SUBSCRIBE_POSITIONS, names.SUBSCRIBE_TRADES):
            await opened.completed(method, paper.account_id)
        yield opened
