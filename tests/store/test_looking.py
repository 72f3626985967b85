import sqlite3
from pathlib import Path

import pytest

from curb.domain.errors import StoreDamaged, StoreError
from curb.store.looking import looking
from curb.store.opening import connect


def test_who_looks_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state #1?.db"
    connect(path, 1.0).close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="cannot read it"), looking(path) as connection:
        connection.execute("DELETE FROM enforcement_log")
    with looking(path) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("CREATE TABLE notes (text)")
    assert path.read_bytes() == before


@pytest.mark.parametrize("error", [ValueError("odd"), TypeError("odd"), KeyError("odd")])
def test_what_cannot_be_understood_is_one_line(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "state.db"
    connect(path, 1.0).close()
    with pytest.raises(StoreError, match=r"cannot read it: .*odd"), looking(path):
        raise error


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"), looking(tmp_path / "state.db"):
        pass
    assert not list(tmp_path.iterdir())
    (tmp_path / "other.db").write_bytes(b"only words" * 100)
    with pytest.raises(StoreDamaged, match="not a database"), looking(tmp_path / "other.db") as c:
        c.execute("SELECT 1 FROM enforcement_log")
