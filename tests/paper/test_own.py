import asyncio
from decimal import Decimal
from typing import Any

import pytest

from curb.paper.service import PaperOptions, running
from curb.wire import exact, names
from tests.paper.client import rest

MANUAL = PaperOptions(prices="manual")


@pytest.mark.parametrize("path", ["/paper/truth", "/paper/record"])
def test_truth_and_record_need_the_token(path: str) -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper, rest(paper) as asking:
            return (await asking.http.get(path, headers={"Authorization": ""})).status_code

    assert asyncio.run(scenario()) == 401


@pytest.mark.parametrize(
    ("fields", "status", "touch"),
    [
        ({"last": 6600}, 200, ("6600", "6600.25")),
        ({"last": 6600, "bid": 6599, "ask": 6601}, 200, ("6599", "6601")),
        ({"last": 6600, "ask": 6600}, 200, ("6600", "6600")),
        ({"last": 6600.1}, 400, None),
        ({"last": 6600, "bid": 6601, "ask": 6600}, 400, None),
        ({"last": 0}, 400, None),
        ({"last": "nan"}, 400, None),
        ({}, 400, None),
        ({"last": 6600, "contractId": "ES"}, 400, None),
    ],
)
def test_a_price_is_set_by_hand_or_refused(
    fields: dict[str, Any], status: int, touch: tuple[str, str] | None
) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            contract = paper.contract("ES")
            body = {"contractId": contract} | fields
            response = await asking.http.post("/paper/price", json=body)
            found = paper.exchange.touches[contract]
            return response.status_code, (str(found.bid), str(found.ask))

    code, found = asyncio.run(scenario())
    assert code == status
    assert touch is None or found == touch


def test_a_price_set_by_hand_fills_what_it_reaches() -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper, rest(paper) as asking:
            paper.place("ES", "sell", 1, "stop", stop=6000)
            body = {"contractId": paper.contract("ES"), "last": 5999.75}
            await asking.http.post("/paper/price", json=body)
            return paper.exchange.positions[paper.contract("ES")].net

    assert asyncio.run(scenario()) == -1


@pytest.mark.parametrize(
    ("body", "status", "allowed"),
    [({"canTrade": False}, 200, False), ({"canTrade": True}, 200, True), ({}, 400, True)],
)
def test_the_permission_to_trade_is_a_switch_that_every_side_tells(
    body: dict[str, Any], status: int, allowed: bool
) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            response = await asking.http.post("/paper/can-trade", json=body)
            truth = exact.loads((await asking.http.get("/paper/truth")).text)
            told = [row for row in paper.record if row.get("target") == "GatewayUserAccount"]
            return response.status_code, truth["account"]["canTrade"], len(told)

    assert asyncio.run(scenario()) == (status, allowed, 1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/paper/can-trade", {"canTrade": False}),
        ("/paper/hours", {"hours": "closed"}),
        ("/paper/void", {"tradeId": 1}),
    ],
)
def test_a_switch_needs_the_token(path: str, body: dict[str, Any]) -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper, rest(paper) as asking:
            headers = {"Authorization": ""}
            answer = await asking.http.post(path, json=body, headers=headers)
            assert paper.exchange.can_trade
            assert paper.exchange.calendar.hours == "always"
            return answer.status_code

    assert asyncio.run(scenario()) == 401


def test_a_void_is_told_under_the_same_id_and_every_side_agrees() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            paper.set_price("ES", 6600, 6600, 6600)
            paper.place("ES", "buy", 2)
            paper.set_price("ES", 6590, 6590, 6590)
            paper.place("ES", "sell", 2)
            leave = paper.exchange.trades[-1].id
            answer = await asking.http.post("/paper/void", json={"tradeId": leave})
            events = [row for row in paper.record if row["kind"] == "event"]
            told = {row["target"]: row["arguments"][0] for row in events}
            found = (await asking.ask(names.TRADE_SEARCH))["trades"]
            held = (await asking.ask(names.POSITION_SEARCH_OPEN))["positions"]
            again = await asking.http.post("/paper/void", json={"tradeId": leave})
            return answer.status_code, leave, told, found, held, again.status_code

    code, leave, told, found, held, again = asyncio.run(scenario())
    assert (code, again) == (200, 400)
    assert [(each["id"] == leave, each["voided"]) for each in found] == [
        (True, True),
        (False, False),
    ]
    trade = told[names.USER_TRADE]
    assert (trade["action"], trade["data"]["id"], trade["data"]["voided"]) == (1, leave, True)
    assert trade["data"]["profitAndLoss"] == -1000
    assert told[names.USER_ACCOUNT]["data"]["balance"] == Decimal("49997.2")
    assert told[names.USER_POSITION]["data"]["size"] == held[0]["size"] == 2
    assert held[0]["averagePrice"] == 6600


@pytest.mark.parametrize(
    "body", [{}, {"tradeId": 1}, {"tradeId": "x"}, {"tradeId": 1, "accountId": 9}]
)
def test_a_void_of_nothing_is_refused(body: dict[str, Any]) -> None:
    async def scenario() -> int:
        async with running(MANUAL) as paper, rest(paper) as asking:
            with pytest.raises(KeyError):
                paper.void(1)
            return (await asking.http.post("/paper/void", json=body)).status_code

    assert asyncio.run(scenario()) == 400


@pytest.mark.parametrize(
    ("body", "status", "codes"),
    [
        ({"hours": "closed"}, 200, (5, 3, 6, 5)),
        ({"hours": "always"}, 200, (0, 0, 0, 0)),
        ({"hours": "later"}, 400, (0, 0, 0, 0)),
        ({}, 400, (0, 0, 0, 0)),
    ],
)
def test_closed_hours_are_the_protocols_codes(
    body: dict[str, Any], status: int, codes: tuple[int, ...]
) -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            contract = paper.contract("ES")
            paper.place("ES", "buy", 3)
            stop = paper.place("ES", "sell", 1, "stop", stop=6000)
            response = await asking.http.post("/paper/hours", json=body)
            order = {"contractId": contract, "type": 1, "side": 0, "size": 1, "limitPrice": 6000}
            asked = (
                await asking.ask(names.ORDER_PLACE, **order),
                await asking.ask(names.ORDER_MODIFY, orderId=stop, size=2),
                await asking.ask(names.POSITION_PARTIAL_CLOSE, contractId=contract, size=1),
                await asking.ask(names.POSITION_CLOSE, contractId=contract),
            )
            return response.status_code, tuple(each["errorCode"] for each in asked)

    assert asyncio.run(scenario()) == (status, codes)


def test_a_closed_market_takes_no_price_until_it_opens() -> None:
    async def scenario() -> Any:
        options = PaperOptions(prices="manual", hours="closed")
        async with running(options) as paper, rest(paper) as asking:
            body = {"contractId": paper.contract("ES"), "last": 6600}
            closed = await asking.http.post("/paper/price", json=body)
            paper.set_hours("always")
            opened = await asking.http.post("/paper/price", json=body)
            return closed.status_code, closed.json()["error"], opened.status_code

    closed, words, opened = asyncio.run(scenario())
    assert (closed, opened) == (400, 200)
    assert "open it first" in words
