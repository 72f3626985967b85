"""The rules over real sockets: the breach, the close at the venue, the row that tells."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from curb.domain.snapshot import AccountView
from curb.rules.listing import RULES
from tests.cli.live import config_text, desk
from tests.cli.test_commands import curb
from tests.matrix import Proof

OFF = {f"rules.{rule.key}.enabled": False for rule in RULES}


def only(key: str, **changes: Any) -> dict[str, Any]:
    """Return a configuration in which one rule watches."""
    return (
        OFF | {f"rules.{key}.enabled": True} | {f"rules.{key}.{k}": v for k, v in changes.items()}
    )


@pytest.mark.proof(
    "RULE-008",
    near_miss="1 MNQ, its stop placed within the grace time",
    breach="1 ES without a stop",
    recovery="1 ES again, with a stop",
)
def test_008_closes_what_has_no_stop(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("no_stop_loss_grace", grace_s=2)) as found:
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.paper.place("MNQ", "sell", 1, "stop", stop="20950")
            await found.rests(MNQ=1)
            await found.shown(is_past_grace)
            proof.show("near_miss", found)
            found.paper.place("ES", "buy", 1)
            row = await engine.row("RULE-008", "close_position")
            assert row["symbol"] == "ES"
            assert (found.position("ES"), found.position("MNQ")) == (0, 1)
            proof.show("breach", found)
            found.paper.place("ES", "buy", 1)
            found.paper.place("ES", "sell", 1, "stop", stop="5990")
            await found.rests(MNQ=1, ES=1)
            await found.shown(is_past_grace)
            proof.show("recovery", found)
            await engine.stop()

    asyncio.run(scene())


def is_past_grace(account: AccountView) -> bool:
    return all(timer.kind != "GRACE" for timer in account.timers)


@pytest.mark.proof(
    "RULE-010",
    near_miss="2 MNQ, `canTrade` true said again",
    breach="`canTrade` false with a limit order resting",
    recovery="`canTrade` true, then 1 ES",
)
def test_010_locks_while_the_account_may_not_trade(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("auth_loss_guard")) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.set_can_trade(True)
            found.paper.place("MNQ", "buy", 2)
            order = found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            await found.rests(MNQ=2)
            proof.show("near_miss", found)
            found.paper.set_can_trade(False)
            row = await engine.row("RULE-010", "flatten")
            assert row["details"]["lock"]["until"] is None
            assert found.position("MNQ") == 0
            assert not found.paper.exchange.orders[order].is_working
            with pytest.raises(ValueError, match="not allowed"):
                found.paper.place("MNQ", "buy", 1)
            proof.show("breach", found)
            found.paper.set_can_trade(True)
            await engine.row("RULE-010", "unlock")
            found.paper.place("ES", "buy", 1)
            await found.rests(ES=1)
            proof.show("recovery", found)
            await engine.stop()
            assert [r["action"] for r in engine.rows if r["rule"] == "RULE-010"] == [
                "flatten",
                "unlock",
            ]

    asyncio.run(scene())


@pytest.mark.proof(
    "RULE-011",
    near_miss="NQ blocked, 1 MNQ",
    breach="2 NQ, then a limit order",
    recovery="NQ off the list, then 1 NQ",
)
def test_011_closes_a_blocked_symbol_until_it_leaves_the_list(tmp_path: Path, proof: Proof) -> None:
    async def scene() -> None:
        blocked = only("symbol_blocks", blocked=["nq"])
        async with desk(tmp_path) as found, found.practice(**blocked):
            found.move("NQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=1)
            proof.show("near_miss", found)
            found.paper.place("NQ", "sell", 2)
            # The order may be told first: it sets the lock, and its fill is an attempt under it.
            row = await engine.row("RULE-011", symbol="NQ")
            assert row["details"]["lock"]["symbol"] == "NQ"
            await engine.row("RULE-011", "close_position", symbol="NQ")
            assert (found.position("NQ"), found.position("MNQ")) == (0, 1)
            order = found.paper.place("NQ", "buy", 1, "limit", limit="20900")
            await engine.row("RULE-011", "cancel_orders", symbol="NQ", under_lock=True)
            assert not found.paper.exchange.orders[order].is_working
            proof.show("breach", found)
            found.config.write_text(config_text(**(blocked | {"rules.symbol_blocks.blocked": []})))
            assert (await curb(found, "reload"))[0] == 0
            await engine.row("RULE-011", "unlock", symbol="NQ")
            found.paper.place("NQ", "buy", 1)
            await found.rests(MNQ=1, NQ=1)
            proof.show("recovery", found)
            await engine.kill()

    asyncio.run(scene())


def test_flatten_cancels_what_could_open_a_new_position(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_contracts", limit=1)) as found:
            found.move("MNQ", "21000")
            engine = await found.engine()
            found.paper.place("MNQ", "sell", 2, "stop", stop="20900")
            found.paper.place("MNQ", "buy", 2)
            await engine.row("RULE-001", "flatten")
            found.move("MNQ", "20890")
            assert found.position("MNQ") == 0
            await engine.stop()

    asyncio.run(scene())


def test_a_dropped_hub_comes_back_and_what_happened_meanwhile_counts(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **only("max_contracts")) as found:
            engine = await found.engine()
            found.paper.drop_hubs()
            found.paper.place("MNQ", "buy", 6)
            await engine.row("RULE-001", "flatten")
            assert found.position("MNQ") == 0
            await engine.row("LINK", "gap")
            await engine.stop()

    asyncio.run(scene())
