"""Files of each older schema, opened: today's schema, every row of theirs, and a copy beside."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from curb.domain.errors import StoreError
from curb.domain.locks import LockKind
from curb.store.migrations.runner import STEPS, pending
from curb.store.migrations.step import Upgrade
from curb.store.opening import connect
from curb.store.recovery import recovered
from curb.store.sealing import SEALED, teach
from curb.store.tables import USER_VERSION

from . import older

Make = Callable[[Path], Path]
TIMEOUT_S = 1.0


def upgraded(path: Path) -> tuple[list[str], list[str]]:
    """Open a file; return what was told of the steps and of their tables."""
    told: list[str] = []
    progress: list[str] = []
    connect(path, TIMEOUT_S, Upgrade(older.NOW, told.append, progress.append)).close()
    return told, progress


def counts(path: Path) -> dict[str, int]:
    tables = older.rows(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    sql = "SELECT count(*) FROM {}"
    return {name: older.rows(path, sql.format(name))[0][0] for (name,) in tables}


def sealed(path: Path) -> str:
    connection = sqlite3.connect(path)
    teach(connection)
    (digest,) = connection.execute(SEALED).fetchone()
    connection.close()
    return str(digest)


@pytest.mark.parametrize(
    ("make", "steps"),
    [
        (older.v1, ["v1 to v2", "v2 to v5", "v5 to v6"]),
        (older.v2, ["v2 to v5", "v5 to v6"]),
        (older.v4, ["v4 to v5", "v5 to v6"]),
        (older.v5, ["v5 to v6"]),
    ],
)
def test_an_older_file_gets_the_schema_of_a_new_one(
    tmp_path: Path, make: Make, steps: list[str]
) -> None:
    path, fresh = make(tmp_path / "state.db"), tmp_path / "fresh.db"
    connect(fresh, TIMEOUT_S).close()
    told, _ = upgraded(path)
    assert [line.split(": ")[1] for line in told] == [f"schema {step}" for step in steps]
    assert older.schema(path) == older.schema(fresh)
    assert older.dump(path)[:3] == older.dump(fresh)[:3]
    assert older.rows(path, "PRAGMA integrity_check") == [("ok",)]
    history = older.rows(path, "SELECT version, success FROM schema_version ORDER BY id")
    assert history[-len(steps) :] == [(int(step[-1]), 1) for step in steps]
    name = "curb-20261120T153000Z-migration.tar.gz"
    assert all(line.endswith(f"as it was before: {name}") for line in told)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backups", "fresh.db", "state.db"]
    assert [file.name for file in (tmp_path / "backups").iterdir()] == [name]


@pytest.mark.parametrize("make", [older.v1, older.v2, older.v4, older.v5])
def test_the_copy_is_the_file_as_it_was(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "state.db")
    before = older.dump(path)
    upgraded(path)
    assert older.dump(older.copy_of(path)) == before


@pytest.mark.parametrize("make", [older.v1, older.v2, older.v4, older.v5])
def test_a_second_opening_changes_nothing(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "state.db")
    upgraded(path)
    before = path.read_bytes()
    assert upgraded(path) == ([], [])
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("make", [older.v1, older.v2])
def test_every_row_is_accounted_for(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "state.db")
    before = counts(path)
    _, progress = upgraded(path)
    after = counts(path)
    assert sum(before.values()) > 1_000
    kept = dict(older.rows(path, "SELECT table_name, count(*) FROM kept_rows GROUP BY 1"))
    assert kept == {"contract_cache": 1, "schema_version": 1}  # no symbol; a script, not a row
    for table in before.keys() - {"schema_version", "sqlite_sequence", "contract_cache"}:
        assert after[table] == before[table], table
        assert f"{table}: {before[table]} rows" in progress
    assert after["contract_cache"] == before["contract_cache"] - 1
    assert "contract_cache: 2 rows, 1 of them kept aside" in progress


def test_fills_locks_and_the_seal_over_them_pass_from_v4_as_they_are(tmp_path: Path) -> None:
    path = older.v4(tmp_path / "state.db")
    before, digest = counts(path), sealed(path)
    kept = "SELECT * FROM {} ORDER BY 1, 2"
    names = ("lockouts", "timers", "marks", "enforcement_log", "engine_state", "reset_schedule")
    rows = {name: older.rows(path, kept.format(name)) for name in names}
    fills = older.rows(path, "SELECT * FROM trade_history ORDER BY id")
    (seal,) = older.rows(path, "SELECT value FROM engine_state WHERE key = 'anchor_seal'")
    assert digest == seal[0]
    upgraded(path)
    assert sealed(path) == digest
    assert {name: older.rows(path, kept.format(name)) for name in names} == rows
    assert older.rows(path, "SELECT * FROM trade_history ORDER BY id") == fills
    after = counts(path)
    assert {name: after[name] for name in before} == before | {"schema_version": 3}
    orders = "SELECT DISTINCT typeof(trailing_amount), typeof(filled_price) FROM orders"
    assert older.rows(path, orders) == [("null", "null")]


@pytest.mark.parametrize("make", [older.v1, older.v2, older.v4, older.v5])
def test_an_engine_understands_what_was_migrated(tmp_path: Path, make: Make) -> None:
    path = make(tmp_path / "state.db")
    told: list[str] = []

    async def start() -> None:
        database, restored, why = await recovered(path, older.NOW, told.append)
        try:
            assert why == ""
            assert restored.locks
            assert {lock.kind for lock in restored.locks} == set(LockKind)
            assert restored.last_seen_at is not None
            assert restored.last_seen_at <= older.NOW.replace(minute=32)
            newest = await database.audit_rows(None, 1_000)
            assert len(newest) == await database.audit_count()
            assert restored.next_audit_id == newest[-1].id + 1
        finally:
            await database.close()

    asyncio.run(start())
    assert told


def test_the_ways_to_todays_schema() -> None:
    found = {
        version: [step.name for step in pending(version)] for version in (1, 2, 4, 5, USER_VERSION)
    }
    assert found == {
        1: ["schema v1 to v2", "schema v2 to v5", "schema v5 to v6"],
        2: ["schema v2 to v5", "schema v5 to v6"],
        4: ["schema v4 to v5", "schema v5 to v6"],
        5: ["schema v5 to v6"],
        6: [],
    }
    with pytest.raises(StoreError, match="expected a way to schema v6, found none from v3"):
        pending(3)


# A step that once ran must not change: where its statements are those of `tables.py`, they are
# copied into the step before the schema goes on.
@pytest.mark.parametrize(
    ("name", "checksum"),
    [
        ("schema v1 to v2", "03e9fc8e79485aaf6facf841903f1f5cc016be912d622508db5ae051658ab959"),
        ("schema v2 to v5", "19ba3796e02890fe1571e3730fbd7cb2f8ed84f29672dd9ecac56c0cda915ca8"),
        ("schema v4 to v5", "88ef932ad8126445190e4508113278870c2afe4b612ea4c08c8407936432059b"),
        ("schema v5 to v6", "18e673c2bbb0641169d49be409d52ad28edfbeb6760a7af38bd9ef4e0f72561e"),
    ],
)
def test_a_step_stays_what_it_was(name: str, checksum: str) -> None:
    assert {step.name: step.checksum for step in STEPS}[name] == checksum
