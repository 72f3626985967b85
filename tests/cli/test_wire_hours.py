"""RULE-009 over real sockets: the paper gateway's own time passes, and the hours with it."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from curb.domain.windows import WEEKDAYS
from tests.cli.live import Desk, desk
from tests.cli.test_wire import only
from tests.matrix import Proof


def closes(found: Desk, symbol: str) -> int:
    """Return how many closes of the symbol the venue was asked for."""
    contract = found.paper.contract(symbol)
    paths = ("/api/Position/closeContract", "/api/Position/partialCloseContract")
    asked = (row for row in found.paper.record if row.get("path") in paths)
    return sum(row["body"]["contractId"] == contract for row in asked)


def around(found: Desk, before_s: int, after_s: int) -> dict[str, str]:
    """Return hours in UTC that begin and end so many seconds from now."""
    now = found.paper.floor.clock.now()
    begin, end = (now + timedelta(seconds=s) for s in (-before_s, after_s))
    return {"start": f"{begin:%H:%M}", "end": f"{end:%H:%M}"}


async def passes(found: Desk, span: timedelta) -> None:
    """Let time pass until the locks of now have ended; the engine hears of it as its hubs return."""
    found.paper.pass_time(span)
    found.paper.drop_hubs()
    await found.shown(lambda account: account.state == "OPEN")


# Every day is a session's, whenever the test runs.
ALWAYS = {"timezone": "UTC", "days": list(WEEKDAYS), "holidays": [], "early_closes": {}}


@pytest.mark.proof(
    "RULE-009",
    near_miss="2 MNQ and a limit order within the hours",
    breach="the hours end",
    recovery="the hours begin again, then 1 GC",
)
def test_009_flattens_at_the_sessions_end_and_locks_until_the_next(
    tmp_path: Path, proof: Proof
) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            hours = around(found, 3600, 3600)
            found.write(**only("session_block_outside", **ALWAYS, **hours))
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            order = found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            await found.rests(MNQ=2)
            proof.show("near_miss", found)
            found.paper.pass_time(timedelta(minutes=90))
            row = await engine.row("RULE-009", "flatten")
            assert f"is outside {hours['start']}-{hours['end']}" in row["reason"]
            assert row["details"]["lock"]["kind"] == "lockout"
            assert found.position("MNQ") == 0
            proof.show("breach", found)
            assert not found.paper.exchange.orders[order].is_working
            found.paper.place("ES", "sell", 1)
            await engine.row("RULE-009", "close_position", symbol="ES", under_lock=True)
            until_next = datetime.fromisoformat(row["details"]["lock"]["until"])
            found.paper.pass_time(until_next - found.paper.floor.clock.now())
            found.paper.place("NQ", "buy", 1)  # asks the venue, and so hears the time
            await engine.row("RULE-009", "unlock")
            await found.shown(lambda account: account.state == "OPEN")
            proof.skip(found)
            found.paper.place("GC", "buy", 1)
            await found.shown(lambda account: "GC" in {p.symbol for p in account.positions})
            proof.show("recovery", found)
            await engine.stop()
            assert found.position("GC") == 1

    asyncio.run(scene())


def test_009_with_symbols_of_their_own_hours_locks_each_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            closed = around(found, -2 * 3600, 3 * 3600)
            sessions = {"ES": around(found, 3600, 3600), "RTY": closed}
            rule = only("session_block_outside", **ALWAYS, **closed, sessions=sessions)
            found.write(**rule)
            engine = await found.engine()
            await engine.row("RULE-009", "lock", symbol="RTY")  # listed, and flat
            found.paper.place("ES", "buy", 1)
            await found.quoted("ES")
            found.paper.place("NQ", "buy", 1)
            # The order may be told first: it sets the lock, and its fill is an attempt under it.
            row = await engine.row("RULE-009", "close_position", symbol="NQ")
            assert (found.position("NQ"), closes(found, "NQ")) == (0, 1)
            locked = {r["symbol"] for r in engine.rows if "lock" in r["details"]}
            assert locked == {"NQ", "RTY"}
            assert row["execution_time_ms"] is not None
            await engine.kill()
            found.paper.place("RTY", "sell", 1)  # while nobody watches
            again = await found.engine()
            await again.row("RULE-009", "close_position", symbol="RTY", under_lock=True)
            await again.stop()
            assert (found.position("RTY"), found.position("ES")) == (0, 1)
            assert closes(found, "ES") == 0

    asyncio.run(scene())
