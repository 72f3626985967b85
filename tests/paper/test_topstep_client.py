"""A whole client of another hand, unchanged but for the host, trades and watches."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from topstep import TopstepClient
from topstep.exceptions import APIError, AuthenticationError, HTTPError
from topstep.models import BarUnit, Bracket, OrderSide, OrderType, PlaceOrderRequest
from topstep.realtime.market_hub import MarketHub
from topstep.realtime.user_hub import UserHub

from curb.paper.service import Paper, PaperOptions, running
from curb.wire import names
from tests.paper.client import DEADLINE_S

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def trading() -> AsyncIterator[tuple[Paper, TopstepClient]]:
    async with (
        running(PaperOptions(prices="manual")) as paper,
        await TopstepClient.create(paper.username, paper.api_key, base_url=paper.url) as client,
    ):
        paper.set_price("ES", 6600)
        yield paper, client


@pytest.fixture(autouse=True)
def without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def order(paper: Paper, **fields: Any) -> PlaceOrderRequest:
    usual = {"accountId": paper.account_id, "contractId": paper.contract("ES")}
    return PlaceOrderRequest.model_validate(usual | fields)


def test_it_trades() -> None:
    async def scenario() -> None:
        async with trading() as (paper, client):
            (account,) = await client.accounts.search()
            assert account.id == paper.account_id
            found = await client.contracts.search("S&P")
            contract = await client.contracts.search_by_id(found[0].id)
            assert contract.id == paper.contract("ES")
            assert contract in await client.contracts.available()
            stop = Bracket(ticks=-8, type=OrderType.STOP)
            entry = await client.orders.place(
                order(
                    paper, type=OrderType.MARKET, side=OrderSide.BUY, size=2, stopLossBracket=stop
                )
            )
            limit = await client.orders.place(
                order(paper, type=1, side=OrderSide.SELL, limitPrice=6650)
            )
            await client.orders.modify(account.id, limit, size=2, limit_price=6651)
            await client.orders.cancel(account.id, limit)
            assert [each.stop_price for each in await client.orders.search_open(account.id)] == [
                6598.25
            ]
            assert entry in [each.id for each in await client.orders.search(account.id, LONG_AGO)]
            await client.positions.partial_close(account.id, contract.id, 1)
            ((held),) = await client.positions.search_open(account.id)
            assert (held.size, held.average_price) == (1, 6600.25)
            await client.positions.close(account.id, contract.id)
            assert await client.positions.search_open(account.id) == []
            trades = await client.trades.search(account.id, LONG_AGO)
            assert [each.profit_and_loss for each in trades] == [-12.5, -12.5, None]

    asyncio.run(scenario())


def test_it_reads_bars() -> None:
    async def scenario() -> None:
        async with trading() as (paper, client):
            paper.set_price("ES", 6610)
            now = datetime.now(UTC)  # noqa: TID251 - a client reads the machine's clock
            (bar,) = await client.history.retrieve_bars(
                paper.contract("ES"),
                now - timedelta(days=8),
                now + timedelta(days=1),
                BarUnit.WEEK,
                include_partial_bar=True,
            )
            assert (bar.open, bar.high, bar.volume) == (6600, 6610, 2)

    asyncio.run(scenario())


def test_it_understands_what_is_refused() -> None:
    async def scenario() -> None:
        async with trading() as (paper, client):
            with pytest.raises(APIError, match=r"\[2\] Invalid order size"):
                await client.orders.place(order(paper, type=2, side=OrderSide.BUY, size=0))
            with pytest.raises(APIError) as closed:
                await client.positions.close(paper.account_id, paper.contract("ES"))
            assert closed.value.error_code == 2
            with pytest.raises(HTTPError, match="HTTP 400"):
                await client.orders.search("x", LONG_AGO)  # type: ignore[arg-type]
            with pytest.raises(APIError):
                await TopstepClient.create(paper.username, "wrong", base_url=paper.url)
            await client.refresh_token()
            assert await client.accounts.search()
            await client._http.post(names.LOG_OUT)
            with pytest.raises(AuthenticationError):
                await client.accounts.search()

    asyncio.run(scenario())


def test_it_watches_account_and_market() -> None:
    async def scenario() -> list[tuple[str, Any]]:
        async with trading() as (paper, client):
            heard: list[tuple[str, Any]] = []

            def hears(name: str) -> Callable[[Any], None]:
                return lambda arguments: heard.append((name, arguments))

            user = UserHub(client.token or "", f"{paper.url}{names.USER_HUB}")
            market = MarketHub(client.token or "", f"{paper.url}{names.MARKET_HUB}")
            user.on_account(hears("account"))
            user.on_order(hears("order"))
            user.on_position(hears("position"))
            user.on_trade(hears("fill"))
            market.on_quote(hears("quote"))
            market.on_trade(hears("print"))
            market.on_depth(hears("depth"))
            opened = (asyncio.Event(), asyncio.Event())
            user.on_open(opened[0].set)
            market.on_open(opened[1].set)
            await user.connect()
            await market.connect()
            async with asyncio.timeout(DEADLINE_S):
                for each in opened:
                    await each.wait()
                await user.subscribe_all(paper.account_id)
                await market.subscribe_all(paper.contract("ES"))
                while len({name for name, _ in heard}) < 7:
                    paper.place("ES", "buy", 1)
                    paper.set_price("ES", 6601)
                    await asyncio.sleep(0.05)
            for hub in (user, market):
                stopping = asyncio.create_task(hub.stop())
                while not stopping.done():  # it waits for something to come
                    paper.place("ES", "buy", 1)
                    paper.set_price("ES", 6600)
                    await asyncio.sleep(0.05)
                await stopping
            return heard

    first = dict(reversed(asyncio.run(scenario())))
    assert first["position"][0]["data"]["type"] == 1
    assert first["order"][0]["data"]["status"] == 6
    assert first["quote"][1]["symbol"] == "F.US.EP"
    assert first["print"][1][0]["contractId"] == first["print"][0]
    assert first["depth"][1]["contractId"] == first["quote"][0]
