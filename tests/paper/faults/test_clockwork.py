import asyncio
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from curb.paper.service import Paper
from curb.wire import names
from curb.wire.codes import CloseCode, PlaceCode
from tests.paper.client import DEADLINE_S, hub, watching
from tests.paper.faults.show import Show, Stage, played, until


def net(paper: Paper, symbol: str) -> int:
    position = paper.exchange.positions.get(paper.contract(symbol))
    return position.net if position else 0


async def closed(stage: Stage, symbol: str) -> int:
    """Close, and return the code of the answer."""
    contract = stage.paper.contract(symbol)
    answer = await stage.rest.ask(names.POSITION_CLOSE, contractId=contract)
    return int(answer["errorCode"])


async def sees_a_void(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        await user.until(
            lambda each: (
                each.get("target") == names.USER_TRADE and each["arguments"][0]["data"]["voided"]
            )
        )
    assert net(stage.paper, "MNQ") == 0


async def contract_of(stage: Stage, contract_id: str) -> dict[str, object]:
    body = {"contractId": contract_id}
    found: dict[str, object] = (await stage.rest.post(names.CONTRACT_BY_ID, body))["contract"]
    return found


async def sees_another_tick_value(stage: Stage) -> None:
    contract = stage.paper.contract("ES")
    before = stage.paper.exchange.contracts[contract].tick_value
    stage.lay()
    await until(lambda: bool(stage.paper.fired.get("contract.mutate")))
    assert (await contract_of(stage, contract))["tickValue"] == before * 3


async def sees_the_month_roll(stage: Stage) -> None:
    before = stage.paper.contract("ES")
    stage.lay()
    await until(lambda: bool(stage.paper.fired.get("contract.roll")))
    known = (await stage.rest.post(names.CONTRACT_AVAILABLE, {"live": False}))["contracts"]
    active = [e["id"] for e in known if e["activeContract"] and ".EP." in e["id"]]
    assert len(active) == 1
    assert active != [before]
    assert not (await contract_of(stage, before))["activeContract"]
    assert [stage.paper.contract("ES")] == active
    order = {"type": 2, "side": 0, "size": 1}
    codes = [
        (await stage.rest.ask(names.ORDER_PLACE, contractId=each, **order))["errorCode"]
        for each in (before, *active)
    ]
    assert codes == [PlaceCode.CONTRACT_NOT_ACTIVE, 0]


async def sees_many_quotes(stage: Stage) -> None:
    contract = stage.paper.contract("ES")
    async with hub(stage.paper, names.MARKET_HUB, stage.token) as market:
        await market.completed(names.SUBSCRIBE_QUOTES, contract)
        stage.lay()
        await market.until(lambda _: len(market.events(names.QUOTE)) >= stage.has("rate") / 10)


async def sees_a_halt(stage: Stage) -> None:
    stage.paper.place("MNQ", "buy", 1)
    stage.lay()
    await until(lambda: bool(stage.paper.fired.get("session.halt")))
    assert await closed(stage, "MNQ") == CloseCode.ORDER_REJECTED
    stage.paper.lay()
    await until(lambda: stage.paper.exchange.calendar.is_open(stage.paper.floor.clock.now()))
    assert await closed(stage, "MNQ") == 0


async def sees_no_permission(stage: Stage) -> None:
    stage.lay()
    for may_trade in (False, True):
        await until(lambda wanted=may_trade: stage.paper.exchange.can_trade is wanted)  # type: ignore[misc]
        body = {"onlyActiveAccounts": False}
        (account,) = (await stage.rest.post(names.ACCOUNT_SEARCH, body))["accounts"]
        assert account["canTrade"] is may_trade
        stage.paper.lay()


async def sees_the_time_jump(stage: Stage) -> None:
    async def date() -> str:
        answer: httpx.Response = await stage.rest.http.get(names.STATUS_PING)
        return str(answer.headers["date"])

    before = parsedate_to_datetime(await date())
    stage.lay()
    span = timedelta(seconds=stage.has("seconds"))
    async with asyncio.timeout(DEADLINE_S):
        while parsedate_to_datetime(await date()) - before < span:
            await asyncio.sleep(0.05)


async def sees_one_order(stage: Stage) -> None:
    stage.lay()
    await until(lambda: net(stage.paper, "ES") == -3)


async def sees_small_orders(stage: Stage) -> None:
    stage.lay()
    await until(lambda: stage.paper.fired.get("trader.random") == 5)
    trades = stage.paper.exchange.trades
    assert {each.contract_id for each in trades} == {stage.paper.contract("ES")}
    orders = {each.order_id for each in trades}
    assert len(orders) == 5
    assert all(1 <= stage.paper.exchange.orders[each].ticket.size <= 2 for each in orders)


async def sees_it_open_again(stage: Stage) -> None:
    stage.lay()
    for _ in range(3):
        await until(lambda: net(stage.paper, "CL") == 2)
        assert await closed(stage, "CL") == 0


ONCE = {"times": 1}
SHOWS = [
    Show("trade.void", sees_a_void, {"seconds": 0.05}, ONCE),
    Show("contract.mutate", sees_another_tick_value, {"factor": 3}, {"where": "ES", "times": 1}),
    Show("contract.roll", sees_the_month_roll, fields={"where": "ES", "times": 1}),
    Show("md.flood", sees_many_quotes, {"rate": 500, "seconds": 600.0}, {"where": "ES"}),
    Show("session.halt", sees_a_halt, {"seconds": 600.0}),
    Show("session.no_trading", sees_no_permission, {"seconds": 600.0}),
    Show("clock.step", sees_the_time_jump, {"seconds": 3600.0}, ONCE),
    Show("trader.script", sees_one_order, {"symbol": "ES", "size": -3}, ONCE),
    Show("trader.random", sees_small_orders, {"symbol": "ES", "most": 2}, {"times": 5}),
    Show("trader.spiteful", sees_it_open_again, {"symbol": "CL", "size": 2}),
]


@pytest.mark.parametrize("show", SHOWS, ids=str)
def test_a_client_sees_it(show: Show) -> None:
    played(show)
