"""The scenes in which engines are killed, and what must hold after every one of them."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from curb.cli.places import database_path
from curb.cli.report import as_record
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain.errors import CurbError
from curb.domain.sessions import TradingDays
from curb.store import retention
from tests.cli.live import DEADLINE_S, ROOT, Desk, Engine, desk, spawned, start, until
from tests.cli.test_wire import only
from tests.cli.test_wire_hours import ALWAYS, around
from tests.cli.test_wire_upkeep import old
from tests.kills.points import POINTS, Scene
from tests.store.samples import opened

KILLED = -signal.SIGKILL
HIGH, LOW = "21000", "20700"
# The close that was meant, and two that a restart sends because it cannot know.
MOST_CLOSES = 3

Locks = dict[str, str]
Step = Callable[[Desk, Engine], Any]


async def fused(found: Desk, name: str) -> Engine:
    """Start an engine that kills itself at a point."""
    flags = ("--config", str(found.config), "--state-dir", str(found.state_dir))
    words = ("-m", "tests.kills.engine", name, "--json", *flags)
    return await spawned(*words, env=found.env, cwd=ROOT)


def open_position(found: Desk) -> None:
    """Let the trader hold two MNQ with a stop far away and an entry that waits."""
    found.move("MNQ", HIGH)
    found.paper.place("MNQ", "buy", 2)
    found.paper.place("MNQ", "buy", 1, "limit", limit="20500")
    found.paper.place("MNQ", "sell", 2, "stop", stop="20000")


async def lose(found: Desk, engine: Engine, is_met: Callable[[], bool]) -> None:
    """Let the loss break the rule until something is so, or the engine is gone."""

    def is_over() -> bool:
        return is_met() or engine.process.returncode is not None

    async with asyncio.timeout(DEADLINE_S):
        while not is_over():
            # No quote is sent again to who subscribes: the market has to move.
            found.move("MNQ", LOW)
            for _ in range(20):
                await asyncio.sleep(0.01)
                if is_over():
                    return


def never() -> bool:
    """Tell that the engine's own end is waited for."""
    return False


def is_done(found: Desk) -> bool:
    """Tell whether all is flat, no order works, and the loss has its lock."""
    exchange = found.paper.exchange
    is_flat = not exchange.positions and not any(o.is_working for o in exchange.orders.values())
    return is_flat and "RULE-003" in locks(found)


def locks(found: Desk) -> Locks:
    """Return the ends of the locks that the database has in force, by rule."""
    path = database_path(found.state_dir)
    if not path.exists():
        return {}
    sql = "SELECT rule_id, locked_until FROM lockouts WHERE is_locked = 1"
    ends: Locks = {}
    # Where there is no table yet, there is no lock.
    with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError):
        ends = {str(rule): str(until) for rule, until in connection.execute(sql)}
    return ends


async def breach(found: Desk, engine: Engine) -> None:
    """Break the rule under the engine."""
    await until(
        lambda: (found.is_watched() and is_quoted(found)) or engine.process.returncode is not None
    )
    await lose(found, engine, never)


def is_quoted(found: Desk) -> bool:
    """Tell whether the quotes of MNQ were ever subscribed."""
    name = found.paper.contract("MNQ")
    asked = (r for r in found.paper.record if r.get("method") == "SubscribeContractQuotes")
    return any(name in str(row) for row in asked)


async def watch(_found: Desk, engine: Engine) -> None:
    """Let the engine come to its point by itself."""
    await asyncio.wait_for(engine.process.wait(), DEADLINE_S)


async def reload(found: Desk, engine: Engine) -> None:
    """Tighten the limit and have the file read, until the engine is gone."""
    await until(lambda: found.is_watched() or engine.process.returncode is not None)
    found.write(**LOSS | {"rules.daily_realized_loss.loss_limit": 450})
    async with asyncio.timeout(DEADLINE_S):
        while engine.process.returncode is None:
            with suppress(CurbError):
                async with connect(socket_path(found.state_dir)) as client:
                    await client.command("reload")
            await asyncio.sleep(0.05)


