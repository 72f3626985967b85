"""A threaded client, unchanged, drives the hubs; with and without negotiating."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from signalrcore.hub_connection_builder import (  # type: ignore[import-untyped]
    HubConnectionBuilder,
)

from curb.paper.service import Paper, PaperOptions, running
from curb.wire import names
from tests.paper.client import DEADLINE_S, rest

MANUAL = PaperOptions(prices="manual")


class Client:
    """A connection of the library, what it heard, and what it was told of its calls."""

    def __init__(self, url: str, token: str, *, is_direct: bool) -> None:
        options: dict[str, Any] = {"access_token_factory": lambda: token}
        if is_direct:  # then the token goes into the query
            options["skip_negotiation"] = True
            url = f"{url.replace('http', 'ws')}?access_token={token}"
        pace = {"type": "raw", "keep_alive_interval": 10, "reconnect_interval": 1}
        builder = HubConnectionBuilder().with_url(url, options=options)
        self.hub = builder.with_automatic_reconnect(pace).build()
        self.heard: list[tuple[str, Any]] = []
        self.errors: list[str] = []
        self.opened = threading.Event()
        self.reopened = threading.Event()
        self.hub.on_open(self.opened.set)
        self.hub.on_reconnect(self.reopened.set)
        self.hub.on_error(lambda completion: self.errors.append(completion.error))

    def listen(self, target: str) -> None:
        self.hub.on(target, lambda arguments: self.heard.append((target, arguments)))

    async def call(self, method: str, *arguments: Any) -> None:
        """Call, and wait until the hub says that it is done."""
        done = threading.Event()
        await asyncio.to_thread(self.hub.send, method, list(arguments), lambda _: done.set())
        assert await asyncio.to_thread(done.wait, DEADLINE_S)


@asynccontextmanager
async def connected(
    paper: Paper, path: str, *, is_direct: bool, poke: Callable[[], object]
) -> AsyncIterator[Client]:
    """Open a hub; `poke` lets it send something, which the library needs to end."""
    async with rest(paper) as asking:
        token = asking.http.headers["Authorization"].removeprefix("Bearer ")
    client = Client(f"{paper.url}{path}", token, is_direct=is_direct)
    await asyncio.to_thread(client.hub.start)
    assert await asyncio.to_thread(client.opened.wait, DEADLINE_S)
    try:
        yield client
    finally:
        ending = asyncio.create_task(asyncio.to_thread(client.hub.stop))
        while not ending.done():
            poke()
            await asyncio.sleep(0.05)


async def until(is_met: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not is_met():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_direct", [False, True])
def test_signalrcore_follows_an_account(is_direct: bool) -> None:
    async def scenario() -> Client:
        async with running(MANUAL) as paper:

            def trade() -> int:
                return paper.place("ES", "buy", 1)

            hub = connected(paper, names.USER_HUB, is_direct=is_direct, poke=trade)
            async with hub as client:
                client.listen(names.USER_POSITION)
                client.listen(names.USER_TRADE)
                for _ in range(2):  # as some clients do: everything twice
                    await client.call(names.SUBSCRIBE_POSITIONS, paper.account_id)
                    await client.call(names.SUBSCRIBE_TRADES, paper.account_id)
                await asyncio.to_thread(client.hub.send, "Heartbeat", [])
                await until(lambda: bool(client.errors))
                trade()
                await until(lambda: len(client.heard) >= 2)
                return client

    client = asyncio.run(scenario())
    assert client.errors == ["Failed to invoke the method: it does not exist."]
    assert [target for target, _ in client.heard[:2]] == [names.USER_POSITION, names.USER_TRADE]
    assert client.heard[0][1][0]["data"]["size"] == 1


@pytest.mark.parametrize("is_direct", [False, True])
def test_signalrcore_follows_a_market_and_comes_back_after_a_cut(is_direct: bool) -> None:
    async def scenario() -> Client:
        async with running(MANUAL) as paper:
            contract = paper.contract("ES")

            def move() -> None:
                paper.set_price("ES", 6600)

            hub = connected(paper, names.MARKET_HUB, is_direct=is_direct, poke=move)
            async with hub as client:
                client.listen(names.QUOTE)
                await client.call(names.SUBSCRIBE_QUOTES, contract)
                paper.set_price("ES", 6610)
                await until(lambda: bool(client.heard))
                paper.drop_hubs()
                assert await asyncio.to_thread(client.reopened.wait, DEADLINE_S)
                client.heard.clear()
                await client.call(names.SUBSCRIBE_QUOTES, contract)
                paper.set_price("ES", 6620)
                await until(lambda: bool(client.heard))
                return client

    client = asyncio.run(scenario())
    (_, (_, quote)) = client.heard[0]
    assert quote["lastPrice"] == 6620
