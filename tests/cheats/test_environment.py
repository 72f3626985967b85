"""Attempts with an engine that finds file and state by the environment: the account is the same."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.cheats.stage import COUNTED, LIMIT, Held, Stage, Theater, counting, losing, theater
from tests.cli.live import STARTED, Engine

LOSS = "rules.daily_realized_loss.loss_limit"

Cheat = Callable[[Path], dict[str, str]]
"""Prepares a fresh home with a looser file; returns the environment that leads there."""


def _write(fresh: Path, *folders: str) -> None:
    place = fresh.joinpath(*folders)
    place.mkdir(parents=True, exist_ok=True)
    (fresh / "config.toml").rename(place / "config.toml")


def home(fresh: Path) -> dict[str, str]:
    _write(fresh, ".config", "curb")
    return {"HOME": str(fresh), "XDG_CONFIG_HOME": "", "XDG_STATE_HOME": ""}


def base_directories(fresh: Path) -> dict[str, str]:
    _write(fresh, "settings", "curb")
    return {"XDG_CONFIG_HOME": f"{fresh}/settings", "XDG_STATE_HOME": f"{fresh}/.local/state"}


def working_directory(fresh: Path) -> dict[str, str]:
    """Stand beside a looser `config.toml`."""
    return {"XDG_STATE_HOME": f"{fresh}/.local/state"}


CHEATS: dict[str, Cheat] = {
    "have another home": home,
    "have other base directories": base_directories,
    "start in another directory": working_directory,
}


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theater]:
    async def scene(stage: Stage) -> None:
        await stage.start()
        await stage.lose()
        await stage.stop()

    with theater(losing(tmp_path_factory.mktemp("environment"))) as found:
        found.play(scene(found.stage))
        yield found


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_the_account_knows_its_state_wherever_it_is_looked_for(
    lost: Theater, tmp_path: Path, cheat: Cheat
) -> None:
    async def scene(stage: Stage) -> None:
        assert stage.held is not None
        stage.write(**{LOSS: 9000})
        (tmp_path / "config.toml").write_bytes(stage.desk.config.read_bytes())
        stage.started = await _bare(tmp_path, stage.desk.env | cheat(tmp_path))
        row = await stage.engine.row("ENGINE", "lock")
        assert row["reason"].startswith("the database was deleted")
        stage.desk.state_dir = tmp_path / ".local" / "state" / "curb"
        stage.held = Held("ENGINE", stage.held.until)
        await stage.unloosened()
        await stage.engine.kill()

    lost.play(scene(lost.stage))


def test_practice_with_a_looser_limit_leaves_the_live_one(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.start()
        await stage.engine.stop()
        loose = COUNTED | {LIMIT: 99, "config.loosen": "now"}
        async with stage.desk.practice(**loose):
            await stage.start()
            await stage.engine.kill()
        stage.write(**{LIMIT: 99})
        with stage.desk.live():  # practice took it back
            await stage.start()
            await stage.unloosened()

    with theater(counting(tmp_path)) as found:
        found.play(scene(found.stage))


def test_a_time_zone_of_the_environment_moves_no_reset(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.start()
        before = await stage.shown("", kind="RESET")
        await stage.engine.stop()
        zones = tmp_path / "zones"
        (zones / "America").mkdir(parents=True)
        far = files("tzdata") / "zoneinfo" / "Pacific" / "Kiritimati"
        (zones / "America" / "Chicago").write_bytes(far.read_bytes())
        stage.desk.env |= {"PYTHONTZPATH": str(zones)}
        await stage.start()
        assert await stage.shown("", kind="RESET") == before
        await stage.unloosened()

    with theater(counting(tmp_path)) as found:
        found.play(scene(found.stage))


async def _bare(folder: Path, env: dict[str, str]) -> Engine:
    """Start an engine that is told nothing but by its environment."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "curb", "run", "--json"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | env,
        limit=1 << 20,
    )
    STARTED.append(process.pid)
    return Engine(process)
