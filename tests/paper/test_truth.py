import asyncio
from datetime import datetime
from typing import Any

from curb.paper.service import PaperOptions, running
from curb.wire import exact, names
from tests.paper.client import rest

MANUAL = PaperOptions(prices="manual")


def test_truth_tells_positions_orders_trades_and_balance_with_the_venues_times() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            paper.place("ES", "buy", 2)
            paper.place("ES", "sell", 2, "stop", stop=6000)
            gone = paper.place("ES", "sell", 2, "limit", limit=7000)
            paper.cancel(gone)
            return exact.loads((await asking.http.get("/paper/truth")).text)

    truth = asyncio.run(scenario())
    assert [each["size"] for each in truth["positions"]] == [2]
    assert [each["stopPrice"] for each in truth["workingOrders"]] == [6000]
    assert [each["status"] for each in truth["orders"]] == [2, 1, 3]
    assert {each["source"] for each in truth["orders"]} == {"trader"}
    assert [each["fees"] for each in truth["trades"]] == [exact.loads("2.8")]
    assert truth["account"]["balance"] == exact.loads("49997.2")
    times = [
        *(each["creationTimestamp"] for each in (*truth["trades"], *truth["positions"])),
        *(each["updateTimestamp"] for each in truth["orders"]),
    ]
    assert all(datetime.fromisoformat(each) < datetime.fromisoformat(truth["at"]) for each in times)


def test_no_fault_touches_it() -> None:
    async def scenario() -> Any:
        async with running(MANUAL) as paper, rest(paper) as asking:
            contract = paper.contract("ES")
            paper.place("ES", "buy", 1)
            knobs = ("http.null_list", "http.status", "schema.wrong_type", "http.old_list")
            paper.lay(fault=[{"knob": each} for each in knobs])
            body = {"accountId": paper.account_id, "contractId": contract}
            spoiled = await asking.http.post(names.POSITION_SEARCH_OPEN, json=body)
            truth = exact.loads((await asking.http.get("/paper/truth")).text)
            return spoiled.status_code, [each["size"] for each in truth["positions"]]

    assert asyncio.run(scenario()) == (503, [1])
