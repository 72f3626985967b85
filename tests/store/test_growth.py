"""What takes the room, on real files."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from curb.domain.errors import StoreError
from curb.store import survey
from curb.store.growth import growing

from .samples import audit, opened


def made(path: Path, count: int) -> Path:
    async def make() -> None:
        async with opened(path) as database:
            await database.save([audit(number) for number in range(1, count + 1)])

    asyncio.run(make())
    return path


def test_a_small_database_needs_no_words(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db", 10)
    assert growing(path) == ""
    size = path.stat().st_size
    assert growing(path, least=size) == ""
    assert growing(path, least=size - 1) != ""


def test_the_largest_table_is_named_with_its_indexes(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db", 10_000)
    table, took, _, of, whole, _ = growing(path, least=1_000_000).split()
    assert (table, of) == ("enforcement_log", "of")
    connection = sqlite3.connect(path)
    (own,) = connection.execute(
        "SELECT sum(pgsize) FROM dbstat WHERE name = 'enforcement_log'"
    ).fetchone()
    connection.close()
    assert own / 1_000_000 < float(took) <= float(whole)


def test_without_page_counts_rows_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "state.db", 1_200)
    # As an SQLite without the table says it.
    monkeypatch.setattr(survey, "_BYTES", "SELECT name, pgsize FROM no_such_table")
    assert growing(path, least=0).startswith("enforcement_log 1,200 rows in 0.")


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot read it"):
        growing(tmp_path / "state.db")
