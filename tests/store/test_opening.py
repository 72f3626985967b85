import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from curb.domain.actions import Record, SaveLock
from curb.domain.errors import StoreError
from curb.store import opening, writing
from curb.store.opening import connect, header
from curb.store.tables import APPLICATION_ID, TABLES, USER_VERSION

from .samples import LOCK, audit, inline, spoil

TIMEOUT_S = 0.05


def made(path: Path, *steps: str) -> Path:
    connection = sqlite3.connect(path, isolation_level=None)
    for sql in steps:
        connection.execute(sql)
    connection.close()
    return path


def refusal(path: Path) -> str:
    with pytest.raises(StoreError) as caught:
        connect(path, TIMEOUT_S).close()
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert text.isprintable()
    return text


@pytest.mark.parametrize("is_there", [False, True])
def test_an_absent_or_empty_file_becomes_ours(tmp_path: Path, *, is_there: bool) -> None:
    path = tmp_path / "curb.db"
    if is_there:
        path.touch()
    connection = connect(path, TIMEOUT_S)
    found = header(connection)
    assert connection.execute("PRAGMA auto_vacuum").fetchone() == (2,)
    connection.close()
    assert (found.application_id, found.user_version) == (APPLICATION_ID, USER_VERSION)
    assert found.tables == TABLES.keys()


def test_a_file_whose_making_was_cut_short_is_made(tmp_path: Path) -> None:
    # The log mode is set before the one transaction that makes everything else.
    path = made(tmp_path / "curb.db", "PRAGMA journal_mode = WAL")
    connection = connect(path, TIMEOUT_S)
    assert header(connection).tables == TABLES.keys()
    connection.close()


def test_a_file_of_ours_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"
    connect(path, TIMEOUT_S).close()
    before = path.read_bytes()
    connect(path, TIMEOUT_S).close()
    assert path.read_bytes() == before


