"""Attempts with the file while the engine runs: edited, broken, swapped, then reloaded."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curb.config.parse import SIZE_MAX
from tests.cheats.stage import LIMIT, Cheat, Stage, Theater, counting, theater
from tests.cli.live import until

LOOSE = 99


def edit(**changes: Any) -> Cheat:
    """Save the file with these keys, and have it read."""

    async def cheat(stage: Stage) -> None:
        stage.write(**changes)
        await stage.reload(confirm=True)

    return cheat


def text(old: str, new: str) -> Cheat:
    """Replace words of the file, and have it read."""

    async def cheat(stage: Stage) -> None:
        found = stage.desk.config.read_text()
        assert old in found
        stage.desk.config.write_text(found.replace(old, new))
        await stage.reload(confirm=True)

    return cheat


def put(data: bytes) -> Cheat:
    """Put other bytes in the file's place, and have them read."""

    async def cheat(stage: Stage) -> None:
        stage.desk.config.write_bytes(data)
        await stage.reload(confirm=True)

    return cheat


async def delete(stage: Stage) -> None:
    stage.desk.config.unlink()
    await stage.reload()


async def truncate(stage: Stage) -> None:
    stage.write(**{LIMIT: LOOSE})
    data = stage.desk.config.read_bytes()
    stage.desk.config.write_bytes(data[: data.index(b"action")])
    await stage.reload()


async def no_newline(stage: Stage) -> None:
    stage.write(**{LIMIT: LOOSE})
    stage.desk.config.write_bytes(stage.desk.config.read_bytes().rstrip())
    await stage.reload()


async def link(stage: Stage) -> None:
    stage.write(**{LIMIT: LOOSE})
    target = stage.desk.config.rename(stage.desk.config.with_name("loose.toml"))
    stage.desk.config.symlink_to(target)
    await stage.reload()


async def pipe(stage: Stage) -> None:
    stage.desk.config.unlink()
    os.mkfifo(stage.desk.config)
    await stage.reload()


async def device(stage: Stage) -> None:
    stage.desk.config.unlink()
    stage.desk.config.symlink_to("/dev/zero")
    await stage.reload()


async def directory(stage: Stage) -> None:
    stage.desk.config.unlink()
    stage.desk.config.mkdir()
    await stage.reload()


async def older(stage: Stage) -> None:
    """Tighten, then put the file of before back, with its old date."""
    kept = stage.desk.config.read_bytes()
    at = stage.desk.config.stat().st_mtime_ns
    stage.write(**{LIMIT: stage.limit - 1})
    assert (await stage.reload()).ok
    stage.limit -= 1
    stage.desk.config.write_bytes(kept)
    os.utime(stage.desk.config, ns=(at, at))
    await stage.reload()


async def swap_after_the_preview(stage: Stage) -> None:
    shown = (await stage.ask("reload_preview")).data["file"]
    stage.write(**{LIMIT: LOOSE})
    reply = await stage.reload(file=shown)
    assert "changed since it was shown" in reply.text


async def other_path(stage: Stage) -> None:
    path = stage.desk.config.with_name("loose.toml")
    stage.write(**{LIMIT: LOOSE})
    stage.desk.config.rename(path)
    stage.write()
    await stage.ask("reload_preview", path=str(path))
    await stage.reload(path=str(path), confirm=True)


async def again_and_again(stage: Stage) -> None:
    stage.write(**{LIMIT: LOOSE})
    for _ in range(3):
        await stage.reload(confirm=True)


async def by_itself(stage: Stage) -> None:
    """Have the loosened file read without being asked."""
    stage.write(**{"config.auto_reload": True})
    await stage.reload()
    known = len(stage.engine.rows)
    stage.write(**{"config.auto_reload": True, LIMIT: LOOSE})
    rows = stage.engine.rows
    await until(lambda: any(r["action"] == "config_pending" for r in rows[known:]))
    stage.write()
    await stage.reload()


async def edit_what_waits(stage: Stage) -> None:
    """Let a loosening wait, then write it into the readable copy of what is in force."""
    stage.write(**{LIMIT: LOOSE})
    await stage.reload()
    copy = stage.desk.state_dir / "config.in-force.toml"
    copy.write_text(copy.read_text().replace("limit = ", "limit = 9"))
    await stage.reload()


async def own_rule(stage: Stage) -> None:
    """Give the account a looser rule of its own."""
    name = stage.desk.paper.account_name
    keys = f'enabled = true\nmode = "enforce"\nlimit = {LOOSE}\ncount = "net"'
    with stage.desk.config.open("a") as file:
        file.write(f'\n[accounts."{name}".rules.max_contracts]\n{keys}\n')
        file.write('action = "close_all"\nmicro_weight = 1\n')
    await stage.reload()


async def drop_the_own_rule(stage: Stage) -> None:
    """Make the account's own rule tighter, then take it away."""
    await own_rule(stage)
    kept = stage.desk.config.read_text()
    stage.desk.config.write_text(kept.replace(f"limit = {LOOSE}", f"limit = {stage.limit - 1}"))
    assert (await stage.reload()).ok
    stage.limit -= 1
    stage.write(**{LIMIT: stage.limit + 1})
    await stage.reload()


CHEATS: dict[str, Cheat] = {
    "raise the limit": edit(**{LIMIT: LOOSE}),
    "switch the rule off": edit(**{"rules.max_contracts.enabled": False}),
    "let the rule only warn": edit(**{"rules.max_contracts.mode": "warn"}),
    "count a micro as next to nothing": edit(**{"rules.max_contracts.micro_weight": 0.01}),
    "loosen at once on a live gateway": edit(**{"config.loosen": "now", LIMIT: LOOSE}),
    "call the live gateway practice": text('name = "custom"', 'name = "paper"'),
    "watch another account": edit(**{"account.names": ["SOMEBODY-ELSE"]}),
    "write no number": edit(**{LIMIT: "many"}),
    "write a number that compares with nothing": text("limit = 5", "limit = nan"),
    "write a negative number": edit(**{LIMIT: -1}),
    "write the key twice": text("[rules.max_contracts]\n", "[rules.max_contracts]\nlimit = 99\n"),
    "rename the rule": text("[rules.max_contracts]", "[rules.max_contract]"),
    "take the rule out": text("[rules.max_contracts]", "[rules.other]"),
    "delete the file": delete,
    "empty the file": put(b""),
    "truncate the file": truncate,
    "save half a file": no_newline,
    "save what is no text": put(b"\xff\xfe\x00\n"),
    "save a huge file": put(b"#" * (SIZE_MAX + 1)),
    "swap the file by a link": link,
    "put a pipe in the file's place": pipe,
    "put a device in the file's place": device,
    "put a directory in the file's place": directory,
    "swap the file after its preview": swap_after_the_preview,
    "have another file read": other_path,
    "reload again and again": again_and_again,
    "have a loosened file read by itself": by_itself,
    "edit the copy while a change waits": edit_what_waits,
    "restore an older file": older,
    "give the account a looser rule of its own": own_rule,
    "take the account's own rule away": drop_the_own_rule,
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theater]:
    with theater(counting(tmp_path_factory.mktemp("file"))) as found:
        found.play(found.stage.start())
        yield found


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_a_file_loosens_nothing_while_the_engine_runs(running: Theater, cheat: Cheat) -> None:
    async def scene(stage: Stage) -> None:
        _clear(stage.desk.config)
        stage.write()
        await stage.again()
        await cheat(stage)
        await stage.unloosened()

    running.play(scene(running.stage))


def _clear(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
