"""RULE-001, 002, 006 and 007 over real sockets: what is counted in contracts, trades, losses."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.live import desk
from tests.cli.test_wire import only
from tests.cli.test_wire_hours import passes
from tests.matrix import Proof


@pytest.mark.proof(
    "RULE-001",
    near_miss="5 contracts, limit 5",
    breach="a sixth, in another symbol",
    recovery="5 contracts again",
)
def test_001_flattens_when_too_many_contracts_are_open(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_contracts")) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 5)
            await found.rests(MNQ=5)
            proof.show("near_miss", found)
            found.paper.place("ES", "buy", 1)
            row = await engine.row("RULE-001", "flatten")
            assert "6 contracts" in row["reason"]
            assert row["execution_time_ms"] is not None
            assert (found.position("MNQ"), found.position("ES")) == (0, 0)
            proof.show("breach", found)
            found.paper.place("MNQ", "sell", 5)
            await found.rests(MNQ=-5)
            proof.show("recovery", found)
            assert await engine.stop() == 0

    asyncio.run(scene())


@pytest.mark.proof(
    "RULE-002",
    near_miss="2 MNQ short, limit 2",
    breach="a third, and one RTY, unlisted",
    recovery="flat, then 2 MNQ again",
)
def test_002_cuts_a_symbol_to_its_limit(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        rule = only("max_contracts_per_instrument", limits={"MNQ": 2})
        async with desk(tmp_path, **rule) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "sell", 2)
            await found.rests(MNQ=-2)
            proof.show("near_miss", found)
            found.paper.place("MNQ", "sell", 1)
            await engine.row("RULE-002", "reduce_position")
            assert found.position("MNQ") == -2
            found.paper.place("RTY", "buy", 1)
            await engine.row("RULE-002", "close_position")
            assert found.position("RTY") == 0
            proof.show("breach", found)
            found.paper.place("MNQ", "buy", 2)
            await found.rests()
            found.paper.place("MNQ", "buy", 2)
            await found.rests(MNQ=2)
            proof.show("recovery", found)
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.proof(
    "RULE-006",
    near_miss="3 trades in a minute, limit 3",
    breach="a fourth with a limit order resting, then 2 contracts more",
    recovery="the next trade after the cooldown",
)
def test_006_cools_down_and_closes_what_is_added(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("trade_frequency_limit")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            for _ in range(3):
                found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=3)
            proof.show("near_miss", found)
            found.paper.place("MNQ", "buy", 1)
            await engine.row("RULE-006", "cooldown")
            await engine.row("RULE-006", "cancel_orders", under_lock=True)
            found.paper.place("MNQ", "buy", 2)
            row = await engine.row("RULE-006", "reduce_position", under_lock=True)
            assert row["details"]["targets"] == {found.paper.contract("MNQ"): 4}
            assert found.position("MNQ") == 4
            proof.show("breach", found)
            await passes(found, timedelta(minutes=2))
            await engine.row("RULE-006", "unlock")
            found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=5)
            proof.show("recovery", found)
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.proof(
    "RULE-007",
    near_miss="90 and fees lost in one order, limit 100",
    breach="112.50 lost, then one contract more",
    recovery="2 contracts more after the cooldown",
)
def test_007_cools_down_after_a_loss_and_not_after_a_smaller_one(
    tmp_path: Path, proof: Proof
) -> None:
    tiers = [{"loss": 100, "cooldown_s": 9}, {"loss": 200, "cooldown_s": 10}]

    async def scene() -> None:
        async with desk(tmp_path, **only("cooldown_after_loss", tiers=tiers)) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.move("MNQ", "20955")
            found.paper.place("MNQ", "sell", 1)
            found.paper.place("ES", "buy", 2)
            await found.shown(lambda account: account.pnl.realized <= -90)
            await found.rests(ES=2)
            proof.show("near_miss", found)
            found.move("ES", "5997.75")
            found.paper.place("ES", "sell", 1)
            row = await engine.row("RULE-007", "cooldown", symbol="ES", limit="100")
            assert [r["rule"] for r in engine.rows].count("RULE-007") == 1
            assert row["details"]["lock"]["kind"] == "cooldown"
            found.paper.place("ES", "buy", 1)
            row = await engine.row("RULE-007", "reduce_position", under_lock=True)
            assert row["details"]["targets"] == {found.paper.contract("ES"): 1}
            assert found.position("ES") == 1
            await engine.row("RULE-007", "unlock")
            proof.show("breach", found)
            found.paper.place("ES", "buy", 2)
            await found.rests(ES=3)
            found.move("ES", "5995.25")
            found.paper.place("ES", "sell", 2)  # the next loss, so that all before it was seen
            await engine.row("RULE-007", "cooldown", limit="200")
            proof.show("recovery", found)
            assert found.position("ES") == 1
            await engine.stop()

    asyncio.run(scene())
