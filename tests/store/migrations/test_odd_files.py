"""Files that no program of the documents would have left: still every row is kept somewhere."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from curb.domain.errors import StoreError
from curb.domain.events import Restored
from curb.store.migrations.step import Upgrade
from curb.store.opening import connect
from curb.store.recovery import recovered

from . import older

TIMEOUT_S = 1.0
BEFORE = "2026-11-19 15:30:00"
AHEAD = older.naive(older.NOW + timedelta(days=9_000))

ODD: older.Rows = {
    "lockouts": [
        (21, 1, "DAILY_LOSS", AHEAD, None, "RULE-003", None, None),
        (22, 1, "AUTH", BEFORE, None, "RULE-010", None, None),
    ],
    "daily_pnl": [(9, "2026-11-19", 1e300, BEFORE), (9, "yesterday", 1.0, BEFORE)],
    "contract_cache": [("CON.F.US.GC.Z26", 0.0, 10.0, "F.US.GC", "GCZ6", BEFORE)],
    "trade_history": [
        (9001, 1, AHEAD, older.MNQ, 1.0, BEFORE),
        (9002, 1, "soon", older.MNQ, 1.0, BEFORE),
        (9003, 1, BEFORE, older.MNQ, float("inf"), BEFORE),
        (9004, "one", BEFORE, older.MNQ, 1.0, BEFORE),
    ],
    "session_state": [(9, b"\xff\xfe", BEFORE)],
    "positions": [
        (91, 1, older.MNQ, 2, 7, 1.0, BEFORE, older.naive(older.NOW)),
        (92, 1, "CON.F.US.YM.Z26", 1, 0, 1.0, BEFORE, BEFORE),
        (93, 5, older.MNQ, 9, 1, -37.63, BEFORE, AHEAD),
    ],
    "orders": [(901, 1, older.MNQ, 3, 7, 1, None, 1.0, 1, BEFORE, BEFORE)],
    "enforcement_log": [
        (9001, AHEAD, 1, "RULE-003", "CLOSE_POSITION", "r", 1, '{"a": 1}', 5),
        (9002, None, 1, "RULE-003", "CLOSE_POSITION", "r", 1, None, None),
    ],
    "reset_schedule": [(9, "2027-01-01", BEFORE, "17:00", "America/Chicago")],
}
KEPT = {
    "contract_cache": ["name: expected text, found nothing", "tick_size: expected more than 0"],
    "daily_pnl": ["realized_pnl: expected an amount", "date: expected a date"],
    "enforcement_log": ["timestamp: expected a time, found nothing"],
    "orders": ["expected a side and 1 contract or more, found side 7"],
    "positions": ["another row has its place", "size: expected 1 contract or more"],
    "reset_schedule": ["last_reset_date: expected a day that has begun"],
    "session_state": ["session_start: expected a time"],
    "trade_history": [
        "timestamp: expected a time that has been",
        "timestamp: expected a time, found soon",
        "pnl: expected a number, found inf",
        "account_id: expected a whole number, found one",
    ],
}


def opened(path: Path) -> Restored:
    """Open a file as an engine does, and return what it is told."""

    async def start() -> Restored:
        database, restored, why = await recovered(path, older.NOW)
        await database.close()
        assert why == ""
        return restored

    return asyncio.run(start())


def kept(path: Path) -> dict[str, list[tuple[dict[str, Any], str]]]:
    found: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for table, content, why in older.rows(path, "SELECT table_name, content, why FROM kept_rows"):
        found.setdefault(table, []).append((json.loads(content), why))
    return found


def test_rows_that_fit_nowhere_are_kept_with_the_reason(tmp_path: Path) -> None:
    path = older.v1(tmp_path / "state.db", ODD)
    restored = opened(path)
    aside = kept(path)
    del aside["schema_version"]
    assert aside.keys() == KEPT.keys()
    for table, words in KEPT.items():
        reasons = sorted(why for _, why in aside[table])
        assert len(reasons) == len(words), table
        assert all(any(start in why for why in reasons) for start in words), table
    (session,) = aside["session_state"]
    assert session[0]["session_start"] == {"hex": "fffe"}
    # Of two positions in a contract that one stands which was touched last.
    (position,) = older.rows(
        path,
        f"SELECT id FROM positions WHERE account_id = 1 AND contract_id = '{older.MNQ}'",  # noqa: S608 - ours
    )
    assert position == (91,)
    assert aside["positions"][0][0]["id"] == 11
    # A time that has not been moves no clock, and shifts no lock.
    assert restored.last_seen_at is not None
    assert restored.last_seen_at <= older.NOW + timedelta(minutes=1)
    locks = {lock.account_id: lock for lock in restored.locks}
    assert locks[21].since == older.NOW
    assert locks[21].until == older.NOW.replace(hour=23, minute=0)
    assert locks[22].until is None


def test_tables_of_nobody_are_kept_whole(tmp_path: Path) -> None:
    extra = (
        'CREATE TABLE "odd ""name"" x" (a, b BLOB)',
        """INSERT INTO "odd ""name"" x" VALUES (1, x'ff'), ('two', NULL)""",
        "CREATE TABLE losing_trades (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE TABLE kept_rows (mine)",
        "INSERT INTO kept_rows VALUES ('mine')",
        "ANALYZE",
    )
    path = older.made(tmp_path / "state.db", older.V1, older.ordinary(), extra)
    opened(path)
    aside = kept(path)
    assert aside['odd "name" x'] == [
        ({"a": 1, "b": {"hex": "ff"}}, "no schema has such a table"),
        ({"a": "two", "b": None}, "no schema has such a table"),
    ]
    assert aside["kept_rows"] == [({"mine": "mine"}, "no schema has such a table")]
    fresh = tmp_path / "fresh.db"
    connect(fresh, TIMEOUT_S).close()
    found = older.schema(path)
    assert {name: sql for name, sql in found.items() if "sqlite_stat" not in name} == (
        older.schema(fresh)
    )


def test_columns_of_nobody_are_kept_beside_the_row(tmp_path: Path) -> None:
    extra = (
        "ALTER TABLE session_state ADD COLUMN clocked_in BOOLEAN",
        "UPDATE session_state SET clocked_in = 1 WHERE account_id = 2",
    )
    path = older.made(tmp_path / "state.db", older.V1, older.ordinary(), extra)
    opened(path)
    assert older.rows(path, "SELECT count(*) FROM session_state") == [(2,)]
    ((row, why),) = kept(path)["session_state"]
    assert (row["account_id"], row["clocked_in"]) == (2, 1)
    assert why == "it moved, but today's table has no clocked_in"


def test_text_that_is_no_utf8_stops_nothing(tmp_path: Path) -> None:
    sql = (
        "UPDATE enforcement_log SET reason = CAST(x'4cff53' AS TEXT) WHERE id = 500",
        "UPDATE lockouts SET reason = CAST(x'ff' AS TEXT) WHERE account_id = 1",
    )
    path = older.made(tmp_path / "state.db", older.V1, older.ordinary(), sql)
    restored = opened(path)
    assert restored.locks[0].reason == "\\xff"
    assert older.rows(path, "SELECT reason FROM enforcement_log WHERE id = 500") == [("L\\xffS",)]


def test_sides_that_count_from_0_change_what_all_orders_mean(tmp_path: Path) -> None:
    more: older.Rows = {
        "orders": [
            (901, 1, older.MNQ, 2, 0, 1, None, None, 2, BEFORE, BEFORE),
            (902, 1, older.MNQ, 2, 1, 1, None, None, 3, BEFORE, BEFORE),
        ]
    }
    path = older.made(tmp_path / "state.db", older.V1, more)
    opened(path)
    orders = older.rows(path, "SELECT id, type, side, state, filled FROM orders")
    assert orders == [(901, "market", "buy", "open", 0), (902, "market", "sell", "filled", 1)]


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_an_empty_one_becomes_as_a_new_one(tmp_path: Path, mode: str) -> None:
    pragma = f"PRAGMA journal_mode = {mode}"
    path = older.made(tmp_path / "state.db", older.V1, pragmas=[pragma])
    restored = opened(path)
    assert restored == Restored()


def test_the_short_history_of_the_first_draft_is_read_too(tmp_path: Path) -> None:
    draft = (
        """CREATE TABLE schema_version (
            version INTEGER PRIMARY KEY, applied_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
        "INSERT INTO schema_version VALUES (1, '2025-10-01 00:00:00')",
    )
    path = older.made(tmp_path / "state.db", older.V1, older.ordinary(), draft)
    opened(path)
    history = older.rows(path, "SELECT version, applied_at, checksum FROM schema_version")
    assert history[0] == (1, "2025-10-01T00:00:00.000000+00:00", None)
    assert [row[0] for row in history] == [1, 5, 6]


def test_a_view_of_somebody_stops_the_migration(tmp_path: Path) -> None:
    path = older.made(tmp_path / "state.db", older.V1, ["CREATE VIEW v AS SELECT 1"])
    before = path.read_bytes()
    with pytest.raises(StoreError, match="expected tables only, found v"):
        connect(path, TIMEOUT_S, Upgrade(older.NOW))
    assert path.read_bytes() == before


def test_rows_still_in_the_log_are_migrated(tmp_path: Path) -> None:
    path = older.made(tmp_path / "first.db", older.V1, pragmas=["PRAGMA journal_mode = WAL"])
    with closing(sqlite3.connect(path)) as writer:
        older.put(writer, {"session_state": [(1, BEFORE, BEFORE)]})
        writer.commit()
        for end in ("", "-wal"):
            copy = tmp_path / f"state.db{end}"
            copy.write_bytes(Path(f"{path}{end}").read_bytes())
    opened(tmp_path / "state.db")
    found = older.rows(tmp_path / "state.db", "SELECT account_id FROM session_state")
    assert found == [(1,)]
    copy = older.copy_of(tmp_path / "state.db")
    assert older.rows(copy, "SELECT account_id FROM session_state") == [(1,)]
