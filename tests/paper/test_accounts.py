"""Several accounts of one venue: the same market, everything else apart."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from curb.paper import saved, venue
from curb.paper.options import PaperOptions
from curb.paper.service import Paper, running
from curb.wire import exact, names
from tests.paper.client import log_in, rest, watching

TWO = PaperOptions(prices="manual", account=7, more_accounts=(8,))


def ids(rows: list[dict[str, Any]], name: str) -> set[int]:
    return {int(row[name]) for row in rows}


def test_every_account_is_offered_with_its_own_balance() -> None:
    async def scenario() -> Any:
        async with running(TWO) as paper, rest(paper) as asking:
            paper.accounts[1].place("ES", "buy", 1)
            body = {"onlyActiveAccounts": True}
            return (await asking.post(names.ACCOUNT_SEARCH, body))["accounts"]

    first, second = asyncio.run(scenario())
    assert [row["name"] for row in (first, second)] == [
        "PRAC-V2-PAPER-00007",
        "PRAC-V2-PAPER-00008",
    ]
    assert first["balance"] == 50_000 > second["balance"]


def test_ids_of_positions_are_of_31_bits_and_those_of_orders_are_not() -> None:
    async def scenario() -> Any:
        options = replace(TWO, more_accounts=tuple(range(8, 28)))
        async with running(options) as paper:
            for each in paper.accounts:
                each.place("ES", "buy", 1)
            held = [position for each in paper.accounts for position in held_by(each)]
            return held, [order for each in paper.accounts for order in each.exchange.orders]

    held, orders = asyncio.run(scenario())
    assert all(0 < each < 1 << 31 for each in held)
    assert all(1 << 31 < each < 1 << 53 for each in orders)
    assert len(set(held)) == len(set(orders)) == 21


def held_by(paper: Paper) -> list[int]:
    return [each.id for each in paper.exchange.positions.values()]


def test_orders_positions_and_trades_are_those_of_the_account_asked_about() -> None:
    async def scenario() -> Any:
        async with running(TWO) as paper, rest(paper) as asking:
            first, second = paper.accounts
            first.place("ES", "buy", 2)
            second.place("NQ", "sell", 1)
            second.place("NQ", "buy", 1, "stop", stop=99_000)
            found = []
            for each in (first, second):
                fields = {"accountId": each.account_id}
                held = await asking.post(names.POSITION_SEARCH_OPEN, fields)
                traded = await asking.post(names.TRADE_SEARCH, fields)
                query = {"filter": fields}
                asked = await asking.post(names.ORDER_QUERY, query)
                found.append((held["positions"], traded["trades"], asked["orders"]))
            return found

    one, two = asyncio.run(scenario())
    assert [(row["size"], row["accountId"]) for row in one[0]] == [(2, 7)]
    assert [(row["size"], row["accountId"]) for row in two[0]] == [(1, 8)]
    assert (len(one[2]), len(two[2])) == (1, 2)
    assert not ids(one[1], "id") & ids(two[1], "id")
    assert not ids(one[2], "id") & ids(two[2], "id")
    assert not ids(one[0], "id") & ids(two[0], "id")


def test_a_close_or_cancel_reaches_no_other_account() -> None:
    async def scenario() -> Any:
        async with running(TWO) as paper, rest(paper) as asking:
            first, second = paper.accounts
            contract = paper.contract("ES")
            for each in (first, second):
                each.place("ES", "buy", 1)
            stop = second.place("ES", "sell", 1, "stop", stop=1000)
            closed = await asking.post(
                names.POSITION_CLOSE, {"accountId": 7, "contractId": contract}
            )
            wrong = await asking.post(names.ORDER_CANCEL, {"accountId": 7, "orderId": stop})
            stranger = await asking.post(
                names.POSITION_CLOSE, {"accountId": 9, "contractId": contract}
            )
            return closed["success"], wrong["success"], stranger["success"], first, second

    closed, wrong, stranger, first, second = asyncio.run(scenario())
    assert (closed, wrong, stranger) == (True, False, False)
    assert [len(each.exchange.positions) for each in (first, second)] == [0, 1]
    assert len(second.exchange.working()) == 1


def test_one_market_moves_every_account_and_fills_its_stops() -> None:
    async def scenario() -> tuple[Paper, ...]:
        async with running(TWO) as paper:
            for each in paper.accounts:
                each.place("ES", "buy", 1)
                each.place("ES", "sell", 1, "stop", stop=6400)
            paper.accounts[1].set_price("ES", 6399)
            return paper.accounts

    accounts = asyncio.run(scenario())
    assert [dict(each.exchange.positions) for each in accounts] == [{}, {}]
    lasts = {each.exchange.touches[each.contract("ES")].last for each in accounts}
    assert lasts == {Decimal(6399)}


def test_events_are_told_to_those_who_subscribed_to_the_account() -> None:
    async def scenario() -> Any:
        async with running(TWO) as paper:
            async with httpx.AsyncClient(base_url=paper.url, trust_env=False) as http:
                token = await log_in(http, paper)
            second = paper.accounts[1]
            async with watching(second, token) as user:
                paper.place("ES", "buy", 1)
                second.place("ES", "buy", 2)
                await user.until(lambda each: each.get("target") == names.USER_TRADE)
                return [event[0]["data"] for event in user.events(names.USER_POSITION)]

    assert [(row["accountId"], row["size"]) for row in asyncio.run(scenario())] == [(8, 2)]


def test_truth_and_permission_are_the_accounts_own() -> None:
    async def scenario() -> Any:
        async with running(TWO) as paper, rest(paper) as asking:
            paper.accounts[1].place("ES", "buy", 2)
            answered = await asking.http.post(
                "/paper/can-trade", json={"canTrade": False, "accountId": 8}
            )
            truths = [
                exact.loads((await asking.http.get(f"/paper/truth{query}")).text)
                for query in ("", "?accountId=8")
            ]
            missing = await asking.http.get("/paper/truth?accountId=9")
            refused = await asking.http.post(
                "/paper/can-trade", json={"canTrade": False, "accountId": 9}
            )
            return answered.status_code, truths, missing.status_code, refused.status_code

    status, (first, second), missing, refused = asyncio.run(scenario())
    assert (status, missing, refused) == (200, 400, 400)
    assert [len(first["positions"]), len(second["positions"])] == [0, 1]
    assert [each["account"]["canTrade"] for each in (first, second)] == [True, False]


def test_a_closed_venue_is_closed_for_every_account() -> None:
    async def scenario() -> list[int]:
        async with running(TWO) as paper, rest(paper) as asking:
            paper.accounts[1].set_hours("closed")
            order = {"contractId": paper.contract("ES"), "type": 2, "side": 0, "size": 1}
            return [
                (await asking.post(names.ORDER_PLACE, {"accountId": each} | order))["errorCode"]
                for each in (7, 8)
            ]

    assert asyncio.run(scenario()) == [5, 5]


def test_each_account_is_kept_and_found_again(tmp_path: Path) -> None:
    options = replace(TWO, state=tmp_path)

    async def first() -> None:
        async with running(options) as paper:
            paper.accounts[1].place("ES", "buy", 3)

    asyncio.run(first())
    assert {saved.path_of(tmp_path, each).is_file() for each in (7, 8)} == {True}
    again = venue.build(options)
    assert [[p.net for p in each.exchange.positions.values()] for each in again.floor.all] == [
        [],
        [3],
    ]


@pytest.mark.parametrize("more", [(7,), (100_007,), (8, 8)])
def test_accounts_that_could_not_be_told_apart_are_refused(more: tuple[int, ...]) -> None:
    with pytest.raises(venue.OptionsError, match="last five digits"):
        venue.build(PaperOptions(account=7, more_accounts=more))
