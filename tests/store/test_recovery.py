import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from curb.domain.errors import StoreError
from curb.domain.events import Restored
from curb.store import opening
from curb.store.backup import take
from curb.store.recovery import recovered
from curb.store.restoring import set_aside
from curb.store.tables import APPLICATION_ID

from .migrations import older
from .samples import EVERY_KIND, opened, spoil

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ASIDE = "state.db.lost-20261120T153000.000000Z"


def made(path: Path) -> None:
    async def save() -> None:
        async with opened(path) as database:
            await database.save(EVERY_KIND)

    asyncio.run(save())


def recover(path: Path) -> tuple[Restored, str]:
    async def start() -> tuple[Restored, str]:
        database, restored, why = await recovered(path, NOW)
        await database.close()
        return restored, why

    return asyncio.run(start())


def _sql(sql: str) -> Callable[[Path], object]:
    def damage(path: Path) -> None:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(sql)
        connection.close()

    return damage


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _overwrite(path: Path) -> None:
    path.write_bytes(b"hello, trader\n" * 1000)


def _zero_a_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(4096)
    path.write_bytes(content)


def test_a_whole_database_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    made(path)
    restored, why = recover(path)
    assert why == ""
    assert restored.locks
    assert [file.name for file in tmp_path.iterdir()] == ["state.db"]


@pytest.mark.parametrize(
    "damage",
    [
        _truncate,
        _overwrite,
        _zero_a_page,
        _sql("DROP TABLE timers"),
        _sql("UPDATE lockouts SET locked_at = 'yesterday'"),
        _sql("CREATE TRIGGER t AFTER INSERT ON lockouts BEGIN DELETE FROM lockouts; END"),
        _sql("CREATE VIEW v AS SELECT 1"),
    ],
    ids=["truncated", "overwritten", "a page", "a table", "a row", "a trigger", "a view"],
)
def test_a_damaged_one_is_kept_aside_and_a_new_one_made(
    tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    path = tmp_path / "state.db"
    made(path)
    damage(path)
    before = path.read_bytes()
    restored, why = recover(path)
    assert restored == Restored()
    assert why.startswith(f"the database was damaged, and is kept as {ASIDE} (")
    assert why.isprintable()
    assert (tmp_path / ASIDE).read_bytes() == before
    assert recover(path) == (Restored(), "")


def backed_up(path: Path, *days_ago: int) -> None:
    for days in days_ago:
        at = NOW - timedelta(days=days, hours=1)
        take(path, path.parent / "backups", "daily", at, None, "0.1.0")


def test_the_newest_backup_takes_the_place_of_a_damaged_one(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    made(path)
    whole = recover(path)[0]
    backed_up(path, 2, 0, 1)
    _zero_a_page(path)
    before = path.read_bytes()
    restored, why = recover(path)
    assert restored == whole
    assert why.startswith(
        f"the database was damaged, and is kept as {ASIDE}; "
        f"the backup of 2026-11-20 14:30 UTC was restored ({path}: "
    )
    assert why.isprintable()
    assert (tmp_path / ASIDE).read_bytes() == before
    assert recover(path) == (whole, "")


def test_a_damaged_backup_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    made(path)
    whole = recover(path)[0]
    backed_up(path, 0, 1, 2)
    newest, second, _ = sorted((tmp_path / "backups").iterdir(), reverse=True)
    newest.write_bytes(newest.read_bytes()[:-100])
    second.write_bytes(b"rubbish")
    _truncate(path)
    restored, why = recover(path)
    assert restored == whole
    assert "the backup of 2026-11-18 14:30 UTC was restored" in why


def test_a_backup_that_cannot_be_loaded_gives_way_to_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    made(path)
    whole = recover(path)[0]
    backed_up(path, 1)
    _sql("UPDATE lockouts SET locked_at = 'yesterday'")(path)
    backed_up(path, 0)
    restored, why = recover(path)
    assert restored == whole
    assert f"is kept as {ASIDE}; the backup of 2026-11-19 14:30 UTC was restored" in why
    kept = sorted(file.name for file in tmp_path.iterdir() if ".lost-" in file.name)
    assert kept == [ASIDE, f"{ASIDE}-2"]


def test_where_no_backup_helps_a_new_one_is_made(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    made(path)
    _sql("UPDATE lockouts SET locked_at = 'yesterday'")(path)
    backed_up(path, 0)
    before = path.read_bytes()
    restored, why = recover(path)
    assert restored == Restored()
    assert f"is kept as {ASIDE}; no backup could be restored: " in why
    assert (tmp_path / ASIDE).read_bytes() == before
    assert recover(path) == (Restored(), "")


def test_an_audit_that_a_start_cannot_read_is_damage_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.db"
    made(path)
    spoil(path, b'"config":"a1b2"')  # the page of the row that is open
    monkeypatch.setattr(opening, "WHOLE_BELOW", 1)
    restored, why = recover(path)
    assert restored == Restored()
    assert why.startswith(f"the database was damaged, and is kept as {ASIDE} (")


@pytest.mark.parametrize("make", [older.v1, older.v2, older.v4])
def test_a_backup_of_an_older_schema_is_restored_and_migrated(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    other = make(tmp_path / "other.db")
    path = make(tmp_path / "state.db")
    backed_up(path, 0)
    _truncate(path)
    restored, why = recover(path)
    assert "the backup of 2026-11-20 14:30 UTC was restored" in why
    assert restored == recover(other)[0] != Restored()


def test_the_folder_of_the_backups_may_be_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    made(path)
    folder = tmp_path / "elsewhere"
    take(path, folder, "daily", NOW, None, "0.1.0")
    _truncate(path)

    async def start() -> str:
        database, _, why = await recovered(path, NOW, backups=folder)
        await database.close()
        return why

    assert "was restored" in asyncio.run(start())


def test_the_side_files_go_with_it(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    path.write_bytes(b"rows")
    Path(f"{path}-wal").write_bytes(b"log")
    assert set_aside(path, NOW) == tmp_path / ASIDE
    found = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert found == {ASIDE: b"rows", f"{ASIDE}-wal": b"log"}


@pytest.mark.parametrize(
    "steps",
    [
        [f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 99"],
        ["CREATE TABLE notes (text)", "PRAGMA application_id = 7"],
    ],
    ids=["a newer one", "a foreign one"],
)
def test_what_is_not_ours_to_judge_is_refused_and_left_alone(
    tmp_path: Path, steps: list[str]
) -> None:
    path = tmp_path / "state.db"
    for sql in steps:
        _sql(sql)(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="made by"):
        recover(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["state.db"]
