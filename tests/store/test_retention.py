"""What retention takes out of real files, and how long a write waits for it."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from curb.domain.actions import SaveLock
from curb.domain.errors import StoreError
from curb.domain.retention import RetentionPlan
from curb.store import retention, sealing
from curb.store.database import Database
from curb.store.looking import looking
from curb.store.pruning import BATCH, Batch
from curb.store.segments import verified_segments
from curb.store.values import audit_time_text, time_text

from .samples import AT, CONTRACT, COOLDOWN, DAY, EVERY_KIND, FILL, audit, opened

NOW = AT + timedelta(days=400)
TODAY = DAY + timedelta(days=400)
PLAN = RetentionPlan()
OLD_DAYS = {"daily_pnl": 1, "daily_unrealized_pnl": 1}  # of the rows of every kind
FILL_ROW = "INSERT INTO trade_history VALUES (?, ?, ?, ?, ?, 1, ?, ?, '1', NULL, 0, 0, 0)"
AUDIT_ROW = (
    "INSERT INTO enforcement_log VALUES (?, ?, 1, 'P', 'RULE-003', 'lock', NULL, 'r', 1, 3, '{}')"
)


def run(path: Path, work: Callable[[Database], Any]) -> Any:
    async def open_and_work() -> Any:
        async with opened(path) as database:
            return await work(database)

    return asyncio.run(open_and_work())


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with looking(path) as connection:
        return connection.execute(sql).fetchall()


def change(path: Path, sql: str, rows: list[tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(sql, rows)
    connection.close()


def made(path: Path) -> Path:
    """Make a database with a row of every kind."""
    run(path, lambda database: database.save(EVERY_KIND))
    return path


def prune(
    path: Path, plan: RetentionPlan = PLAN, flat: frozenset[int] = frozenset()
) -> dict[str, int]:
    """Take out what the plan takes out; return how many rows of each table."""
    found = retention.prunings(path, plan, TODAY, NOW, flat)
    for each in found:

        async def work(database: Database, batches: tuple[Batch, ...] = each.batches) -> int:
            return await retention.carry_out(database, batches, lambda: True)

        assert run(path, work) == len(each.batches)
    return {each.table: each.count for each in found}


def day(days_ago: int) -> str:
    return (TODAY - timedelta(days=days_ago)).isoformat()


def stamp(days_ago: float) -> str:
    return time_text(NOW - timedelta(days=days_ago))


def test_nothing_goes_from_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    run(path, lambda database: database.audit_count())
    assert prune(path) == {}


def test_old_fills_go_when_their_turn_is_closed(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    rows = [
        (1, 1, day(30), stamp(30), "ES", "buy", 2),
        (1, 2, day(29), stamp(29), "ES", "sell", 2),
        (1, 3, day(28), stamp(28), "NQ", "buy", 1),
        (1, -7, day(28), stamp(28), "NQ", None, None),
        (1, 4, day(5), stamp(5), "ES", "buy", 1),
        (1, 5, day(3), stamp(3), "ES", "sell", 1),
        (1, 6, day(2), stamp(2), "ES", "buy", 1),
    ]
    change(path, FILL_ROW, rows)
    held = query(path, "SELECT id FROM trade_history WHERE trading_day < '2027'")
    # The sample's one fill of 400 days ago opened what nobody closed.
    assert held == [(FILL.id,)]
    assert prune(path)["trade_history"] == 3
    left = query(path, "SELECT id FROM trade_history ORDER BY timestamp")
    assert left == [(FILL.id,), (3,), (4,), (5,), (6,)]
    assert prune(path, flat=frozenset((1,)))["trade_history"] == 2
    assert query(path, "SELECT id FROM trade_history ORDER BY timestamp") == [(4,), (5,), (6,)]
    assert prune(path, flat=frozenset((1,))) == {}


def test_days_go_by_their_own_number(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    change(
        path, "INSERT INTO daily_pnl VALUES (1, ?, 5, ?)", [(day(n), stamp(n)) for n in (0, 90, 91)]
    )
    change(
        path,
        "INSERT INTO daily_unrealized_pnl VALUES (1, ?, NULL, 0, NULL, ?)",
        [(day(n), stamp(n)) for n in (0, 7, 8)],
    )
    assert prune(path) == {"daily_pnl": 2, "daily_unrealized_pnl": 2}
    left = query(path, "SELECT trading_day FROM daily_pnl ORDER BY trading_day")
    assert left == [(day(90),), (day(0),)]
    left = query(path, "SELECT trading_day FROM daily_unrealized_pnl ORDER BY trading_day")
    assert left == [(day(7),), (day(0),)]


@pytest.mark.parametrize(
    "name",
    [
        "UPDATE trade_history SET contract_id = 'OLD'",
        "UPDATE positions SET contract_id = 'OLD'",
        "UPDATE orders SET contract_id = 'OLD'",
        "UPDATE timers SET contract_id = 'OLD'",
        "UPDATE marks SET contract_id = 'OLD'",
        "UPDATE stop_changes SET contract_id = 'OLD'",
        """UPDATE lockouts SET ceilings = '{"OLD":0}'""",
    ],
)
def test_a_contract_stays_while_a_row_names_it(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "state.db")
    old = "INSERT INTO contract_cache VALUES ('OLD', 'O', 'O', '1', '1', '', ?)"
    change(path, old, [(stamp(366),)])
    change(path, name, [()])
    assert prune(path) == OLD_DAYS


def test_a_contract_that_nobody_names_goes_and_the_seal_is_right(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    old = "INSERT INTO contract_cache VALUES (?, 'O', 'O', '1', '1', '', ?)"
    change(path, old, [("OLD", stamp(366)), ("NEW", stamp(364))])
    assert prune(path) == OLD_DAYS | {"contract_cache": 1}
    left = query(path, "SELECT contract_id FROM contract_cache ORDER BY contract_id")
    assert left == [(CONTRACT.id,), ("NEW",)]
    assert is_sealed(path)


def is_sealed(path: Path) -> bool:
    """Tell whether the seal is that of the rows."""
    connection = sqlite3.connect(path)
    sealing.teach(connection)
    ((sealed,),) = connection.execute(sealing.SEALED).fetchall()
    kept = dict(connection.execute(sealing.STATE).fetchall())["anchor_seal"]
    connection.close()
    return bool(sealed == kept)


def test_fills_that_are_sealed_stay_out_of_reach(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    rows = [(1, n, day(n), stamp(n), "ES", "buy", 1) for n in (20, 19, 18, 17)]
    change(path, FILL_ROW, rows)
    # Resealed, as each write of the engine does.
    run(path, lambda database: database.save([SaveLock(COOLDOWN)]))
    assert is_sealed(path)
    assert prune(path, flat=frozenset((1,)))["trade_history"] == 2
    assert query(path, "SELECT id FROM trade_history ORDER BY id") == [(17,), (18,), (19,)]
    assert is_sealed(path)


def test_a_fill_told_again_on_a_newer_day_is_not_taken_out(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    rows = [(1, n, day(n), stamp(n), "ES", "buy", 1) for n in (20, 3, 2, 1)]
    change(path, FILL_ROW, rows)
    (fills, *_) = retention.prunings(path, PLAN, TODAY, NOW, frozenset((1,)))
    change(path, "UPDATE trade_history SET trading_day = ? WHERE id = 20", [(day(0),)])
    run(path, lambda database: retention.carry_out(database, fills.batches, lambda: True))
    assert query(path, "SELECT id FROM trade_history ORDER BY id") == [(1,), (2,), (3,), (20,)]


def full(path: Path, count: int) -> Path:
    """Make a database whose audit has so many rows of one old month."""
    made(path)
    first = NOW - timedelta(days=500)
    at = audit_time_text(first)
    change(path, AUDIT_ROW, [(number, at) for number in range(2, count + 2)])
    later = audit_time_text(NOW - timedelta(days=1))
    change(path, AUDIT_ROW, [(count + 2, later)])
    change(path, "UPDATE enforcement_log SET success = 1, timestamp = ? WHERE id = 1", [(at,)])
    return path


async def close_month(database: Database, path: Path) -> None:
    segment = retention.next_segment(path, NOW)
    assert segment is not None
    await database.tidy([segment.statement(NOW)])


def test_the_audit_leaves_by_segments_and_stays_in_the_archive(tmp_path: Path) -> None:
    path, folder = full(tmp_path / "state.db", 1_200), tmp_path / "archive"
    assert retention.next_segment(path, NOW - timedelta(days=450)) is None
    assert retention.old_segments(path, PLAN, TODAY, NOW) == ()
    run(path, lambda database: close_month(database, path))
    assert retention.next_segment(path, NOW) is None
    assert retention.old_segments(path, PLAN, TODAY, NOW - timedelta(days=140)) == ()
    (segment,) = retention.old_segments(path, PLAN, TODAY, NOW)
    found = retention.audit_pruning(path, folder, segment, NOW)
    assert (found.count, len(found.batches)) == (1_201, 3 + 1)

    # What is broken off goes on where it was.
    once = iter((True, False))
    broken = run(path, lambda db: retention.carry_out(db, found.batches, lambda: next(once)))
    assert broken == 1
    assert query(path, "SELECT count(*) FROM enforcement_log") == [(1_202 - BATCH,)]
    assert query(path, "SELECT pruned_at FROM audit_segments") == [(None,)]
    with looking(path) as connection:
        assert [v.words for v in verified_segments(connection, folder)] == [""]
    rest = retention.audit_pruning(path, folder, segment, NOW)
    assert rest.count == 701
    assert run(path, lambda db: retention.carry_out(db, rest.batches, lambda: True)) == 2 + 1
    assert query(path, "SELECT count(*) FROM enforcement_log") == [(1,)]
    assert query(path, "SELECT pruned_at FROM audit_segments") == [(time_text(NOW),)]
    assert retention.old_segments(path, PLAN, TODAY, NOW) == ()
    with looking(path) as connection:
        assert [v.words for v in verified_segments(connection, folder)] == [""]


def test_a_segment_whose_rows_all_went_is_only_marked(tmp_path: Path) -> None:
    path, folder = full(tmp_path / "state.db", 10), tmp_path / "archive"
    run(path, lambda database: close_month(database, path))
    (segment,) = retention.old_segments(path, PLAN, TODAY, NOW)
    retention.audit_pruning(path, folder, segment, NOW)
    change(path, "DELETE FROM enforcement_log WHERE id <= 11", [()])
    found = retention.audit_pruning(path, folder, segment, NOW)
    assert (found.count, len(found.batches)) == (0, 1 + 1)
    run(path, lambda db: retention.carry_out(db, found.batches, lambda: True))
    assert retention.old_segments(path, PLAN, TODAY, NOW) == ()


def test_a_write_waits_for_one_batch_of_a_hundred_thousand_rows(tmp_path: Path) -> None:
    path = full(tmp_path / "state.db", 100_000)

    async def both(database: Database) -> list[int]:
        await close_month(database, path)
        (segment,) = retention.old_segments(path, PLAN, TODAY, NOW)
        found = retention.audit_pruning(path, tmp_path / "archive", segment, NOW)
        assert len(found.batches) == 201 + 1
        begun = 0

        def counts() -> bool:
            nonlocal begun
            begun += 1
            return True

        pruning = asyncio.create_task(retention.carry_out(database, found.batches, counts))
        waited: list[int] = []
        number = 200_000
        while not pruning.done():
            before = begun
            await database.save([audit(number)])
            waited.append(begun - before)
            number += 1
        assert await pruning == 201 + 1
        return waited

    waited = run(path, both)
    # A batch may begin before the save's turn comes, never two.
    assert max(waited) <= 1
    assert len(waited) > 201
    left = query(path, "SELECT count(*), min(id) FROM enforcement_log WHERE id > 100002")
    assert left == [(len(waited), 200_000)]


def test_free_pages_go_back_to_the_disk_step_by_step(tmp_path: Path) -> None:
    path = full(tmp_path / "state.db", 20_000)

    async def empty(database: Database) -> tuple[bool, bool]:
        await close_month(database, path)
        (segment,) = retention.old_segments(path, PLAN, TODAY, NOW)
        found = retention.audit_pruning(path, tmp_path / "archive", segment, NOW)
        await retention.carry_out(database, found.batches, lambda: True)
        broken = await retention.give_back(database, lambda: False)
        ((left,),) = query(path, "PRAGMA freelist_count")
        assert left > 0
        return broken, await retention.give_back(database, lambda: True)

    assert run(path, empty) == (False, True)
    assert query(path, "PRAGMA freelist_count") == [(0,)]
    assert path.stat().st_size < 300_000


def test_a_file_that_cannot_shrink_is_no_endless_work(tmp_path: Path) -> None:
    path = full(tmp_path / "state.db", 5_000)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA auto_vacuum = NONE")
    connection.execute("VACUUM")
    connection.execute("DELETE FROM enforcement_log WHERE id < 5000")
    connection.close()
    assert run(path, lambda database: retention.give_back(database, lambda: True))
    ((left,),) = query(path, "PRAGMA freelist_count")
    assert left > 0


def test_statistics_are_kept_of_what_is_asked_for(tmp_path: Path) -> None:
    path = full(tmp_path / "state.db", 2_000)

    async def look(database: Database) -> None:
        await database.load()
        await database.optimize()

    run(path, look)
    assert query(path, "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'") == [(1,)]


def test_when_each_task_was_last_done_is_kept_and_sealed(tmp_path: Path) -> None:
    path = made(tmp_path / "state.db")
    assert retention.runs(path)[0] == {}
    at = datetime(2026, 11, 21, 4, 5, 6, 789, tzinfo=UTC)
    run(path, lambda database: database.tidy([retention.run("prune", at)]))
    run(
        path,
        lambda database: database.tidy([retention.run("prune", at), retention.run("seal", AT)]),
    )
    done, since = retention.runs(path)
    assert done == {"prune": at, "seal": AT}
    assert since is not None
    assert is_sealed(path)
    change(path, "UPDATE engine_state SET value = 'soon' WHERE key = 'upkeep.seal'", [()])
    change(path, "UPDATE schema_version SET applied_at = 'once'", [()])
    assert retention.runs(path) == ({"prune": at}, None)


def test_what_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    with pytest.raises(StoreError, match="cannot read it"):
        retention.runs(path)
    made(path)
    change(path, "UPDATE daily_pnl SET trading_day = '2020-01-01'", [()])
    change(path, "UPDATE trade_history SET trading_day = 'Friday'", [()])
    with pytest.raises(StoreError, match="cannot read it"):
        retention.prunings(path, PLAN, TODAY, NOW, ())