def test_only_the_trader_may_read_what_is_made(tmp_path: Path) -> None:
    path = tmp_path / "state" / "curb.db"
    connection = connect(path, TIMEOUT_S)
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    connection.close()
    assert modes == {"curb.db": 0o600, "curb.db-wal": 0o600, "curb.db-shm": 0o600}
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 50),
        ("foreign_keys", 1),
        ("mmap_size", 0),
    ],
)
def test_a_commit_is_durable_and_a_wait_bounded(tmp_path: Path, pragma: str, value: object) -> None:
    connection = connect(tmp_path / "curb.db", TIMEOUT_S)
    assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    connection.close()


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (["CREATE TABLE lockouts (account_id)"], "made by schema v1 of Curb: start `curb` or run"),
        (
            ["CREATE TABLE lockouts (account_id)", "CREATE TABLE schema_version (version)"],
            "made by schema v2 of Curb: start `curb` or run",
        ),
        (
            ["CREATE TABLE lockouts (account_id)", "PRAGMA user_version = 2"],
            "made by schema v2 of Curb: start `curb` or run",
        ),
        (
            [f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 2"],
            "made by schema v2 of Curb: start `curb` or run",
        ),
        (
            [f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 4"],
            "made by schema v4 of Curb: start `curb` or run",
        ),
        (
            [f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 3"],
            "made by schema v3, which nobody used: move it away, and a new one is made",
        ),
        (["CREATE TABLE schema_version (version)"], "made by another program"),
        (["CREATE TABLE notes (text)", "PRAGMA user_version = 4"], "made by another program"),
        (
            [f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 7"],
            "made by a newer Curb: expected schema version 6, found 7",
        ),
        (["CREATE TABLE notes (text)"], "made by another program"),
        (["PRAGMA application_id = 7"], "made by another program"),
        (["CREATE TABLE notes (text)", "PRAGMA application_id = 7"], "made by another program"),
        (
            [f"PRAGMA application_id = {APPLICATION_ID}", "PRAGMA user_version = 6"],
            "damaged: expected the table audit_chain, found none",
        ),
    ],
)
def test_a_database_that_is_not_ours_is_refused_and_left_alone(
    tmp_path: Path, steps: list[str], words: str
) -> None:
    path = made(tmp_path / "curb.db", *steps)
    before = path.read_bytes()
    assert words in refusal(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", [b"hello, trader\n" * 100, b"hello, trader\n" * 512, b"\0" * 5120, b"x"]
)
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "curb.db"
    path.write_bytes(content)
    assert "not a database" in refusal(path)
    assert path.read_bytes() == content


def filled(path: Path) -> bytes:
    """Make a database of some dozens of pages."""
    connect(path, TIMEOUT_S).close()
    source, target = inline(map(audit, range(1, 500))), sqlite3.connect(path)
    source.backup(target)
    source.close()
    target.close()
    return path.read_bytes()


@pytest.mark.parametrize("keep", [1, 100, 511, 512, 4096, 8192, 100_000, -4096, -512, -1])
def test_a_file_that_was_cut_is_refused_and_left_alone(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "curb.db"
    content = filled(path)[:keep]
    path.write_bytes(content)
    assert "restore a copy" in refusal(path)
    assert path.read_bytes() == content


def test_a_file_with_a_page_of_rubbish_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"
    content = filled(path)
    half = len(content) // 2 // 4096 * 4096
    path.write_bytes(content[:half] + b"\xa5" * 4096 + content[half + 4096 :])
    assert "damaged" in refusal(path)


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database that counts as large, with locks and an audit of many pages."""
    monkeypatch.setattr(opening, "WHOLE_BELOW", 1)
    path = tmp_path / "curb.db"
    connection = connect(path, TIMEOUT_S)
    records: list[Record] = [SaveLock(replace(LOCK, reason="a lock")), *map(audit, range(1, 500))]
    for record in records:
        for sql, values in writing.statements(record):
            connection.execute(sql, values)
    connection.close()
    return path


AUDITED = b"day's loss 512.50"


def test_what_decides_is_checked_before_a_start(large: Path) -> None:
    spoil(large, b"a lock")
    assert "damaged" in refusal(large)


def test_the_audit_of_a_large_file_keeps_no_start_waiting(large: Path) -> None:
    spoil(large, AUDITED)
    connect(large, TIMEOUT_S).close()


def test_a_file_that_is_not_large_is_checked_whole(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(large, AUDITED)
    monkeypatch.setattr(opening, "WHOLE_BELOW", large.stat().st_size + 1)
    assert "damaged" in refusal(large)


def test_a_suspect_is_checked_whole_once(large: Path) -> None:
    opening.suspect(large)
    connect(large, TIMEOUT_S).close()
    assert [file.name for file in large.parent.iterdir()] == ["curb.db"]
    spoil(large, AUDITED)
    connect(large, TIMEOUT_S).close()
    opening.suspect(large)
    for _ in range(2):
        assert "damaged" in refusal(large)


def test_every_table_but_the_audit_is_checked_before_a_start() -> None:
    assert len(opening._CHECK_DECIDING) == len(TABLES) - 1
    assert not any(opening.AUDIT in check for check in opening._CHECK_DECIDING)


def test_a_database_that_another_program_writes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"
    connect(path, TIMEOUT_S).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "locked by another program" in refusal(path)
    other.close()
    connect(path, TIMEOUT_S).close()


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot open it" in refusal(tmp_path / "file" / "curb.db")
    assert "cannot open it: Is a directory" in refusal(tmp_path)


def test_a_disk_too_full_to_make_a_database_leaves_a_file_that_can_still_become_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "curb.db"
    script = (
        "import pathlib, resource, sys\n"
        "from curb.store.opening import connect\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        "connect(pathlib.Path(sys.argv[1]), 1.0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False
    )
    assert f"StoreError: {path}: cannot write to it: the disk" in done.stderr
    connection = connect(path, TIMEOUT_S)
    assert header(connection).tables == TABLES.keys()
    connection.close()


@pytest.fixture
def poor() -> Iterator[Path]:
    """A directory of a user without rights, whom the test runs as; pytest's own shut him out."""
    place = Path(tempfile.mkdtemp(prefix="curb-store-"))
    nobody = 65534
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(place, nobody, nobody)
        os.seteuid(nobody)
    yield place
    if is_root:
        os.seteuid(0)
    place.chmod(0o700)
    shutil.rmtree(place)


def test_a_directory_that_cannot_be_written_is_refused(poor: Path) -> None:
    poor.chmod(0o500)
    assert "cannot open it: Permission denied" in refusal(poor / "curb.db")


def test_a_file_that_cannot_be_written_is_refused(poor: Path) -> None:
    path = poor / "curb.db"
    connect(path, TIMEOUT_S).close()
    path.chmod(0o400)
    assert "cannot open it: Permission denied" in refusal(path)


def test_a_file_in_a_directory_that_became_read_only_is_refused(poor: Path) -> None:
    path = poor / "curb.db"
    connect(path, TIMEOUT_S).close()
    poor.chmod(0o500)
    assert "make" in refusal(path) or "check that" in refusal(path)
