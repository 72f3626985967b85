import math
from decimal import Decimal
from typing import Any

import pytest

from curb.paper.clock import stamp
from curb.wire import names
from tests.paper.client import Hub, Message, hub, watching
from tests.paper.faults.show import Show, Stage, played

# What an order of the stream holds where nothing is wrong.
_FIELDS = {
    *("id", "accountId", "contractId", "symbolId", "creationTimestamp", "updateTimestamp"),
    *("status", "type", "side", "size"),
}


async def payload(stage: Stage, target: str = names.USER_ORDER) -> Message:
    """Return the first event of that name, as it goes over the wire."""
    async with watching(stage.paper, stage.token) as user:
        stage.lay(where=target)
        stage.paper.place("MNQ", "buy", 1)
        await user.until(lambda message: message.get("target") == target)
        found: Message = user.events(target)[0][0]
        return found


async def sees_odd_numbers(stage: Stage) -> None:
    data = (await payload(stage))["data"]
    assert [data[key] for key in ("status", "type", "side")] == [99, 99, 99]


async def sees_null(stage: Stage) -> None:
    assert list((await payload(stage))["data"].values()).count(None) == 1


async def sees_a_field_less(stage: Stage) -> None:
    data = (await payload(stage))["data"]
    stage.paper.lay()
    async with watching(stage.paper, stage.token) as user:
        stage.paper.place("MNQ", "buy", 1)
        await user.until(lambda message: message.get("target") == names.USER_ORDER)
        whole = user.events(names.USER_ORDER)[0][0]["data"]
    assert set(data) < set(whole)
    assert len(set(whole) - set(data)) == 1


async def sees_a_new_field(stage: Stage) -> None:
    assert "newlyAdded" in (await payload(stage))["data"]


async def sees_text_for_a_number(stage: Stage) -> None:
    assert "a lot" in (await payload(stage))["data"].values()


async def sees_no_envelope(stage: Stage) -> None:
    found = await payload(stage)
    assert "data" not in found
    assert "status" in found


async def sees_no_result(stage: Stage) -> None:
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        stage.paper.place("MNQ", "buy", 1)
        stage.paper.place("MNQ", "sell", 1)
        await user.until(lambda _: len(user.events(names.USER_TRADE)) == 2)
        assert "profitAndLoss" not in user.events(names.USER_TRADE)[1][0]["data"]


async def sees_commissions(stage: Stage) -> None:
    data = (await payload(stage, names.USER_TRADE))["data"]
    assert data["commissions"] == Decimal("0.75")


# The market of every show, in two moves: a quote each.
BID, ASK = Decimal("6600.25"), Decimal("6600.50")


async def quoted(stage: Stage) -> list[Any]:
    """Return the arguments of the first quotes after the fault was laid, until an odd one."""
    market = await opened(stage)
    return market.events(names.QUOTE)


async def opened(stage: Stage) -> Hub:
    contract = stage.paper.contract("ES")
    async with hub(stage.paper, names.MARKET_HUB, stage.token) as market:
        for each in ("ES", "NQ"):
            await market.completed(names.SUBSCRIBE_QUOTES, stage.paper.contract(each))
        stage.lay()
        stage.paper.set_price("ES", BID, BID, ASK)
        stage.paper.lay()
        stage.paper.set_price("NQ", "25000")
        other = stage.paper.contract("NQ")
        await market.until(
            lambda each: (
                each.get("target") == names.QUOTE
                and each["arguments"][0] == other
                and each["arguments"][1].get("bestBid") == 25_000
            )
        )
        assert contract != other
        return market


async def quote_of(stage: Stage) -> Message:
    """Return the quote that the fault spoiled."""
    found: Message = (await quoted(stage))[0][1]
    return found


async def sees_no_quote(stage: Stage) -> None:
    told = {arguments[0] for arguments in await quoted(stage)}
    assert told == {stage.paper.contract("NQ")}


async def sees_one_side(stage: Stage) -> None:
    found = await quote_of(stage)
    assert ("bestBid" in found) + ("bestAsk" in found) == 1


async def sees_nonsense(stage: Stage) -> None:
    last = (await quote_of(stage))["lastPrice"]
    match stage.show.has["what"]:
        case "zero":
            assert last == 0
        case "negative":
            assert last == -BID
        case "text":
            assert math.isnan(float(last))
        case _:
            assert last == BID * Decimal("1.2")


async def sees_the_bid_above_the_ask(stage: Stage) -> None:
    found = await quote_of(stage)
    assert found["bestBid"] > found["bestAsk"]


async def sees_a_price_between_ticks(stage: Stage) -> None:
    assert (await quote_of(stage))["lastPrice"] % Decimal("0.25")


async def sees_another_contract(stage: Stage) -> None:
    """The other market is quoted with a price that is not its own."""
    ids = {each.id for each in stage.paper.exchange.contracts.values()}
    async with hub(stage.paper, names.MARKET_HUB, stage.token) as market:
        for each in ids:
            await market.completed(names.SUBSCRIBE_QUOTES, each)
        stage.lay()
        stage.paper.set_price("ES", BID, BID, ASK)
        await market.until(lambda message: message.get("target") == names.QUOTE)
        ((told, found),) = market.events(names.QUOTE)
    assert found["bestBid"] == BID
    assert told in ids - {stage.paper.contract("ES")}


async def sees_an_old_time(stage: Stage) -> None:
    began = stage.paper.floor.clock.now()
    found = await quote_of(stage)
    assert found["timestamp"] == found["lastUpdated"]
    assert found["timestamp"] < stamp(began, 3)


ES = {"where": "ES"}
SHOWS = [
    Show("schema.unknown_enum", sees_odd_numbers),
    Show("schema.null_field", sees_null),
    Show("schema.drop_field", sees_a_field_less),
    Show("schema.extra_field", sees_a_new_field),
    Show("schema.wrong_type", sees_text_for_a_number),
    Show("schema.bare", sees_no_envelope),
    Show("trade.null_pnl", sees_no_result),
    Show("trade.commissions", sees_commissions, {"dollars": 0.75}),
    Show("md.freeze", sees_no_quote, {"seconds": 600.0}, ES),
    Show("md.sparse", sees_one_side, fields=ES),
    *(
        Show("md.outlier", sees_nonsense, {"what": what}, ES)
        for what in ("zero", "negative", "jump", "text")
    ),
    Show("md.crossed", sees_the_bid_above_the_ask, fields=ES),
    Show("md.off_tick", sees_a_price_between_ticks, fields=ES),
    Show("md.wrong_contract", sees_another_contract, fields=ES),
    Show("md.stale", sees_an_old_time, {"seconds": 3600.0}, ES),
]


@pytest.mark.parametrize("show", SHOWS, ids=str)
def test_a_client_sees_it(show: Show) -> None:
    played(show)
