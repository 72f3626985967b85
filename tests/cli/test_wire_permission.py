"""RULE-010's rows of the acceptance table over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from tests.cli.live import Desk, Engine, desk, until
from tests.cli.test_wire import only
from tests.cli.test_wire_money import kept_locks


@asynccontextmanager
async def watched(tmp: Path, **changes: Any) -> AsyncIterator[tuple[Desk, Engine]]:
    """Open a gateway and an engine with RULE-010 on."""
    async with desk(tmp, **only("auth_loss_guard") | changes) as found:
        found.move("MNQ", "21000")
        found.move("ES", "5800")
        engine = await found.engine()
        yield found, engine
        await engine.stop()


async def locked(found: Desk) -> None:
    """Wait until the account is locked by the rule, without an end."""
    await found.shown(
        lambda account: (
            account.state == "LOCKED"
            and [(t.rule, t.until) for t in account.timers if t.kind == "LOCK"]
            == [("RULE-010", None)]
        )
    )


async def is_open(found: Desk) -> None:
    """Wait until no lock is left."""
    await found.shown(lambda account: account.state == "OPEN")


def acts(engine: Engine) -> list[str]:
    """Return what was printed of the rule."""
    return [row["action"] for row in engine.rows if row["rule"] == "RULE-010"]


def test_it_is_lost_and_comes_back(tmp_path: Path) -> None:
    """10.1 with two positions and an order, 10.7 said again, 10.2 back while locked."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            found.paper.place("MNQ", "buy", 2)
            found.paper.place("ES", "sell", 1)
            found.paper.place("MNQ", "buy", 1, "limit", limit="20900")
            await found.rests(MNQ=2, ES=-1)
            for _ in range(5):
                found.paper.set_can_trade(False)
            row = await engine.row("RULE-010", "flatten")
            assert row["details"]["lock"]["until"] is None
            assert sorted(found.asked()) == ["cancel MNQ", "closeContract ES", "closeContract MNQ"]
            await locked(found)
            await until(lambda: kept_locks(found) == ["RULE-010"])
            found.paper.set_can_trade(True)
            await is_open(found)
            found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=1)
            assert len(found.asked()) == 3
        assert acts(engine) == ["flatten", "unlock"]

    asyncio.run(scene())


def test_lost_before_the_start(tmp_path: Path) -> None:
    """10.3 locked before any trade."""

    async def scene() -> None:
        async with desk(tmp_path, **only("auth_loss_guard")) as found:
            found.paper.set_can_trade(False)
            engine = await found.engine()
            await engine.row("RULE-010", "lock")
            await locked(found)
            await until(lambda: kept_locks(found) == ["RULE-010"])
            assert found.asked() == []
            await engine.stop()

    asyncio.run(scene())


def test_flat_it_only_locks_and_follows_the_last_word(tmp_path: Path) -> None:
    """10.4 false without a position, 10.5 false, true, false."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            for allowed in (False, True, False):
                found.paper.set_can_trade(allowed)
                await (is_open(found) if allowed else locked(found))
            await engine.row("RULE-010", "lock", times=2)
        assert acts(engine) == ["lock", "unlock", "lock"]
        assert found.asked() == []

    asyncio.run(scene())


def test_a_missing_word_warns_and_locks_nothing(tmp_path: Path) -> None:
    """10.6 null."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            found.paper.place("MNQ", "buy", 1)
            await found.rests(MNQ=1)
            found.paper.set_can_trade(cast("bool", None))
            await engine.row("RULE-010", "warn")
            await found.shown(lambda account: account.can_trade is None)
            await found.rests(MNQ=1)
            await is_open(found)
        assert (acts(engine), found.asked()) == (["warn"], [])

    asyncio.run(scene())


def test_a_lock_of_another_rule_stands(tmp_path: Path) -> None:
    """10.8 true again under a lock of RULE-003."""

    async def scene() -> None:
        loss = {"rules.daily_realized_loss.enabled": True}
        async with watched(tmp_path, **loss) as (found, engine):
            found.paper.place("MNQ", "buy", 2)
            await found.quoted("MNQ")
            found.move("MNQ", "20700")
            await engine.row("RULE-003", "flatten")
            found.paper.set_can_trade(False)
            await engine.row("RULE-010", "lock")
            found.paper.set_can_trade(True)
            await engine.row("RULE-010", "unlock")
            await until(lambda: kept_locks(found) == ["RULE-003"])
            found.paper.place("ES", "buy", 1)
            await engine.row("RULE-003", "close_position", symbol="ES", under_lock=True)
            assert found.asked() == ["closeContract MNQ", "closeContract ES"]

    asyncio.run(scene())


def test_a_word_missed_is_heard_over_rest(tmp_path: Path) -> None:
    """10.9 true while locked and while no hub tells it."""

    async def scene() -> None:
        async with watched(tmp_path) as (found, engine):
            found.paper.set_can_trade(False)
            await locked(found)
            found.paper.drop_hubs()
            found.paper.set_can_trade(True)
            await is_open(found)
            await until(lambda: acts(engine) == ["lock", "unlock"])

    asyncio.run(scene())
