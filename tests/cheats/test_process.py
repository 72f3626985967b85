"""Attempts with processes: kill the engine at any step, start another one beside it."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curb.control.paths import account_lock_path, socket_path
from curb.domain.errors import Held
from curb.gateway.endpoints import endpoints
from tests.cheats.stage import Cheat, Stage, Theater, losing, theater
from tests.cli.live import Engine, start, until

LOSS = "rules.daily_realized_loss.loss_limit"


async def kill(stage: Stage) -> None:
    await stage.engine.kill()
    await stage.start()


async def kill_again_and_again(stage: Stage) -> None:
    for _ in range(3):
        await kill(stage)


async def kill_before_it_is_up(stage: Stage) -> None:
    await stage.engine.kill()
    engine = await another(stage, stage.desk.state_dir)
    await asyncio.sleep(0.3)
    await engine.kill()
    await stage.start()


async def kill_while_it_closes(stage: Stage) -> None:
    stage.desk.paper.place("NQ", "buy", 3)
    await until(lambda: stage.desk.position("NQ") != 0 or _closes(stage, "NQ") > 0)
    await kill(stage)
    await until(lambda: stage.desk.position("NQ") == 0)


async def open_while_killed(stage: Stage) -> None:
    await stage.engine.kill()
    stage.desk.paper.place("NQ", "buy", 3)
    await stage.start()
    await until(lambda: stage.desk.position("NQ") == 0)


async def rest_while_killed(stage: Stage) -> None:
    """Leave an order that could open something, for the time when nobody looks."""
    await stage.engine.kill()
    order = stage.desk.paper.place("MNQ", "buy", 1, "limit", limit="20000")
    await stage.start()
    await until(lambda: not stage.desk.paper.exchange.orders[order].is_working)


async def stop_in_order(stage: Stage) -> None:
    """Stop with the signal that asks for no word, and loosen before the start."""
    assert await stage.engine.stop() == 0
    stage.write(**{LOSS: 9000})
    await stage.start()


async def delete_the_socket(stage: Stage) -> None:
    """Take the place away where the engine listens; the lock outlives that too."""
    socket_path(stage.desk.state_dir).unlink()
    stage.desk.paper.place("NQ", "buy", 3)
    await until(lambda: _closes(stage, "NQ") > 0 and stage.desk.position("NQ") == 0)
    await kill(stage)


async def second_of_the_same_state(stage: Stage) -> None:
    engine = await another(stage, stage.desk.state_dir)
    assert await engine.process.wait() == Held.exit_code
    assert "is held by process" in await engine.errors()


async def second_of_another_state(stage: Stage) -> None:
    engine = await another(stage, stage.desk.state_dir.with_name("second"))
    assert await engine.process.wait() == Held.exit_code
    assert "is held by process" in await engine.errors()


async def second_of_another_address(stage: Stage) -> None:
    url = stage.desk.paper.url.replace("127.0.0.1", "localhost")
    api = f"HTTP{url.removeprefix('http')}/"
    engine = await another(stage, stage.desk.state_dir.with_name("third"), api=api)
    assert await engine.process.wait() == Held.exit_code
    assert "is held by process" in await engine.errors()


async def second_without_the_lock_file(stage: Stage) -> None:
    """Delete the account's lock file under the engine, and start one that knows no limit."""
    found = stage.desk
    gateway = endpoints("custom", found.paper.url).gateway
    account_lock_path(gateway, found.paper.account_id).unlink()
    engine = await another(stage, found.state_dir.with_name("second"))
    await engine.row("ENGINE", "lock")
    await engine.kill()


CHEATS: dict[str, Cheat] = {
    "kill the engine": kill,
    "kill it again and again": kill_again_and_again,
    "kill it before it is up": kill_before_it_is_up,
    "kill it while it closes": kill_while_it_closes,
    "open a position while it is dead": open_while_killed,
    "leave an order while it is dead": rest_while_killed,
    "stop it in order and loosen": stop_in_order,
    "delete its socket": delete_the_socket,
    "start a second one on the same state": second_of_the_same_state,
    "start a second one on another state": second_of_another_state,
    "start a second one under another address": second_of_another_address,
    "start a second one without the lock file": second_without_the_lock_file,
}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theater]:
    async def scene(stage: Stage) -> None:
        await stage.start()
        await stage.lose()

    with theater(losing(tmp_path_factory.mktemp("process"))) as found:
        found.play(scene(found.stage))
        yield found


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_no_process_ends_a_lock(locked: Theater, cheat: Cheat) -> None:
    async def scene(stage: Stage) -> None:
        stage.write()
        await cheat(stage)
        await stage.unloosened()

    locked.play(scene(locked.stage))


async def another(stage: Stage, state_dir: Path, **gateway: Any) -> Engine:
    """Start an engine with a looser file, on some state."""
    config = stage.desk.config.with_name("other.toml")
    changes = {"gateway.api_url": gateway["api"]} if gateway else {}
    stage.write(**{LOSS: 9000}, **changes)
    shutil.copyfile(stage.desk.config, config)
    stage.write()
    return await start(config, state_dir, env=stage.desk.env)


def _closes(stage: Stage, symbol: str) -> int:
    contract = stage.desk.paper.contract(symbol)
    rows = stage.desk.paper.record
    return sum(r["kind"] == "flat" and r.get("contract_id") == contract for r in rows)
