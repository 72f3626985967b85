import asyncio
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from curb.domain.actions import EndLock, Record, SaveFill, SaveLock
from curb.domain.anchors import Anchor, Finding
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreError
from curb.domain.events import Restored
from curb.engine.ports import Store
from curb.store.anchors import read_anchor, write_anchor
from curb.store.database import AUDIT_PAGE_MAX, Database

from .samples import (
    AT,
    DAY,
    EVERY_KIND,
    FILL,
    LOCK,
    ROOT,
    ROW,
    audit,
    opened,
    restored,
)

SHORT_S = 0.05


def kept(path: Path) -> Restored:
    async def load() -> Restored:
        async with opened(path) as database:
            return await database.load()

    return asyncio.run(load())


def count(path: Path) -> int:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT count(*) FROM enforcement_log").fetchone()
    connection.close()
    return int(found)


def test_every_kind_of_record_outlives_the_process_that_kept_it(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"

    async def save() -> None:
        async with opened(path) as database:
            store: Store = database  # what the engine asks for
            await store.save(EVERY_KIND)

    asyncio.run(save())
    assert kept(path) == restored(*EVERY_KIND)


def test_a_new_database_restores_nothing(tmp_path: Path) -> None:
    assert kept(tmp_path / "curb.db") == Restored()


def test_nothing_to_save_is_no_fault(tmp_path: Path) -> None:
    async def save() -> None:
        async with opened(tmp_path / "curb.db") as database:
            await database.save(())

    asyncio.run(save())


def test_records_of_one_transaction_take_effect_in_their_order(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"
    later = replace(LOCK, reason="again")

    async def save() -> None:
        async with opened(path) as database:
            await database.save([SaveLock(LOCK), audit(1), EndLock(LOCK), SaveLock(later)])

    asyncio.run(save())
    assert kept(path).locks == (later,)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (
            SaveFill(replace(FILL, fees=Decimal("0.0000001")), DAY),
            "cannot keep a SaveFill record: expected an amount in whole micro-dollars",
        ),
        (SaveFill(replace(FILL, id=2**70), DAY), "cannot write to it"),
        (SaveLock(replace(LOCK, reason="\ud800")), "cannot write to it"),
    ],
)
def test_a_record_that_cannot_be_kept_takes_its_whole_transaction_back(
    tmp_path: Path, bad: Record, words: str
) -> None:
    path = tmp_path / "curb.db"

    async def save() -> None:
        async with opened(path) as database:
            await database.save([audit(1)])
            with pytest.raises(StoreError, match=words):
                await database.save([SaveLock(LOCK), audit(2), bad])
            with pytest.raises(StoreError, match=words):
                await database.save([bad])
            await database.save([audit(3)])

    asyncio.run(save())
    found = kept(path)
    assert found.locks == ()
    assert found.next_audit_id == 4
    assert count(path) == 2


def test_the_last_trusted_time_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"

    async def save() -> None:
        async with opened(path) as database:
            await database.seen(AT + timedelta(seconds=1))
            await database.seen(AT)

    asyncio.run(save())
    assert kept(path).last_seen_at == AT + timedelta(seconds=1)


def test_the_audit_is_read_from_its_newest_end(tmp_path: Path) -> None:
    async def read() -> list[tuple[AuditRow, ...]]:
        async with opened(tmp_path / "curb.db") as database:
            await database.save([audit(number) for number in range(1, 8)])
            assert await database.audit_count() == 7
            return [
                await database.audit_rows(None, 3),
                await database.audit_rows(5, 3),
                await database.audit_rows(2, 3),
                await database.audit_rows(1, 3),
                await database.audit_rows(None, 0),
                await database.audit_rows(None, -1),
            ]

    pages = asyncio.run(read())
    numbers = [[row.id for row in page] for page in pages]
    assert numbers == [[5, 6, 7], [2, 3, 4], [1], [], [], []]
    assert pages[0][2] == replace(ROW, id=7, success=True)


def test_a_page_of_the_audit_has_a_bound(tmp_path: Path) -> None:
    async def read() -> int:
        async with opened(tmp_path / "curb.db") as database:
            await database.save([audit(number) for number in range(AUDIT_PAGE_MAX + 1)])
            return len(await database.audit_rows(None, 10**9))

    assert asyncio.run(read()) == AUDIT_PAGE_MAX


