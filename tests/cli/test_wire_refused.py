"""Closes that the gateway refuses: for the market, for the account, for the order itself."""

import asyncio
import itertools
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from curb.wire.codes import CloseCode
from tests.cli.live import Desk, desk
from tests.cli.test_commands import curb
from tests.cli.test_wire import only

CLOSE, CANCEL, PLACE = "/api/Position/closeContract", "/api/Order/cancel", "/api/Order/place"


def refused(found: Desk, path: str) -> list[datetime]:
    """Return when the venue refused such requests."""
    rows = (row for row in found.paper.record if row.get("path") == path and row.get("code"))
    return [datetime.fromisoformat(row["at"]) for row in rows]


def pauses(found: Desk, path: str) -> timedelta:
    """Return the shortest time from one refused request to the next."""
    asked = refused(found, path)
    gaps = [later - sooner for sooner, later in itertools.pairwise(asked)]
    return min(gaps, default=timedelta.max)


async def status(found: Desk) -> dict[str, Any]:
    code, out, errors = await curb(found, "status", "--json")
    assert code == 0, errors
    account: dict[str, Any] = json.loads(out)["accounts"][0]
    return account


async def lock(found: Desk) -> None:
    assert (await curb(found, "lock", "1h"))[0] == 0


async def is_refused(found: Desk, path: str, times: int) -> None:
    await found.shown(lambda _: len(refused(found, path)) >= times)


def test_a_closed_market_keeps_the_intent_and_the_close_fires_when_it_opens(tmp_path: Path) -> None:
    """The position is there, the market closes, the grace time ends: closed at the opening."""

    async def scene() -> None:
        async with desk(tmp_path, **only("no_stop_loss_grace", grace_s=2)) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            await found.rests(MNQ=2)
            found.paper.set_hours("closed")
            await found.shown(lambda account: account.state == "BLOCKED")
            await found.shown(lambda account: "BLOCKED BY THE MARKET" in account.alert)
            await is_refused(found, CLOSE, 2)
            assert pauses(found, CLOSE) >= timedelta(seconds=4)
            found.paper.set_hours("always")
            row = await engine.row("RULE-008", "close_position")
            assert row["success"]
            assert found.position("MNQ") == 0
            assert (await status(found))["verdict"] == "ENFORCING"
            await engine.stop()

    asyncio.run(scene())


def test_an_account_that_may_not_close_is_monitored_only_until_it_may(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            await lock(found)
            found.paper.lay(fault=[{"knob": "account.reject", "where": "close"}])
            found.paper.place("MNQ", "buy", 2)
            await found.shown(lambda account: account.verdict == "MONITOR-ONLY")
            account = await status(found)
            assert account["verdict_words"] == "the gateway refuses closes for this account"
            assert account["alert"].startswith("MONITOR-ONLY: the gateway refuses closes")
            await found.shown(lambda account: "REFUSED FOR THIS ACCOUNT" in account.alert)
            assert pauses(found, CLOSE) >= timedelta(seconds=2)  # no storm
            assert not any(row.get("path") == PLACE for row in found.paper.record)
            await engine.kill()
            engine = await found.engine()
            await found.shown(lambda account: account.verdict == "MONITOR-ONLY")
            found.paper.lay(fault=[])
            found.paper.place("MNQ", "buy", 1)  # new exposure is tried at once
            await found.shown(lambda account: account.verdict == "ENFORCING")
            await engine.row("SELF-LOCK", "close_position")
            assert found.position("MNQ") == 0
            row = await engine.row("ENGINE", "warn", verdict="ENFORCING")
            assert row["reason"] == "ENFORCING: closes work"
            await engine.stop()

    asyncio.run(scene())


def test_an_account_that_may_not_cancel_closes_only(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            await lock(found)
            found.paper.lay(fault=[{"knob": "account.reject", "where": "cancel"}])
            found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            await found.shown(lambda account: account.verdict == "CLOSE-ONLY")
            found.paper.place("MNQ", "buy", 2)
            await found.shown(lambda _: found.asked() == ["closeContract MNQ"])
            assert found.position("MNQ") == 0
            assert "CLOSE-ONLY" in (await curb(found, "status"))[1]
            assert "CLOSE-ONLY" in (await curb(found, "status", "--line"))[1]
            await is_refused(found, CANCEL, 3)
            assert len(refused(found, CANCEL)) <= 6  # no storm
            await engine.stop()

    asyncio.run(scene())


def test_a_close_turned_down_twice_gives_way_to_an_order_of_its_size(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("daily_realized_loss")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            await lock(found)
            await found.shown(lambda account: account.state == "LOCKED")
            envelope = {"code": int(CloseCode.ORDER_REJECTED), "message": "Order rejected."}
            found.paper.lay(
                fault=[{"knob": "http.envelope", "where": "closeContract", "has": envelope}]
            )
            found.paper.place("MNQ", "sell", 3)
            row = await engine.row("SELF-LOCK", "close_position")
            assert row["success"]
            notes = [(n["request"], n["outcome"]) for n in row["details"]["requests"]]
            done = [note for note in notes if note[0] != "cancel"]
            assert done == [("closeContract", "refused")] * 2 + [("place", "done")]
            assert found.asked() == ["place MNQ 3"]
            assert found.position("MNQ") == 0
            assert (await status(found))["verdict"] == "ENFORCING"
            await engine.stop()

    asyncio.run(scene())
