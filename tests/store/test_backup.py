"""Backups: what is in one, what is noticed of a damaged or hostile one, and what never is left."""

import asyncio
import gzip
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.shelf import Counts
from curb.store.backup import Backup, listed, opened, rotate, take, verified
from curb.store.manifest import Content, content_of
from curb.store.tables import TABLES, USER_VERSION

from . import samples
from .samples import EVERY_KIND, ROOT, audit

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
NAME = "curb-20261120T213000Z-hand"
CONFIG = "[rules]\n"


def made(path: Path, rows: int = 0) -> Path:
    async def save() -> None:
        async with samples.opened(path) as database:
            await database.save([*EVERY_KIND, *(audit(number) for number in range(2, rows))])

    asyncio.run(save())
    return path


def taken(database: Path, now: datetime = NOW, why: str = "hand") -> Backup:
    folder = database.parent / "backups"
    return take(database, folder, why, now, database.parent / "config.toml", "0.1.0")


def content(path: Path) -> Content:
    with closing(sqlite3.connect(path)) as connection:
        return content_of(connection)


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup with rows of every kind and a configuration."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "config.toml").write_text(CONFIG)
    return taken(made(folder / "state.db", 50)).path


def test_a_backup_holds_what_the_database_held(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    (tmp_path / "config.toml").write_text(CONFIG)
    found = taken(path)
    assert found.path == tmp_path / "backups" / f"{NAME}.tar.gz"
    assert found.bytes == found.path.stat().st_size
    manifest = found.manifest
    assert (manifest.taken_at, manifest.why, manifest.curb) == (NOW, "hand", "0.1.0")
    assert manifest.content == content(path)
    assert (manifest.content.schema, manifest.content.last_audit_id) == (USER_VERSION, 1)
    assert manifest.content.tables.keys() == TABLES.keys()
    assert manifest.rows == sum(t.rows for t in manifest.content.tables.values()) > len(TABLES) / 2
    into = tmp_path / "into"
    into.mkdir()
    assert opened(found.path, into) == manifest == verified(found.path)
    assert dump(into / "curb.db") == dump(path)
    assert (into / "config.toml").read_text() == CONFIG
    assert sorted(file.name for file in into.iterdir()) == ["config.toml", "curb.db"]


def test_anyone_can_read_it_with_tar(whole: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", whole, "-C", tmp_path], check=True)
    found = json.loads((tmp_path / "manifest.json").read_text())
    for name, member in found["members"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == member["sha256"]
    assert content(tmp_path / "curb.db").tables["lockouts"].rows == 1
    with tarfile.open(whole) as tar:
        assert tar.getnames() == ["manifest.json", "curb.db", "config.toml"]


def test_only_its_owner_may_read_it(whole: Path) -> None:
    assert whole.stat().st_mode & 0o777 == 0o600
    assert whole.parent.stat().st_mode & 0o777 == 0o700


def test_without_a_configuration_there_is_none_in_it(tmp_path: Path) -> None:
    assert taken(made(tmp_path / "state.db")).manifest.members.keys() == {"curb.db"}


def test_two_of_one_second_do_not_meet(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    names = [taken(path).path.name for _ in range(3)]
    assert names == [f"{NAME}.tar.gz", f"{NAME}-2.tar.gz", f"{NAME}-3.tar.gz"]


def test_the_newest_is_listed_first_and_a_damaged_one_too(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    for hours, why in ((0, "daily"), (2, "hand"), (1, "migration")):
        taken(path, NOW + timedelta(hours=hours), why)
    folder = tmp_path / "backups"
    (folder / "curb-20261120T220000Z-daily.tar.gz").write_bytes(b"rubbish")
    (folder / "curb-20269999T220000Z-daily.tar.gz").write_bytes(b"no such day")
    (folder / "notes.txt").write_text("mine")
    os.mkfifo(folder / "curb-20261120T221500Z-daily.tar.gz")
    found = listed(folder)
    assert [(f"{each.shelved.taken_at:%H:%M}", bool(each.fault)) for each in found] == [
        *(("23:30", False), ("22:30", False)),
        *(("22:15", True), ("22:00", True)),
        ("21:30", False),
    ]
    assert [each.shelved.why for each in found if each.manifest] == ["hand", "migration", "daily"]
    assert all("name" in each.fault for each in found if not each.manifest)
    assert listed(tmp_path / "nowhere") == ()


def test_rotation_deletes_what_is_surplus_and_nothing_else(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    for days in range(4):
        taken(path, NOW - timedelta(days=days), "daily")
    folder = tmp_path / "backups"
    bad = folder / "curb-20200101T000000Z-daily.tar.gz"
    bad.write_bytes(b"rubbish")
    gone = rotate(folder, Counts(2, 0, 0), NOW)
    assert [each.name[5:13] for each in gone] == ["20261117", "20261118"]
    assert bad.exists()
    assert [each.path.name[5:13] for each in listed(folder)] == ["20261120", "20261119", "20200101"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path: path.unlink(), "cannot read it: it cannot be opened"),
        (lambda path: path.write_bytes(b"hello, trader\n" * 600), "not a database"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:8192] + b"\xa5" * 40_000),
            "damaged",
        ),
    ],
    ids=["none", "rubbish", "overwritten"],
)
def test_what_cannot_be_copied_leaves_nothing(
    tmp_path: Path, damage: Callable[[Path], Any], words: str
) -> None:
    path = made(tmp_path / "state.db")
    damage(path)
    with pytest.raises(StoreError, match=words) as caught:
        taken(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).isprintable()
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_database_that_another_program_keeps_locked_is_waited_for_no_longer_than_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curb.store.backup._BUSY_S", 0.05)
    path = made(tmp_path / "state.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked by another program"):
            taken(path)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(StoreError, match="cannot keep a backup there: File exists"):
        taken(path)


# What is noticed.


def flipped(archive: bytes, place: int) -> bytes:
    return archive[:place] + bytes([archive[place] ^ 0xFF]) + archive[place + 1 :]


def test_a_flipped_byte_anywhere_is_noticed(whole: Path, tmp_path: Path) -> None:
    archive, copy = whole.read_bytes(), tmp_path / whole.name
    draw = random.Random(5)  # noqa: S311 - places
    ends = [*range(40), *range(len(archive) - 40, len(archive))]
    for place in [*ends, *draw.sample(range(40, len(archive) - 40), 120)]:
        copy.write_bytes(flipped(archive, place))
        with pytest.raises(StoreDamaged) as caught:
            verified(copy)
        assert str(caught.value).startswith(f"{copy}: "), place
        assert str(caught.value).isprintable(), place


def test_an_archive_that_was_cut_is_noticed(whole: Path, tmp_path: Path) -> None:
    archive, copy = whole.read_bytes(), tmp_path / whole.name
    for size in (0, 1, 9, 10, 11, 200, len(archive) // 2, len(archive) - 9, len(archive) - 1):
        copy.write_bytes(archive[:size])
        with pytest.raises(StoreDamaged):
            verified(copy)
    copy.write_bytes(archive + b"more")
    with pytest.raises(StoreDamaged):
        verified(copy)


# What is refused.


def member(name: str, content: bytes, /, **changes: Any) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in changes.items():
        setattr(info, key, value)
    return info, content


def archived(path: Path, *members: tuple[tarfile.TarInfo, bytes], tail: bytes = b"") -> Path:
    """Write an archive as ours are, of any members."""
    with path.open("wb") as out, gzip.GzipFile("", "wb", 4, out, mtime=0) as packed:
        for info, content in members:
            packed.write(info.tobuf(tarfile.PAX_FORMAT) + content + bytes(-len(content) % 512))
        packed.write(bytes(1024) + tail)
    return path


def inside(whole: Path) -> dict[str, bytes]:
    with tarfile.open(whole) as tar:
        files = {info.name: tar.extractfile(info) for info in tar.getmembers()}
        return {name: file.read() for name, file in files.items() if file}


def changed(manifest: bytes, **changes: Any) -> bytes:
    return json.dumps(json.loads(manifest) | changes).encode()


def test_an_archive_made_by_hand_as_ours_are_is_taken(whole: Path, tmp_path: Path) -> None:
    """The others here are refused for what is wrong with them only."""
    files = inside(whole)
    verified(archived(tmp_path / "x.tar.gz", *(member(n, c) for n, c in files.items())))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, "expected the file curb.db"),
        ({"type": tarfile.LNKTYPE, "linkname": "manifest.json"}, "expected the file curb.db"),
        ({"type": tarfile.CHRTYPE}, "expected the file curb.db"),
        ({"type": tarfile.FIFOTYPE}, "expected the file curb.db"),
        ({"type": tarfile.DIRTYPE}, "expected the file curb.db"),
        ({"type": tarfile.GNUTYPE_SPARSE}, "expected the file curb.db"),
        ({"type": tarfile.GNUTYPE_LONGNAME}, "expected the file curb.db"),
        ({"type": tarfile.XHDTYPE}, "expected the file curb.db"),
        ({"name": "/tmp/curb.db"}, "expected the file curb.db, found /tmp/curb.db"),  # noqa: S108
        ({"name": "../curb.db"}, "expected the file curb.db, found ../curb.db"),
        ({"name": "./curb.db"}, "expected the file curb.db, found ./curb.db"),
        ({"name": "other"}, "expected the file curb.db, found other"),
        ({"name": "manifest.json"}, "expected the file curb.db, found manifest.json"),
        ({"size": 5 << 30}, "expected at most 4294967296 bytes"),
        ({"size": 512}, "expected 167936 bytes of curb.db"),
    ],
    ids=str,
)
def test_another_member_than_ours_is_refused(
    whole: Path, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    files, into = inside(whole), tmp_path / "into"
    into.mkdir()
    archive = archived(
        tmp_path / "x.tar.gz",
        member("manifest.json", files["manifest.json"]),
        member("curb.db", files["curb.db"], **changes),
        member("config.toml", files["config.toml"]),
    )
    with pytest.raises(StoreDamaged) as caught:
        opened(archive, into)
    words = words.replace("167936", str(len(files["curb.db"])))
    assert words in str(caught.value)
    assert list(into.iterdir()) == []


def test_what_comes_after_the_last_or_is_missing_is_refused(whole: Path, tmp_path: Path) -> None:
    files = [member(n, c) for n, c in inside(whole).items()]
    path = tmp_path / "x.tar.gz"
    for members, tail in (
        ([*files, member("evil", b"x")], b""),
        (files, b"x"),
        (files, bytes(100_000)),
        (files[:2], b""),
        (files[:1], b""),
        (files[1:], b""),
        ([files[1], files[0], files[2]], b""),
        ([files[0], files[2], files[1]], b""),
        ([], b""),
    ):
        with pytest.raises(StoreDamaged):
            verified(archived(path, *members, tail=tail))


_BOMB = 1 << 40


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"[" * 100_000,
        lambda _: b"{}",
        lambda _: b"[]",
        lambda _: b"\xff",
        lambda text: changed(text, format=2),
        lambda text: changed(text, taken_at="2026-11-20T21:30:00"),
        lambda text: changed(text, taken_at=None),
        lambda text: changed(text, why=7),
        lambda text: changed(text, schema="5"),
        lambda text: changed(text, schema=4),
        lambda text: changed(text, last_audit_id=1),
        lambda text: changed(text, last_audit_id=None),
        lambda text: changed(text, tables={}),
        lambda text: changed(text, tables={"lockouts": 3}),
        lambda text: changed(text, members={}),
        lambda text: changed(text, members={"curb.db": {"bytes": _BOMB, "sha256": ""}}),
        lambda text: changed(text, members=json.loads(text)["members"] | {"../x": {}}),
        lambda text: text.replace(b'"rows": 1,', b'"rows": 2,', 1),
        lambda text: text + b" " * (1 << 20),
    ],
)
def test_a_manifest_that_is_not_so_is_refused(
    whole: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    files = inside(whole)
    files["manifest.json"] = change(files["manifest.json"])
    path = archived(tmp_path / "x.tar.gz", *(member(n, c) for n, c in files.items()))
    with pytest.raises(StoreError) as caught:
        verified(path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400 + len(str(path))


def test_rows_that_were_changed_with_their_sum_are_noticed(whole: Path, tmp_path: Path) -> None:
    """Who packs a database anew has to make its digests anew, too."""
    files, database = inside(whole), tmp_path / "curb.db"
    database.write_bytes(files["curb.db"])
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("UPDATE lockouts SET is_locked = 0")
    edited = database.read_bytes()
    found = json.loads(files["manifest.json"])
    sums = {"bytes": len(edited), "sha256": hashlib.sha256(edited).hexdigest()}
    manifest = json.dumps(found | {"members": found["members"] | {"curb.db": sums}}).encode()
    files |= {"manifest.json": manifest, "curb.db": edited}
    path = archived(tmp_path / "x.tar.gz", *(member(n, c) for n, c in files.items()))
    with pytest.raises(StoreDamaged, match="its rows are not those of its manifest"):
        verified(path)


def test_what_does_not_fit_on_the_disk_is_not_begun(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curb.store.backup.free_bytes", lambda _: 1000)
    with pytest.raises(StoreError, match="bytes of free disk, found 1000"):
        opened(whole, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_write_through_what_is_there_already(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "curb.db").symlink_to(tmp_path / "mine")
    with pytest.raises(StoreError, match="File exists"):
        opened(whole, tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"


# Beside a writer.


def rows_of(path: Path, last: int) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT * FROM enforcement_log WHERE id <= ? ORDER BY id"
        return connection.execute(sql, (last,)).fetchall()


def test_beside_a_writer_each_backup_is_of_one_moment(tmp_path: Path) -> None:
    """The writer keeps two rows a transaction as fast as it can, and tells of each."""
    path = made(tmp_path / "state.db", 5001)  # enough that a copy takes its time
    words = [sys.executable, "-m", "tests.store.endless_writer", str(path)]
    writer = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    found, kept = list[tuple[int, Backup]](), 0
    try:
        for _ in range(5):
            for _ in range(50):
                kept = int(writer.stdout.readline())
            found.append((kept, taken(path)))
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    found.append((kept, taken(path)))  # and of what a kill left in the log
    for number, (kept, backup) in enumerate(found):
        into = tmp_path / str(number)
        into.mkdir()
        assert opened(backup.path, into) == backup.manifest
        last = backup.manifest.content.last_audit_id
        assert last is not None
        assert last >= kept
        assert last % 2 == 0
        assert backup.manifest.content.tables["enforcement_log"].rows == last
        assert content(into / "curb.db") == backup.manifest.content
        assert rows_of(into / "curb.db", last) == rows_of(path, last)
    lasts = [backup.manifest.content.last_audit_id or 0 for _, backup in found]
    assert lasts == sorted(lasts)
    assert lasts[0] < lasts[-1]
