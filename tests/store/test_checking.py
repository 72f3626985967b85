"""A database is looked at and left as it was."""

import sqlite3
from pathlib import Path

import pytest

from curb.domain.errors import StoreError
from curb.store.checking import checked
from curb.store.opening import connect
from curb.store.tables import USER_VERSION


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "state.db"
    connect(path, 1.0).close()
    return path


def test_a_whole_one_tells_its_version_and_stays_as_it_was(path: Path) -> None:
    before = path.read_bytes()
    assert checked(path) == USER_VERSION
    assert path.read_bytes() == before


def test_one_in_use_is_looked_at_too(path: Path) -> None:
    writer = connect(path, 1.0)
    writer.execute("BEGIN IMMEDIATE")
    assert checked(path) == USER_VERSION
    writer.rollback()
    writer.close()


def test_what_cannot_be_used_is_said(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        checked(tmp_path / "none.db")
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE a (b)")
        connection.execute("PRAGMA application_id = 7")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        checked(other)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"):
        checked(path)
