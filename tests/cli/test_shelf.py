"""The engine's own backups: where they go, what is kept of them, and what the audit says."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from curb.cli.places import database_path
from curb.cli.shelf import Archives, folder_of
from curb.domain.errors import StoreError
from curb.domain.upkeep import BackupPlan
from curb.store.backup import listed, verified
from tests.cli.live import config_text, desk
from tests.cli.past import kept
from tests.store.samples import opened

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
PLAN = BackupPlan(daily=2, weekly=0, monthly=0)


@pytest.fixture
def archives(tmp_path: Path) -> Archives:
    config = tmp_path / "config.toml"
    config.write_text(config_text())
    return Archives(database_path(kept(tmp_path)), config, lambda: NOW)


def test_each_day_has_its_own_and_the_plan_keeps_them(archives: Archives, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    assert archives.newest(folder) is None
    days = [NOW + timedelta(days=day) for day in (-2, -1, 0)]
    made = [archives.take(folder, PLAN, day) for day in days]
    names = [str(each["file"]) for each in made]
    assert names == [f"curb-202611{day}T213000Z-daily.tar.gz" for day in (18, 19, 20)]
    assert [each["deleted"] for each in made] == [[], [], names[:1]]
    newest, second = listed(folder)
    assert [newest.path.name, second.path.name] == names[:0:-1]
    assert (made[2]["bytes"], made[2]["rows"]) == (newest.bytes, verified(newest.path).rows)
    assert newest.manifest is not None
    assert newest.manifest.members.keys() == {"curb.db", "config.toml"}
    assert archives.newest(folder) == NOW


def test_one_that_is_damaged_or_of_the_future_is_not_the_newest(
    archives: Archives, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    archives.take(folder, PLAN, NOW - timedelta(days=1))
    archives.take(folder, PLAN, NOW + timedelta(days=400))
    (folder / "curb-20261120T213000Z-daily.tar.gz").write_bytes(b"rubbish")
    assert archives.newest(folder) == NOW - timedelta(days=1)


def test_what_cannot_be_taken_is_an_error(archives: Archives, tmp_path: Path) -> None:
    database_path(tmp_path).unlink()
    with pytest.raises(StoreError, match="cannot read it: it cannot be opened"):
        archives.take(tmp_path / "backups", PLAN, NOW)


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (config_text(), "/state/backups"),
        (config_text(**{"backup.folder": "/mnt/disk"}), "/mnt/disk"),
        (config_text(**{"backup.folder": "~/disk"}), str(Path.home() / "disk")),
        (config_text(**{"backup.folder": "/mnt/disk"}) + "[", "/state/backups"),
        (None, "/state/backups"),
    ],
    ids=["default", "named", "home", "broken", "none"],
)
def test_the_folder_is_the_configurations(tmp_path: Path, text: str | None, folder: str) -> None:
    config = tmp_path / "config.toml"
    if text is not None:
        config.write_text(text)
    assert folder_of(config, Path("/state")) == Path(folder)


def age(database: Path) -> None:
    """Let the database have been made long ago: a new one is not backed up at once."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE schema_version SET applied_at = '2026-01-02T03:04:05.000+00:00'")


def test_an_engine_takes_one_that_is_due_and_tells_the_audit(tmp_path: Path) -> None:
    async def scene() -> None:
        folder = tmp_path / "mine"
        changes = {"backup.enabled": True, "backup.folder": str(folder)}
        async with desk(tmp_path, **changes) as found:
            async with opened(database_path(found.state_dir)):
                pass
            age(database_path(found.state_dir))
            engine = await found.engine()
            row = await engine.row("ENGINE", "upkeep")
            (each,) = listed(folder)
            assert row["reason"] == f"backup {each.path.name} made"
            assert row["details"]["bytes"] == each.bytes
            assert row["details"]["deleted"] == []
            assert verified(each.path).why == "daily"
            assert await engine.stop() == 0
            assert len(listed(folder)) == 1

    asyncio.run(scene())
