"""An independent client, unchanged, drives both hubs."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from pysignalr.client import SignalRClient

from curb.paper.service import Paper, PaperOptions, running
from curb.wire import names
from tests.paper.client import DEADLINE_S, log_in

Seen = dict[str, list[Any]]


async def driven(
    url: str,
    calls: list[tuple[str, list[Any]]],
    wanted: tuple[str, ...],
    act: Callable[[], Awaitable[None]],
    **options: Any,
) -> Seen:
    """Subscribe with pysignalr, act once it is open, return what came when all came."""
    seen: Seen = {name: [] for name in wanted}
    complete = asyncio.Event()
    client = SignalRClient(url, **options)

    def listener(name: str) -> Callable[[Any], Awaitable[None]]:
        async def listen(arguments: Any) -> None:
            seen[name].append(arguments)
            if all(seen.values()):
                complete.set()

        return listen

    async def opened() -> None:
        for method, arguments in calls * 2:  # as some clients do: everything twice
            await client.send(method, arguments)
        await client.send("Heartbeat", [])
        await act()

    for name in wanted:
        client.on(name, listener(name))
    client.on_open(opened)
    run = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(DEADLINE_S):
            await complete.wait()
    finally:
        run.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await run
    return seen


async def token_of(paper: Paper) -> str:
    async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
        return await log_in(http, paper)


@pytest.mark.parametrize("in_header", [False, True])
def test_pysignalr_follows_an_account(in_header: bool) -> None:
    async def scenario() -> Seen:
        async with running(PaperOptions(prices="manual")) as paper:
            token = await token_of(paper)
            url = f"{paper.url}{names.USER_HUB}"
            options: dict[str, Any] = {}
            if in_header:
                options["access_token_factory"] = lambda: token
                options["headers"] = {"Authorization": f"Bearer {token}"}
            else:
                url += f"?access_token={token}"

            async def trade() -> None:
                async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
                    body = {"accountId": paper.account_id, "contractId": paper.contract("ES")}
                    headers = {"Authorization": f"Bearer {token}"}
                    order = body | {"type": 2, "side": 0, "size": 3}
                    await http.post(names.ORDER_PLACE, json=order, headers=headers)

            account = [paper.account_id]
            calls = [
                (names.SUBSCRIBE_ACCOUNTS, []),
                (names.SUBSCRIBE_ORDERS, account),
                (names.SUBSCRIBE_POSITIONS, account),
                (names.SUBSCRIBE_TRADES, account),
            ]
            wanted = (
                names.USER_ACCOUNT,
                names.USER_ORDER,
                names.USER_POSITION,
                names.USER_TRADE,
            )
            return await driven(url, calls, wanted, trade, **options)

    seen = asyncio.run(scenario())
    assert [each[0]["data"]["size"] for each in seen[names.USER_POSITION]] == [3]
    assert [each[0]["data"]["status"] for each in seen[names.USER_ORDER]] == [6, 2]
    assert len(seen[names.USER_TRADE]) == 1


def test_pysignalr_follows_a_market() -> None:
    async def scenario() -> Seen:
        async with running(PaperOptions(prices="manual")) as paper:
            contract = paper.contract("GC")
            url = f"{paper.url}{names.MARKET_HUB}?access_token={await token_of(paper)}"

            async def move() -> None:
                while not paper.floor.market.wants((names.TRADE, contract)):
                    await asyncio.sleep(0.01)
                paper.set_price("GC", "4100.5")

            calls = [
                (names.SUBSCRIBE_QUOTES, [contract]),
                (names.SUBSCRIBE_CONTRACT_TRADES, [contract]),
            ]
            return await driven(url, calls, (names.QUOTE, names.TRADE), move)

    seen = asyncio.run(scenario())
    contract_id, quote = seen[names.QUOTE][0]
    assert (quote["contract"], quote["lastPrice"]) == (contract_id, 4100.5)
    assert seen[names.TRADE][0][1][0]["price"] == 4100.5
