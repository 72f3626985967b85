"""A disk that loses, cuts, fills up or fails, at some places; `disk.py` spoils every one."""

import asyncio
import contextlib
import resource
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from curb.domain.actions import SaveLock
from curb.domain.errors import StoreError

from .disk import ENDED, PAGE, SAME, UNCLEAR, Damages, cut, flipped, made, spoiled, zeroed
from .samples import EVERY_KIND, LOCK, audit, opened


@pytest.mark.parametrize(("damage", "every"), [(flipped, 3), (zeroed, 5), (cut, 37)])
def test_a_damaged_or_cut_database_ends_no_lock(
    tmp_path: Path, damage: Callable[[bytes, int], Damages], every: int
) -> None:
    path = asyncio.run(made(tmp_path, is_killed=False))
    found = asyncio.run(spoiled(path, damage(path.read_bytes(), every)))
    assert found.total() > 8
    assert not found.keys() & {ENDED, UNCLEAR, SAME}


@pytest.mark.parametrize(("damage", "every"), [(flipped, 41), (cut, 307)])
def test_the_log_of_a_killed_engine_damaged_or_cut_ends_no_lock(
    tmp_path: Path, damage: Callable[[bytes, int], Damages], every: int
) -> None:
    path = asyncio.run(made(tmp_path, is_killed=True))
    log = path.with_name(f"{path.name}-wal").read_bytes()
    found = asyncio.run(spoiled(path, damage(log, every), "-wal"))
    assert found.total() > 5
    assert not found.keys() & {ENDED, UNCLEAR}


@contextlib.contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def test_a_write_that_fails_at_any_place_of_the_log_loses_nothing_before_and_after(
    tmp_path: Path,
) -> None:
    async def fails(path: Path, size: int) -> bool:
        said = ""
        async with opened(path) as database:
            await database.save([audit(1)])
            with no_file_larger_than(size):
                try:
                    await database.save(EVERY_KIND)
                except StoreError as e:
                    said = str(e)
            await database.save([SaveLock(LOCK)])
        assert not said or "the disk" in said
        return bool(said)

    async def log_of(path: Path) -> tuple[int, int]:
        log, sizes = path.with_name(f"{path.name}-wal"), []
        async with opened(path) as database:
            for records in ((audit(1),), EVERY_KIND):
                await database.save(records)
                sizes.append(log.stat().st_size)
        return sizes[0], sizes[1]

    before, after = asyncio.run(log_of(tmp_path / "whole.db"))
    failures = []
    for size in (*range(before, after, PAGE), after):
        path = tmp_path / f"{size}.db"
        failures.append(asyncio.run(fails(path, size)))
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("SELECT count(*) FROM lockouts").fetchone()[0] >= 1
            rows = connection.execute("SELECT count(*) FROM trade_history").fetchone()[0]
            assert bool(rows) is not failures[-1], "half a transaction"
    assert failures.pop() is False
    assert len(failures) > 5
    assert all(failures)