@pytest.mark.parametrize("records", [[audit(1)], [audit(1), SaveLock(LOCK)]])
def test_a_lock_of_another_program_is_told_and_what_comes_after_it_is_kept(
    tmp_path: Path, records: list[Record]
) -> None:
    path = tmp_path / "curb.db"

    async def save() -> None:
        async with opened(path, busy_timeout_s=SHORT_S) as database:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked by another program"):
                await database.save(records)
            other.close()
            assert await database.audit_count() == 0
            await database.save(records)

    asyncio.run(save())
    assert count(path) == 1


@pytest.mark.parametrize("records", [[audit(1)], [audit(1), SaveLock(LOCK)]])
def test_what_was_begun_is_finished_though_its_caller_is_cancelled(
    tmp_path: Path, records: list[Record]
) -> None:
    path = tmp_path / "curb.db"

    async def save() -> None:
        async with opened(path) as database:
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            caller = asyncio.create_task(database.save(records))
            async with asyncio.timeout(30):
                while not database._turn.locked():
                    await asyncio.sleep(0)
            caller.cancel()
            with pytest.raises(asyncio.CancelledError):
                await caller
            other.close()

    asyncio.run(save())
    assert count(path) == 1


def test_many_savers_at_once_keep_their_transactions_apart(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"

    async def save() -> None:
        async with opened(path) as database:
            bad = SaveFill(replace(FILL, id=2**70), DAY)
            saves = [
                database.save([audit(number), bad] if number % 5 == 0 else [audit(number)])
                for number in range(50)
            ]
            ends = await asyncio.gather(*saves, return_exceptions=True)
            failed = [number for number, end in enumerate(ends) if isinstance(end, StoreError)]
            assert failed == list(range(0, 50, 5))

    asyncio.run(save())
    assert count(path) == 40


def test_a_closed_database_says_so_and_closes_once(tmp_path: Path) -> None:
    async def use() -> None:
        database = await Database.open(tmp_path / "curb.db")
        await database.close()
        await database.close()
        with pytest.raises(StoreError, match="found it closed"):
            await database.save([audit(1)])
        with pytest.raises(StoreError, match="found it closed"):
            await database.load()

    asyncio.run(use())


def test_a_file_that_is_refused_leaves_nothing_running(tmp_path: Path) -> None:
    (tmp_path / "curb.db").write_bytes(b"hello, trader\n" * 100)
    before = threading.active_count()
    for _ in range(20):
        with pytest.raises(StoreError, match="not a database"):
            asyncio.run(Database.open(tmp_path / "curb.db"))
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE lockouts SET locked_at = 'yesterday'",
        "UPDATE lockouts SET ceilings = '['",
        "UPDATE trade_history SET side = 'buy', price = 'dear'",
        "UPDATE trade_history SET pnl_micros = 'lots'",
        "UPDATE enforcement_log SET action = 'dance'",
        "DROP TABLE timers",
    ],
)
def test_a_row_that_is_not_ours_is_told_and_not_guessed(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "curb.db"

    async def load() -> None:
        async with opened(path) as database:
            await database.save(EVERY_KIND)
            other = sqlite3.connect(path, isolation_level=None)
            other.execute(damage)
            other.close()
            with pytest.raises(StoreError, match=f"{path}: cannot (understand|read) it"):
                await database.load()
            if "enforcement_log" in damage:
                with pytest.raises(StoreError, match=f"{path}: cannot understand it"):
                    await database.audit_rows(None, 1)

    asyncio.run(load())


def test_an_audit_without_the_link_that_its_anchor_saw_is_told(tmp_path: Path) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "a.anchor"
    assert attached(path, anchor, audit(1), audit(2)) is Finding.FIRST
    assert attached(path, anchor) is Finding.SAME
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM audit_chain WHERE sequence = 2")
    connection.close()
    assert attached(path, anchor) is Finding.AUDIT_CHANGED
    assert attached(path, anchor, SaveLock(LOCK)) is Finding.AUDIT_CHANGED
    # The audit goes on from what is there, and a row of the engine's says what was found.
    assert attached(path, anchor) is Finding.SAME


def attached(path: Path, anchor: Path, *records: Record, seen: bool = False) -> Finding:
    """Judge, keep the records if any, and return what was found."""

    async def start() -> Finding:
        async with opened(path) as database:
            ((finding, _),) = await database.attach([anchor])
            if seen:
                await database.seen(AT)
            if records:
                await database.save(records)
            return finding

    return asyncio.run(start())


def test_a_database_and_its_anchor_know_each_other_again(tmp_path: Path) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "x.anchor"
    assert attached(path, anchor, audit(1)) is Finding.FIRST
    assert attached(path, anchor, SaveLock(LOCK)) is Finding.SAME
    assert attached(path, anchor, *EVERY_KIND) is Finding.SAME
    kept_anchor = read_anchor(anchor)
    assert attached(path, anchor) is Finding.SAME
    assert isinstance(kept_anchor, Anchor)
    assert kept_anchor.sequence == 3
    assert kept_anchor.reset_at == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_a_crash_between_the_first_seal_and_its_anchor_is_no_loss(tmp_path: Path) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "x.anchor"
    assert attached(path, anchor) is Finding.FIRST  # killed before the first save
    laid = read_anchor(anchor)
    assert isinstance(laid, Anchor)
    assert laid.sequence == 0
    assert attached(path, anchor, audit(1)) is Finding.FIRST
    sealed = read_anchor(anchor)
    assert isinstance(sealed, Anchor)
    # As if killed after the first save, before the anchor followed.
    write_anchor(anchor, replace(laid, id=sealed.id))
    assert attached(path, anchor) is Finding.SAME


@pytest.mark.parametrize("seen", [False, True])
def test_what_was_found_stays_until_the_first_save(tmp_path: Path, *, seen: bool) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "x.anchor"
    attached(path, anchor, SaveLock(LOCK))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("DELETE FROM lockouts")
    other.close()
    for _ in range(3):  # killed at each of these starts
        assert attached(path, anchor, seen=seen) is Finding.EDITED
    assert attached(path, anchor, SaveLock(LOCK)) is Finding.EDITED
    assert attached(path, anchor) is Finding.SAME


def test_a_database_that_was_given_up_does_not_come_back(tmp_path: Path) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "x.anchor"
    attached(path, anchor, audit(1))
    early = path.read_bytes()
    for number in range(2, 9):
        attached(path, anchor, SaveLock(replace(LOCK, reason=str(number))))
    late = path.read_bytes()
    path.write_bytes(early)
    assert attached(path, anchor, SaveLock(LOCK)) is Finding.ROLLED_BACK
    path.write_bytes(late)
    assert attached(path, anchor) is Finding.ROLLED_BACK
    path.unlink()
    assert attached(path, anchor, SaveLock(LOCK)) is Finding.DELETED
    path.write_bytes(late)
    assert attached(path, anchor) is Finding.ANOTHER
    anchor.unlink()
    assert attached(path, anchor) is Finding.UNANCHORED


def test_a_crash_between_the_database_and_its_anchor_is_no_loss(tmp_path: Path) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "x.anchor"
    attached(path, anchor, audit(1))
    before = anchor.read_bytes()
    attached(path, anchor, SaveLock(LOCK))
    anchor.write_bytes(before)
    assert attached(path, anchor, audit(2)) is Finding.SAME
    assert attached(path, anchor) is Finding.SAME


def test_an_anchor_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    path, anchor = tmp_path / "curb.db", tmp_path / "gone" / "x.anchor"

    async def save() -> None:
        async with opened(path) as database:
            assert database.anchor_word == "ok"
            await database.attach([anchor])
            await database.save([SaveLock(LOCK)])
            async with asyncio.timeout(30):
                while database.anchor_word == "ok":
                    await asyncio.sleep(0.005)
            await database.save([audit(1)])

    asyncio.run(save())
    assert kept(path).locks == (LOCK,)


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"
    for _ in range(3):
        command = [sys.executable, "-m", "tests.store.endless_writer", str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            heard = [child.stdout.readline() for _ in range(20)]
            child.kill()
            heard += child.stdout.readlines()
        acknowledged = int([line for line in heard if line.endswith("\n")][-1])
        rows = count(path)
        assert rows >= acknowledged
        assert rows % 2 == 0, "half a transaction"
        assert kept(path).next_audit_id == rows + 1


def test_a_full_disk_is_told_and_the_file_stays_readable(tmp_path: Path) -> None:
    path = tmp_path / "curb.db"
    command = [sys.executable, "-m", "tests.store.endless_writer", str(path), "400000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *acknowledged, told, rows_read = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert told.startswith(f"{path}: cannot write to it: ")
    assert "SQLITE_IOERR_WRITE" in told or "SQLITE_FULL" in told
    assert int(rows_read) == int(acknowledged[-1])
    assert kept(path).next_audit_id == int(acknowledged[-1]) + 1
    assert count(path) == int(acknowledged[-1])
