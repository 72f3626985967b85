from typing import Any

import pytest

from curb.paper.service import Paper
from curb.wire import names
from curb.wire.codes import CancelCode, CloseCode, ModifyCode, OrderStatus, PartialCloseCode
from tests.paper.client import Message, watching
from tests.paper.faults.show import Show, Stage, played, until


def net(paper: Paper) -> int:
    position = paper.exchange.positions.get(paper.contract("MNQ"))
    return position.net if position else 0


async def asked(stage: Stage, path: str, **fields: Any) -> Message:
    return await stage.rest.ask(path, contractId=stage.paper.contract("MNQ"), **fields)


async def working(stage: Stage) -> list[Message]:
    found: list[Message] = (await stage.rest.ask(names.ORDER_SEARCH_OPEN))["orders"]
    return found


async def sees_parts(stage: Stage) -> None:
    stage.lay()
    stage.paper.place("MNQ", "buy", 5)
    await until(lambda: net(stage.paper) == 5)
    trades = (await stage.rest.ask(names.TRADE_SEARCH, startTimestamp=_EVER))["trades"]
    assert sorted(each["size"] for each in trades) == [1, 2, 2]


async def sees_a_worse_price(stage: Stage) -> None:
    touch = stage.paper.exchange.touches[stage.paper.contract("MNQ")]
    tick = stage.paper.exchange.contracts[stage.paper.contract("MNQ")].tick_size
    stage.lay()
    stage.paper.place("MNQ", "buy", 1)
    (held,) = (await stage.rest.ask(names.POSITION_SEARCH_OPEN))["positions"]
    assert held["averagePrice"] == touch.ask + tick * int(stage.has("ticks"))


async def sees_a_rejection(stage: Stage) -> None:
    stage.lay()
    answer = await asked(stage, names.ORDER_PLACE, type=2, side=0, size=1)
    has = stage.show.has
    assert (answer["errorCode"], answer["errorMessage"]) == (has["code"], has["message"])
    found = await stage.rest.ask(names.ORDER_BY_ID, orderId=answer["orderId"])
    assert found["order"]["status"] == OrderStatus.REJECTED
    assert net(stage.paper) == 0


async def sees_it_pending(stage: Stage) -> None:
    stage.lay()
    order_id = stage.paper.place("MNQ", "buy", 1)
    found = await stage.rest.ask(names.ORDER_BY_ID, orderId=order_id)
    assert found["order"]["status"] == OrderStatus.PENDING
    stage.paper.lay()
    await until(lambda: net(stage.paper) == 1)


async def sees_a_cancel_take_its_time(stage: Stage) -> None:
    order_id = stage.paper.place("MNQ", "buy", 1, "limit", limit=1)
    stage.lay()
    codes = [
        (await stage.rest.ask(path, orderId=order_id))["errorCode"]
        for path in (names.ORDER_CANCEL, names.ORDER_CANCEL, names.ORDER_MODIFY)
    ]
    assert codes == [0, CancelCode.PENDING, ModifyCode.PENDING]
    assert await working(stage) == []
    found = await stage.rest.ask(names.ORDER_BY_ID, orderId=order_id)
    assert found["order"]["status"] == OrderStatus.PENDING_CANCELLATION
    stage.paper.lay()
    await until(lambda: stage.paper.exchange.orders[order_id].status == OrderStatus.CANCELLED)


async def sees_orders_expire(stage: Stage) -> None:
    order_id = stage.paper.place("MNQ", "buy", 1, "limit", limit=1)
    other = stage.paper.place("ES", "buy", 1, "limit", limit=1)
    async with watching(stage.paper, stage.token) as user:
        stage.lay()
        gone = await user.until(lambda each: each.get("target") == names.USER_ORDER)
    told = gone["arguments"][0]
    assert (told["action"], told["data"]["id"], told["data"]["status"]) == (2, order_id, 4)
    assert [each["id"] for each in await working(stage)] == [other]


async def sees_its_stop_open_another(stage: Stage) -> None:
    stage.paper.place("MNQ", "buy", 2, stop_loss=-40)
    stage.lay()
    assert (await asked(stage, names.POSITION_CLOSE))["success"]
    assert net(stage.paper) == -2


async def sees_its_stop_end(stage: Stage) -> None:
    for is_laid in (False, True):
        order_id = stage.paper.place("MNQ", "buy", 2, stop_loss=-40)
        if is_laid:
            stage.lay()
        assert (await asked(stage, names.POSITION_CLOSE))["success"]
        left = [each["id"] for each in await working(stage) if each["id"] > order_id]
        assert bool(left) is not is_laid


async def sees_nothing_trade(stage: Stage) -> None:
    stage.paper.place("MNQ", "buy", 1)
    stage.lay()
    assert (await asked(stage, names.POSITION_CLOSE))["errorCode"] == CloseCode.ORDER_REJECTED
    part = await asked(stage, names.POSITION_PARTIAL_CLOSE, size=1)
    assert part["errorCode"] == PartialCloseCode.ORDER_REJECTED
    stage.paper.place("MNQ", "buy", 1)
    assert net(stage.paper) == 1
    stage.paper.lay()
    await until(lambda: net(stage.paper) == 2)


async def sees_the_account_refused(stage: Stage) -> None:
    stage.paper.place("MNQ", "buy", 1)
    order_id = stage.paper.place("MNQ", "buy", 1, "limit", limit=1)
    stage.lay()
    rejected = {
        "close": (CloseCode.ACCOUNT_REJECTED, 0),
        "part": (0, PartialCloseCode.ACCOUNT_REJECTED),
        "cancel": (0, 0),
    }[stage.show.fields["where"]]
    is_cancel = stage.show.fields["where"] == "cancel"
    cancelled = await stage.rest.ask(names.ORDER_CANCEL, orderId=order_id)
    assert cancelled["errorCode"] == (CancelCode.ACCOUNT_REJECTED if is_cancel else 0)
    part = await asked(stage, names.POSITION_PARTIAL_CLOSE, size=1)
    stage.paper.place("MNQ", "buy", 1)
    close = await asked(stage, names.POSITION_CLOSE)
    assert (close["errorCode"], part["errorCode"]) == rejected
    words = [each["errorMessage"] for each in (cancelled, part, close)]
    assert words.count(FOLLOWS["message"]) == 1


FOLLOWS = {"message": "Follower accounts cannot cancel orders"}
_EVER = "2020-01-01T00:00:00Z"

SHOWS = [
    Show("match.partial", sees_parts, {"depth": 2}),
    Show("match.slippage", sees_a_worse_price, {"ticks": 8}),
    Show("match.reject", sees_a_rejection, {"code": 3, "message": "Insufficient funds."}),
    Show("match.pending", sees_it_pending, {"seconds": 600.0}),
    Show("match.cancelling", sees_a_cancel_take_its_time, {"seconds": 600.0}),
    Show("match.expire", sees_orders_expire, fields={"where": "MNQ", "times": 1}),
    Show("match.stop_race", sees_its_stop_open_another),
    Show("match.autocancel", sees_its_stop_end),
    Show("match.pause", sees_nothing_trade, {"seconds": 600.0}),
    *(
        Show("account.reject", sees_the_account_refused, FOLLOWS, {"where": where})
        for where in ("close", "part", "cancel")
    ),
]


@pytest.mark.parametrize("show", SHOWS, ids=lambda show: f"{show}-{show.fields.get('where', '')}")
def test_a_client_sees_it(show: Show) -> None:
    played(show)