async def refused(found: Desk, engine: Engine) -> None:
    """Let the gateway forget every token, then break the rule."""
    await until(
        lambda: (found.is_watched() and is_quoted(found)) or engine.process.returncode is not None
    )
    found.paper.lay(fault=[{"knob": "auth.revoke", "times": 1}])
    await lose(found, engine, never)
    assert found.paper.fired["auth.revoke"] == 1


async def day_passes(found: Desk, engine: Engine) -> None:
    """Break the rule, and let the day end once all is done."""
    await until(
        lambda: (found.is_watched() and is_quoted(found)) or engine.process.returncode is not None
    )
    await lose(found, engine, lambda: is_done(found))
    assert is_done(found)
    ends = TradingDays().next_reset(found.paper.floor.clock.now())
    found.paper.pass_time(ends - found.paper.floor.clock.now() + timedelta(seconds=1))
    found.paper.drop_hubs()
    await asyncio.wait_for(engine.process.wait(), DEADLINE_S)


LOSS = only("daily_realized_loss")
STEPS: dict[Scene, Step] = {
    "breach": breach,
    "start": watch,
    "reload": reload,
    "token": refused,
    "reset": day_passes,
    "upkeep": watch,
}


async def prepared(found: Desk, scene: Scene) -> None:
    """Bring about what the engine that dies will find."""
    if scene == "upkeep":
        hours = around(found, -7200, 10_800)
        rule = only("session_block_outside", **ALWAYS, **hours)
        warn = {"rules.session_block_outside.mode": "warn", "backup.enabled": True}
        found.write(**rule | warn | {"rules.daily_realized_loss.enabled": True})
        async with opened(database_path(found.state_dir)) as database:
            await database.save(old(found))
            copied_at = found.paper.floor.clock.now() - timedelta(days=3)
            await database.tidy([retention.run("backup", copied_at)])
        found.move("MNQ", HIGH)
        return
    open_position(found)
    if scene == "start":
        engine = await start(found.config, found.state_dir, "--json", env=found.env)
        await until(lambda: found.is_watched() and is_quoted(found))
        await lose(found, engine, lambda: is_done(found))
        assert await engine.stop() == 0
        found.paper.place("MNQ", "buy", 1)


@asynccontextmanager
async def killed(tmp: Path, name: str) -> AsyncIterator[tuple[Desk, Engine]]:
    """Play the scene of a point until the engine has killed itself there."""
    scene = POINTS[name].scene
    async with desk(tmp, **LOSS) as found:
        await prepared(found, scene)
        engine = await fused(found, name)
        try:
            await STEPS[scene](found, engine)
        except TimeoutError:
            await engine.kill()
            raise AssertionError(f"never came to {name!r}: {engine.rows}") from None
        code = await asyncio.wait_for(engine.process.wait(), DEADLINE_S)
        assert code == KILLED, (code, engine.rows, await engine.errors())
        await engine.stop()
        yield found, engine


async def recovers(found: Desk, dead: Engine, scene: Scene) -> None:
    """Start an engine as its user would, and hold everything against what the dead one left."""
    before = locks(found)
    whole(found)
    if scene == "upkeep":
        open_position(found)
    engine = await start(found.config, found.state_dir, "--json", env=found.env)
    await engine.row("ENGINE", "start")
    if scene == "reset":
        await until(lambda: not locks(found) or engine.process.returncode is not None)
    else:
        await lose(found, engine, lambda: is_done(found))
        assert is_done(found), (await engine.errors(), engine.rows)
    assert await engine.stop() == 0
    after = locks(found)
    if scene != "reset":
        assert after.keys() >= before.keys()
        assert all(after[rule] >= ends for rule, ends in before.items())
    whole(found)
    asked = found.asked()
    assert asked.count("closeContract MNQ") <= MOST_CLOSES + (scene == "start"), asked
    kept = await records(found)
    for row in (*dead.rows, *engine.rows):
        assert row in kept, (row, [each for each in kept if each["rule"] == row["rule"]])


async def records(found: Desk) -> list[dict[str, Any]]:
    """Return the newest rows of the audit, as they are printed."""
    async with opened(database_path(found.state_dir)) as database:
        rows = await database.audit_rows(None, 1_000)
    return [json.loads(json.dumps(as_record(row), default=str)) for row in rows]


def whole(found: Desk) -> None:
    """Expect a database that is whole, where there is one."""
    path = database_path(found.state_dir)
    if path.exists():
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
