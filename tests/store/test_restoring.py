"""A backup in the database's place: exactly it, and nothing in between when it is cut short."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from curb.domain.errors import StoreDamaged, StoreError
from curb.store.backup import listed, take, verified
from curb.store.manifest import Content, content_of
from curb.store.recovery import recovered
from curb.store.restoring import Drill, drill, finish, last_drill, restore

from . import samples
from .migrations import older
from .samples import EVERY_KIND, ROOT, audit

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
ASIDE = "state.db.replaced-20261120T213000.000000Z"
CONFIG = "[rules]\n"


def write(path: Path, first: int, last: int) -> None:
    async def save() -> None:
        async with samples.opened(path) as database:
            await database.save([audit(number) for number in range(first, last + 1)])

    asyncio.run(save())


def content(path: Path) -> Content:
    with closing(sqlite3.connect(path)) as connection:
        return content_of(connection)


def audit_ids(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [n for (n,) in connection.execute("SELECT id FROM enforcement_log ORDER BY id")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database whose backup has rows 1 to 9, and which has 99 now."""
    found = tmp_path / "state.db"

    async def save() -> None:
        async with samples.opened(found) as database:
            await database.save(EVERY_KIND)

    asyncio.run(save())
    (tmp_path / "config.toml").write_text(CONFIG)
    write(found, 2, 9)
    backed_up(found)
    write(found, 10, 99)
    return found


def backed_up(database: Path, now: datetime = NOW) -> Path:
    config = database.parent / "config.toml"
    return take(database, database.parent / "backups", "daily", now, config, "0.1.0").path


