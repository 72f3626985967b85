"""A database is looked at and left as it was."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from curb.domain.actions import SaveLock
from curb.domain.errors import StoreDamaged, StoreError
from curb.store.checking import check_audit, checked
from curb.store.opening import connect
from curb.store.tables import USER_VERSION

from .samples import LOCK, audit, opened, spoil


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


@pytest.fixture
def audited(tmp_path: Path) -> Path:
    path = tmp_path / "audited.db"

    async def save() -> None:
        async with opened(path) as database:
            await database.save([SaveLock(LOCK), *map(audit, range(1, 500))])

    asyncio.run(save())
    return path


def test_the_second_look_finds_a_page_of_the_audit_that_is_damaged(audited: Path) -> None:
    asyncio.run(check_audit(audited))
    spoil(audited, b'"config":"a1b2"')
    before = audited.read_bytes()
    with pytest.raises(StoreDamaged, match=r"audited.db: .*damaged"):
        asyncio.run(check_audit(audited))
    assert audited.read_bytes() == before


def test_the_second_look_works_beside_a_writer(audited: Path) -> None:
    async def scene() -> None:
        async with opened(audited) as database:
            looking = asyncio.create_task(check_audit(audited))
            await database.save([audit(500)])
            await looking

    asyncio.run(scene())


def test_a_second_look_that_is_cancelled_has_ended(audited: Path) -> None:
    async def scene() -> None:
        looking = asyncio.create_task(check_audit(audited))
        await asyncio.sleep(0)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking

    asyncio.run(scene())


def test_a_second_look_needs_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        asyncio.run(check_audit(tmp_path / "none.db"))
