"""Attempts to talk an account out of its lock, on the practice gateway, where loosening is easy."""

import asyncio
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from curb.engine.selflock import MOST_S
from tests.cheats.stage import LIMIT, Cheat, Stage, Theater, losing, theater
from tests.cli.live import until
from tests.cli.test_commands import curb

LOSS = "rules.daily_realized_loss"


def edit(**changes: Any) -> Cheat:
    """Save the file with these keys, and have it read; all of it is refused."""

    async def cheat(stage: Stage) -> None:
        stage.write(**changes)
        assert not (await stage.reload(confirm=True)).ok

    return cheat


def ask(name: str, **args: Any) -> Cheat:
    """Say to the engine's socket what no screen would say."""

    async def cheat(stage: Stage) -> None:
        await stage.ask(name, **args)

    return cheat


def command(*words: str) -> Cheat:
    async def cheat(stage: Stage) -> None:
        await curb(stage.desk, *words)

    return cheat


def send(number: signal.Signals) -> Cheat:
    async def cheat(stage: Stage) -> None:
        stage.engine.process.send_signal(number)

    return cheat


async def freeze(stage: Stage) -> None:
    """Stop the process, open a position, let it go on."""
    process = stage.engine.process
    process.send_signal(signal.SIGSTOP)
    stage.desk.paper.place("NQ", "buy", 3)
    await asyncio.sleep(0.5)
    process.send_signal(signal.SIGCONT)
    await until(lambda: stage.desk.position("NQ") == 0)


async def revoke_and_grant(stage: Stage) -> None:
    """Have the venue take the permission to trade, and give it back."""
    stage.desk.paper.set_can_trade(False)
    await stage.desk.shown(lambda account: account.state == "LOCKED")
    stage.desk.paper.set_can_trade(True)


CHEATS: dict[str, Cheat] = {
    "raise the limit that was lost": edit(**{f"{LOSS}.loss_limit": 5000}),
    "disable the rule that holds the lock": edit(**{f"{LOSS}.enabled": False}),
    "let the rule that holds the lock only warn": edit(**{f"{LOSS}.mode": "warn"}),
    "count realized losses only": edit(**{f"{LOSS}.basis": "realized"}),
    "move the reset to now": edit(**{"day.reset_time": "00:01"}),
    "change the time zone": edit(**{"day.timezone": "Asia/Tokyo"}),
    "count before fees": edit(**{"day.pnl_basis": "gross"}),
    "raise another limit": edit(**{LIMIT: 99}),
    "take a holiday off the list": edit(**{"rules.session_block_outside.holidays": []}),
    "watch another account under a lock": edit(**{"account.names": ["SOMEBODY-ELSE"]}),
    "lock for a negative time": ask("lock", duration_s=-1800),
    "lock for no time": ask("lock", duration_s=0),
    "lock for longer than may be": ask("lock", duration_s=MOST_S + 1),
    "lock for no whole time": ask("lock", duration_s=300.5),
    "lock for the truth": ask("lock", duration_s=True),
    "lock for longer than numbers go": ask("lock", duration_s=10**30),
    "ask for what there is not": ask("unlock"),
    "acknowledge the alert": ask("ack"),
    "flatten by hand": ask("flatten"),
    "stop without the word": command("stop"),
    "stop with another word": command("stop", "--word", "PLEASE"),
    "hang up the terminal": send(signal.SIGHUP),
    "freeze the process": freeze,
    "have the venue revoke and grant trading": revoke_and_grant,
}


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theater]:
    async def scene(stage: Stage) -> None:
        await stage.start()
        await stage.lose()

    with theater(losing(tmp_path_factory.mktemp("locked"), is_practice=True)) as found:
        found.play(scene(found.stage))
        yield found


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_nothing_ends_a_lock_before_its_time(locked: Theater, cheat: Cheat) -> None:
    async def scene(stage: Stage) -> None:
        stage.write()
        await stage.again()
        await cheat(stage)
        await stage.unloosened()

    locked.play(scene(locked.stage))