def archive_of(path: Path) -> Path:
    return listed(path.parent / "backups")[0].path


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_what_was_backed_up_stands_there_again(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    done = restore(archive_of(path), path, NOW)
    assert content(path) == done.manifest.content
    assert audit_ids(path) == list(range(1, 10))
    assert path.stat().st_mode & 0o777 == 0o600
    assert done.aside == tmp_path / ASIDE
    assert done.aside.read_bytes() == before
    assert done.config is None
    assert names(tmp_path) == ["backups", "config.toml", "state.db", ASIDE]
    write(path, 10, 10)  # it is a database like any other


def test_the_log_of_what_is_replaced_goes_with_it(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("DELETE FROM enforcement_log WHERE id > 50")
        done = restore(archive_of(path), path, NOW)
    assert names(tmp_path)[2:] == ["state.db", *(f"{ASIDE}{side}" for side in ("", "-shm", "-wal"))]
    assert audit_ids(path) == list(range(1, 10))
    assert done.aside is not None
    assert audit_ids(done.aside) == list(range(1, 51))


def test_the_configuration_comes_beside_when_asked_for(path: Path, tmp_path: Path) -> None:
    done = restore(archive_of(path), path, NOW, has_config=True)
    assert done.config == tmp_path / "config.restored-20261120T213000.000000Z.toml"
    assert done.config.read_text() == CONFIG


def test_on_a_new_machine_there_is_nothing_to_keep(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert restore(archive_of(path), other / "state.db", NOW).aside is None
    assert names(other) == ["state.db"]


def test_a_second_one_of_the_same_moment_keeps_both(path: Path, tmp_path: Path) -> None:
    for _ in range(2):
        restore(archive_of(path), path, NOW)
    assert len(audit_ids(tmp_path / ASIDE)) == 99
    assert len(audit_ids(tmp_path / f"{ASIDE}-2")) == 9


def test_a_damaged_backup_changes_nothing(path: Path, tmp_path: Path) -> None:
    archive, before = archive_of(path), path.read_bytes()
    archive.write_bytes(archive.read_bytes()[:-20])
    with pytest.raises(StoreDamaged):
        restore(archive, path, NOW, has_config=True)
    assert path.read_bytes() == before
    assert names(tmp_path) == ["backups", "config.toml", "state.db"]


def test_an_absent_one_changes_nothing(path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere.tar.gz: cannot unpack it: No such file"):
        restore(path.with_name("nowhere.tar.gz"), path, NOW)


def test_one_of_a_newer_version_changes_nothing(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
    archive, before = backed_up(path, NOW + timedelta(hours=1)), path.read_bytes()
    with pytest.raises(StoreError, match=r"made by a newer Curb \(0.1.0\): .* found 99"):
        restore(archive, path, NOW)
    assert path.read_bytes() == before
    assert not drill(archive.parent, NOW).ok


# Cut short.


@pytest.mark.parametrize("done", range(4))
def test_an_exchange_that_was_cut_short_is_finished(path: Path, tmp_path: Path, done: int) -> None:
    """Whatever of it was done: the log moved, a second name given, the first taken."""
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("DELETE FROM enforcement_log WHERE id > 50")
        other = tmp_path / "other"
        other.mkdir()
        restore(archive_of(path), other / "state.db", NOW)
        (other / "state.db").rename(tmp_path / ASIDE.replace(".replaced", ".incoming-replaced"))
        if done > 0:
            Path(f"{path}-wal").rename(tmp_path / f"{ASIDE}-wal")
        if done > 1:
            (tmp_path / ASIDE).hardlink_to(path)
        if done > 2:
            path.unlink()
        assert finish(path) == tmp_path / ASIDE
    assert audit_ids(path) == list(range(1, 10))
    assert audit_ids(tmp_path / ASIDE) == list(range(1, 51))
    assert finish(path) is None
    assert not [name for name in names(tmp_path) if "incoming" in name]


def test_a_start_finishes_it_too(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    restore(archive_of(path), other / "state.db", NOW)
    (other / "state.db").rename(tmp_path / ASIDE.replace(".replaced", ".incoming-replaced"))

    async def start() -> tuple[int | None, str]:
        database, restored, why = await recovered(path, NOW)
        await database.close()
        return restored.next_audit_id, why

    assert asyncio.run(start()) == (10, "")
    assert (tmp_path / ASIDE).exists()


_STEPPED = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from curb.store import backup, restoring

left = int(sys.argv[1])

def hear(event, _args):
    global left
    if event in ("os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "open",
                 "sqlite3.connect"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

path = Path(sys.argv[2])
now = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
sys.addaudithook(hear)
if sys.argv[3] == "restore":
    restoring.restore(backup.listed(path.parent / "backups")[-1].path, path, now)
else:
    backup.take(path, path.parent / "backups", "hand", now, None, "0.1.0")
"""


def stepped(steps: int, path: Path, what: str) -> bool:
    """Do it in a process that is killed before the step of that number; tell whether it was."""
    words = [sys.executable, "-c", _STEPPED, str(steps), str(path), what]
    code = subprocess.run(words, cwd=ROOT, check=False, timeout=120).returncode
    assert code in (0, -signal.SIGKILL)
    return code != 0


def test_a_kill_at_any_step_of_a_restore_leaves_the_old_or_the_new(path: Path) -> None:
    old, new = list(range(1, 100)), list(range(1, 10))
    found, steps = [], 0
    while stepped(steps, path, "restore"):
        finish(path)
        assert not Path(f"{path}-wal").exists()
        ids = audit_ids(path)
        assert ids in (old, new)
        found.append(ids == new)
        if ids == new:
            (aside,) = path.parent.glob("state.db.replaced-*")
            assert audit_ids(aside) == old
            aside.replace(path)
        steps += 1
    assert True in found
    assert found == sorted(found)
    assert audit_ids(path) == new
    assert not [name for name in names(path.parent) if "restoring" in name or "incoming" in name]


def test_a_kill_at_any_step_of_a_backup_leaves_none_or_a_whole_one(path: Path) -> None:
    folder, before = path.parent / "backups", audit_ids(path)
    steps, was_whole = 0, False
    while stepped(steps, path, "take"):
        assert audit_ids(path) == before
        for each in listed(folder):
            assert verified(each.path).rows
        was_whole |= len(listed(folder)) > 1
        for each in listed(folder)[:-1]:
            each.path.unlink()
        steps += 1
    assert was_whole
    assert steps > 5
    # What the killed ones left is gone.
    found = ["curb-20261120T213000Z-daily.tar.gz", "curb-20261120T220000Z-hand.tar.gz"]
    assert names(folder) == found


def test_a_full_disk_leaves_nothing_of_a_backup(path: Path) -> None:
    write(path, 100, 3000)
    folder = path.parent / "backups"
    before, size = names(folder), path.stat().st_size
    script = (
        "import resource, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from curb.store.backup import take\n"
        "limit, path = int(sys.argv[1]), Path(sys.argv[2])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
        "now = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)\n"
        "take(path, path.parent / 'backups', 'hand', now, None, '0.1.0')\n"
    )
    # Too little for the copy, and enough for it but for the archive's configuration.
    for limit in (10_000, size // 2, size - 4096):
        words = [sys.executable, "-c", script, str(limit), str(path)]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
        assert "StoreError: " in done.stderr.splitlines()[-1], done.stderr
        assert names(folder) == before
    assert len(audit_ids(path)) == 3000


def test_a_full_disk_leaves_the_database_as_it_was(path: Path) -> None:
    before, archive = audit_ids(path), archive_of(path)
    script = (
        "import resource, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from curb.store.restoring import restore\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "restore(Path(sys.argv[1]), Path(sys.argv[2]), datetime(2026, 11, 20, tzinfo=UTC))\n"
    )
    words = [sys.executable, "-c", script, str(archive), str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert f"StoreError: {archive}: cannot unpack it: File too large" in done.stderr
    assert audit_ids(path) == before
    assert names(path.parent) == ["backups", "config.toml", "state.db"]


# The drill.


def test_a_drill_restores_and_loads_the_newest(path: Path) -> None:
    folder, before = path.parent / "backups", path.read_bytes()
    newest = backed_up(path, NOW + timedelta(days=1))
    assert last_drill(folder) is None
    found = drill(folder, NOW + timedelta(days=2))
    assert (found.at, found.name, found.ok) == (NOW + timedelta(days=2), newest.name, True)
    rows = verified(newest).rows
    assert found.words == f"{rows} rows were restored and loaded"
    assert found.seconds > 0
    assert last_drill(folder) == found
    assert (folder / "last-drill.json").stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == before
    assert len(listed(folder)) == len(names(folder)) - 1 == 2


@pytest.mark.parametrize("make", [older.v1, older.v2, older.v4])
def test_a_drill_migrates_one_of_an_older_schema_as_an_engine_would(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "state.db")
    archive = backed_up(path)
    assert drill(archive.parent, NOW).ok
    before = older.dump(path)
    restore(archive, path, NOW)
    assert older.dump(path) == before  # the next start migrates it
    assert len(before) > 50


def test_a_drill_fails_where_only_an_older_one_can_be_restored(path: Path) -> None:
    folder, older = path.parent / "backups", archive_of(path)
    newest = backed_up(path, NOW + timedelta(days=1))
    newest.write_bytes(newest.read_bytes()[:-9])
    found = drill(folder, NOW)
    assert (found.name, found.ok) == (older.name, False)
    assert f"{newest}: not a backup, or damaged" in found.words
    assert found.words.isprintable()
    assert last_drill(folder) == found


def test_a_drill_fails_where_the_rows_say_nothing_to_an_engine(path: Path) -> None:
    """Whole to SQLite and like its manifest, yet no start could use it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE lockouts SET locked_at = 'yesterday'")
    archive_of(path).unlink()
    verified(backed_up(path))
    found = drill(path.parent / "backups", NOW)
    assert (found.name, found.ok) == ("", False)
    assert "no backup could be restored; " in found.words
    assert "cannot understand it" in found.words


def test_without_a_backup_the_drill_fails(tmp_path: Path) -> None:
    assert not drill(tmp_path, NOW).ok
    with pytest.raises(StoreError, match="cannot keep how the drill went"):
        drill(tmp_path / "nowhere", NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        json.dumps({"at": "2026-11-20", "name": "", "ok": True, "seconds": 1, "words": ""}),
        json.dumps({"at": NOW.isoformat(), "name": "", "ok": True, "seconds": "x", "words": ""}),
    ],
)
def test_what_nobody_wrote_is_no_drill(tmp_path: Path, text: str) -> None:
    (tmp_path / "last-drill.json").write_text(text)
    assert last_drill(tmp_path) is None


def test_a_drill_goes_from_hand_to_hand_whole(tmp_path: Path) -> None:
    found = Drill(NOW, "", ok=False, seconds=0.5, words="x")
    drill(tmp_path, NOW)
    text = json.loads((tmp_path / "last-drill.json").read_text())
    assert text.keys() == {"at", "name", "ok", "seconds", "words"}
    again = {"at": NOW.isoformat(), "name": "", "ok": False, "seconds": 0.5, "words": "x"}
    (tmp_path / "last-drill.json").write_text(json.dumps(again))
    assert last_drill(tmp_path) == found
