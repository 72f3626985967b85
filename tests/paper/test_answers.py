"""Orders of every kind as a client sees them: REST answers, searches and hub payloads."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from curb.paper.service import PaperOptions, running
from curb.wire import names
from tests.paper.client import Rest, rest, watching

MANUAL = PaperOptions(prices="manual")


def asked(scenario: Callable[[Rest], Awaitable[Any]], options: PaperOptions = MANUAL) -> Any:
    """Run a scenario against a fresh gateway, ES at 6600; return what it found."""

    async def run() -> Any:
        async with running(options) as paper, rest(paper) as asking:
            paper.set_price("ES", 6600)
            return await scenario(asking)

    return asyncio.run(run())


async def place(asking: Rest, **fields: Any) -> Any:
    """Place an order for ES: a sale of 1 unless it says otherwise."""
    usual = {"contractId": asking.paper.contract("ES"), "side": 1, "size": 1}
    return await asking.ask(names.ORDER_PLACE, **(usual | fields))


async def order(asking: Rest, order_id: int) -> Any:
    return (await asking.ask(names.ORDER_BY_ID, orderId=order_id))["order"]


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        (
            {"type": 3, "stopPrice": 6590, "limitPrice": 6589.75},
            {"type": 3, "stopPrice": 6590, "limitPrice": Decimal("6589.75"), "trailPrice": None},
        ),
        (
            {"type": 5, "trailPrice": 6590},
            {"type": 5, "stopPrice": 6590, "trailPrice": 10, "trailDistance": 40},
        ),
        (
            {"type": 5, "trailPrice": 6599.75},
            {"stopPrice": Decimal("6599.75"), "trailPrice": Decimal("0.25"), "trailDistance": 1},
        ),
        (
            {"type": 4, "stopPrice": 6590},
            {"type": 4, "stopPrice": 6590, "trailDistance": None, "parentOrderId": None},
        ),
    ],
)
def test_an_order_reads_back_as_it_was_placed_and_a_trail_as_its_distance(
    fields: dict[str, Any], read: dict[str, Any]
) -> None:
    async def scenario(asking: Rest) -> Any:
        placed = await place(asking, **fields)
        assert placed["success"], placed
        return await order(asking, placed["orderId"])

    row = asked(scenario)
    assert row["status"] == 1
    assert {name: row[name] for name in read} == read


def test_a_trailing_stop_tells_its_stop_tick_by_tick_on_the_hub_and_in_the_search() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            token = asking.http.headers["Authorization"].removeprefix("Bearer ")
            async with watching(paper, token) as user:
                paper.set_price("ES", 6600)
                order_id = (await place(asking, type=5, trailPrice=6595))["orderId"]
                for last in ("6600.25", "6599", "6601"):
                    paper.set_price("ES", last)
                row = (await asking.ask(names.ORDER_SEARCH_OPEN))["orders"][0]
                paper.set_price("ES", 6596)
                await user.until(lambda _: has_filled(user.events(names.USER_ORDER)))
                told = [each[0]["data"] for each in user.events(names.USER_ORDER)]
                return order_id, row, told

    order_id, row, told = asyncio.run(scenario())
    assert (row["id"], row["stopPrice"], row["trailPrice"]) == (order_id, 6596, 5)
    stops = [Decimal(each) for each in ("6595", "6595.25", "6596", "6596")]
    assert [each["stopPrice"] for each in told] == stops
    assert [each["status"] for each in told] == [1, 1, 1, 2]
    assert {each["trailDistance"] for each in told} == {20}
    assert [each["updateTimestamp"] for each in told] == sorted(
        each["updateTimestamp"] for each in told
    )


def has_filled(events: list[Any]) -> bool:
    return any(each[0]["data"]["status"] == 2 for each in events)


def test_a_bracket_is_three_orders_with_their_links_on_the_hub_and_in_the_searches() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            token = asking.http.headers["Authorization"].removeprefix("Bearer ")
            async with watching(paper, token) as user:
                paper.set_price("ES", 6600, 6600, 6600)
                placed = await place(
                    asking,
                    type=1,
                    limitPrice=6610,
                    size=3,
                    customTag="plan",
                    stopLossBracket={"ticks": 8, "type": 4},
                    takeProfitBracket={"ticks": -20, "type": 1},
                )
                first = placed["orderId"]
                ids = [first, first + 1, first + 2]
                waiting = (await asking.ask(names.ORDER_SEARCH_OPEN))["orders"]
                asked_for = {"accountId": paper.account_id, "statuses": [8]}
                query = await asking.post(names.ORDER_QUERY, {"filter": asked_for})
                paper.set_price("ES", 6610, 6610, 6610)
                working = (await asking.ask(names.ORDER_SEARCH_OPEN))["orders"]
                await user.until(lambda _: len(user.events(names.USER_ORDER)) == 6)
                told = [each[0]["data"] for each in user.events(names.USER_ORDER)]
                return ids, waiting, query["orders"], working, told

    (entry, stop, target), waiting, suspended, working, told = asyncio.run(scenario())
    assert [each["id"] for each in waiting] == [entry]
    assert [each["id"] for each in suspended] == [stop, target]
    assert [each["parentOrderId"] for each in suspended] == [entry, entry]
    assert [each["linkedOrderId"] for each in suspended] == [None, stop]
    assert [each["trailDistance"] for each in suspended] == [8, -20]
    assert [(each["stopPrice"], each["limitPrice"]) for each in working] == [
        (6612, None),
        (None, 6605),
    ]
    assert [(each["id"], each["status"]) for each in told] == [
        (stop, 8),
        (entry, 1),
        (target, 8),
        (entry, 2),
        (target, 1),
        (stop, 1),
    ]
    assert told[0].keys().isdisjoint({"stopPrice", "limitPrice", "linkedOrderId", "trailPrice"})
    assert (told[2]["parentOrderId"], told[2]["linkedOrderId"]) == (entry, stop)
    assert [each["customTag"] for each in told[:3]] == ["plan-SL", "plan", "plan-TP"]


@pytest.mark.parametrize(
    ("options", "fields", "words"),
    [
        (
            PaperOptions(prices="manual", brackets="refused"),
            {"type": 2, "stopLossBracket": {"ticks": 8, "type": 4}},
            "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets.",
        ),
        (
            MANUAL,
            {"type": 2, "stopLossBracket": {"ticks": -8, "type": 4}},
            "Invalid stop loss ticks (-8). Ticks should be greater than zero when going short.",
        ),
        (MANUAL, {"type": 5}, "Trail Distance not set."),
        (MANUAL, {"type": 5, "trailPrice": 5000}, "Trail Distance exceeds maximum (1000)"),
        (
            MANUAL,
            {"type": 2, "customTag": "used"},
            "Invalid custom tag. The tag is already in use.",
        ),
    ],
)
def test_a_refused_order_says_why_and_exists_with_status_5(
    options: PaperOptions, fields: dict[str, Any], words: str
) -> None:
    async def scenario(asking: Rest) -> Any:
        await place(asking, type=1, limitPrice=6700, customTag="used")
        placed = await place(asking, **fields)
        return placed, await order(asking, placed["orderId"])

    placed, row = asked(scenario, options)
    assert (placed["success"], placed["errorCode"], placed["errorMessage"]) == (False, 2, words)
    assert row["status"] == 5


@pytest.mark.parametrize(
    ("fields", "change", "read"),
    [
        (
            {"type": 4, "stopPrice": 6590},
            {"size": 4, "stopPrice": 6592.25},
            {"size": 4, "stopPrice": Decimal("6592.25"), "status": 1},
        ),
        ({"type": 4, "stopPrice": 6590}, {"stopPrice": 6595}, {"size": 1, "stopPrice": 6595}),
        (
            {"type": 4, "stopPrice": 6590},
            {"size": 2, "stopPrice": None, "limitPrice": None},
            {"size": 2, "stopPrice": 6590},
        ),
        (
            {"type": 3, "stopPrice": 6590, "limitPrice": 6589},
            {"stopPrice": 6595, "limitPrice": 6594},
            {"stopPrice": 6595, "limitPrice": 6594},
        ),
        (
            {"type": 5, "trailPrice": 6590},
            {"trailPrice": 6595},
            {"stopPrice": 6595, "trailPrice": 5, "trailDistance": 20},
        ),
    ],
)
def test_a_resting_order_is_changed_and_told(
    fields: dict[str, Any], change: dict[str, Any], read: dict[str, Any]
) -> None:
    async def scenario(asking: Rest) -> Any:
        order_id = (await place(asking, **fields))["orderId"]
        answer = await asking.ask(names.ORDER_MODIFY, orderId=order_id, **change)
        told = [row for row in asking.paper.record if row.get("target") == names.USER_ORDER]
        return answer, await order(asking, order_id), told[-1]["arguments"][0]["data"]

    answer, row, told = asked(scenario)
    assert answer["success"]
    assert {name: row[name] for name in read} == read
    assert told == {name: value for name, value in row.items() if value is not None} | {
        "updateTimestamp": told["updateTimestamp"],
        "creationTimestamp": told["creationTimestamp"],
    }


@pytest.mark.parametrize(
    "bracket", [{"ticks": 8}, {"type": 4}, {"ticks": 1.5, "type": 4}, [], "x", 7]
)
def test_a_bracket_without_ticks_or_type_is_a_bad_request(bracket: Any) -> None:
    async def scenario(asking: Rest) -> int:
        body = {
            "accountId": asking.paper.account_id,
            "contractId": asking.paper.contract("ES"),
            "type": 2,
            "side": 1,
            "size": 1,
            "stopLossBracket": bracket,
        }
        return (await asking.http.post(names.ORDER_PLACE, json=body)).status_code

    assert asked(scenario) == 400


def test_the_trader_places_every_kind_in_the_platform() -> None:
    async def scenario(asking: Rest) -> Any:
        paper = asking.paper
        paper.place("ES", "sell", 1, "stop limit", limit=6589, stop="6590")
        paper.place("ES", "sell", 1, "trailing stop", trail="6590.50")
        paper.place("ES", "buy", 2, stop_loss=-8, take_profit=12)
        return (await asking.ask(names.ORDER_SEARCH_OPEN))["orders"]

    rows = asked(scenario)
    assert [row["type"] for row in rows] == [3, 5, 4, 1]
