"""Attempts between two engines: the file, the environment, the process's own places."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cheats.stage import LIMIT, Quiet, Stage, Theater, counting, theater

LOOSE = 99


def edit(**changes: Any) -> Quiet:
    def cheat(stage: Stage) -> None:
        stage.write(**changes)

    return cheat


def put(data: bytes) -> Quiet:
    def cheat(stage: Stage) -> None:
        stage.desk.config.write_bytes(data)

    return cheat


def environment(**names: str) -> Quiet:
    """Loosen, and start the next engine with other variables; {tmp} is a fresh directory."""

    def cheat(stage: Stage) -> None:
        fresh = stage.desk.config.with_name("elsewhere")
        fresh.mkdir(exist_ok=True)
        stage.write(**{LIMIT: LOOSE})
        stage.desk.env |= {name: value.format(tmp=fresh) for name, value in names.items()}

    return cheat


def delete(stage: Stage) -> None:
    stage.desk.config.unlink()


def link(stage: Stage) -> None:
    stage.write(**{LIMIT: LOOSE})
    target = stage.desk.config.rename(stage.desk.config.with_name("loose.toml"))
    stage.desk.config.symlink_to(target)


def pipe(stage: Stage) -> None:
    stage.desk.config.unlink()
    os.mkfifo(stage.desk.config)


def old_date(stage: Stage) -> None:
    """Put a looser file in its place that looks as if it had never been touched."""
    at = stage.desk.config.stat().st_mtime
    stage.write(**{LIMIT: LOOSE})
    os.utime(stage.desk.config, (at, at))


def future_date(stage: Stage) -> None:
    stage.write(**{LIMIT: LOOSE})
    os.utime(stage.desk.config, (time.time() + 9e5,) * 2)  # noqa: TID251 - a file's date


def other_file(stage: Stage) -> None:
    stage.desk.config = stage.desk.config.with_name("loose.toml")
    stage.write(**{LIMIT: LOOSE})


def edit_the_copy(stage: Stage) -> None:
    """Loosen both the file and the readable copy of what is in force."""
    stage.write(**{LIMIT: LOOSE})
    copy = stage.desk.state_dir / "config.in-force.toml"
    copy.write_text(copy.read_text().replace("limit = 5", "limit = 99"))


def spell_the_address_otherwise(stage: Stage) -> None:
    url = stage.desk.paper.url.replace("127.0.0.1", "localhost")
    stage.write(**{LIMIT: LOOSE, "gateway.api_url": f"HTTP{url.removeprefix('http')}/"})


def look_for_events_elsewhere(stage: Stage) -> None:
    """Name a place for the account's events where nobody answers."""
    stage.write(**{LIMIT: LOOSE, "gateway.user_hub": "http://127.0.0.1:9/hubs/user"})


CHEATS: dict[str, Quiet] = {
    "raise the limit while stopped": edit(**{LIMIT: LOOSE}),
    "switch the rule off while stopped": edit(**{"rules.max_contracts.enabled": False}),
    "loosen at once, while stopped": edit(**{"config.loosen": "now", LIMIT: LOOSE}),
    "watch another account after the start": edit(**{"account.names": ["SOMEBODY-ELSE"]}),
    "delete the file while stopped": delete,
    "empty the file while stopped": put(b""),
    "break the file while stopped": put(b"[rules\n"),
    "swap the file by a link while stopped": link,
    "put a pipe in the file's place while stopped": pipe,
    "loosen under an old date": old_date,
    "loosen under a date to come": future_date,
    "start with another file": other_file,
    "loosen the copy too": edit_the_copy,
    "spell the gateway's address otherwise": spell_the_address_otherwise,
    "look for the account's events elsewhere": look_for_events_elsewhere,
    "start under another time zone": environment(TZ="Asia/Tokyo"),
    "start with variables that sound like ours": environment(
        CURB_CONFIG="{tmp}", CURB_STATE_DIR="{tmp}", CURB_LOOSEN="now", XDG_RUNTIME_DIR="{tmp}"
    ),
}


@pytest.fixture(scope="module")
def stopping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theater]:
    with theater(counting(tmp_path_factory.mktemp("stopped"))) as found:
        found.play(found.stage.start())
        yield found


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_nothing_done_while_stopped_loosens(stopping: Theater, cheat: Quiet) -> None:
    async def scene(stage: Stage) -> None:
        config, env = stage.desk.config, stage.desk.env
        config.unlink(missing_ok=True)
        stage.write()
        await stage.engine.stop()
        cheat(stage)
        await stage.start()
        stage.desk.config, stage.desk.env = config, env
        await stage.unloosened()

    stopping.play(scene(stopping.stage))
