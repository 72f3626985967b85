"""An audit that is damaged on disk is noticed after the start, and set aside at the next one."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from curb.cli.places import database_path
from curb.cli.second_look import SecondLook
from curb.domain.errors import StoreDamaged
from curb.store import opening
from curb.store.opening import WHOLE_BELOW, connect
from tests.cli.live import Desk, desk
from tests.store.samples import audit, opened, spoil


def _made(path: Path) -> None:
    async def save() -> None:
        async with opened(path) as database:
            await database.save([*map(audit, range(1, 500))])

    asyncio.run(save())


def _look(path: Path) -> tuple[str, list[str]]:
    told: list[str] = []
    look = SecondLook(path, told.append, 0)
    asyncio.run(look.run())
    return look.word, told


def test_a_whole_audit_is_nothing_to_talk_about(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    _made(path)
    assert _look(path) == ("ok", [])
    assert not path.with_name("state.db.suspect").exists()


def test_a_damaged_one_is_said_and_refused_by_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.db"
    _made(path)
    spoil(path, b'"config":"a1b2"')
    monkeypatch.setattr(opening, "WHOLE_BELOW", 1)
    connect(path, 1.0).close()
    word, (told,) = _look(path)
    assert word.startswith("the audit is damaged: locks hold; `curb stop` and start again")
    assert told.startswith(word)
    with pytest.raises(StoreDamaged):
        connect(path, 1.0)


def test_one_that_cannot_be_read_now_is_said_and_no_more(tmp_path: Path) -> None:
    word, (told,) = _look(tmp_path / "state.db")
    assert word == "ok"
    assert told.startswith("the audit could not be checked: ")
    assert not list(tmp_path.iterdir())


def _large(path: Path) -> None:
    _made(path)
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "INSERT INTO kept_rows (from_version, table_name, content, why) "
            "VALUES (1, 'none', hex(zeroblob(?)), 'to be large')",
            (WHOLE_BELOW // 2,),
        )
    connection.close()
    spoil(path, b'"config":"a1b2"')


async def _guarded(found: Desk) -> None:
    engine = await found.engine()
    row = await engine.row("ENGINE", "warn")
    assert row["reason"].startswith("the audit is damaged: locks hold")
    await found.shown(lambda account: account.state != "LOCKED")
    assert await engine.stop() == 0


def test_an_engine_starts_on_it_and_sets_it_aside_at_the_next_start(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            path = database_path(found.state_dir)
            await asyncio.to_thread(_large, path)
            await _guarded(found)
            assert path.with_name("state.db.suspect").exists()
            again = await found.engine()
            assert await again.stop() == 0
            names = [file.name for file in found.state_dir.iterdir()]
            assert sum(name.startswith("state.db.lost-") for name in names) == 1
            assert "state.db.suspect" not in names

    asyncio.run(scene())
