"""Whatever stands in the columns of an older file: no row is lost, and an engine starts on it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from curb.store import reading
from curb.store.migrations import v2_to_v5
from curb.store.migrations.runner import STEPS
from curb.store.migrations.step import Upgrade

from . import older

_TIMES = st.datetimes().map(older.naive) | st.sampled_from(
    [older.naive(older.NOW + timedelta(days=days)) for days in (-400, -3, -1, 0, 1, 2, 400)]
)
_WORDS = st.sampled_from(
    (
        *("RULE-003", "RULE-010", "RULE-6", "COOLDOWN", "CLOSE_POSITION", "17:00", "9:00"),
        *("America/Chicago", "MNQZ6", "F.US.MNQ", older.MNQ, "2026-11-19", "24:00"),
        *('{"a": 1}', '{"was": 1e999}', '["a"]', "12.5", "-1e-9"),
    )
)
_VALUES = (
    st.none()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-1, 6)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.binary(max_size=4)
    | _TIMES
    | _WORDS
)
_TABLES = tuple(move.table for move in v2_to_v5.MOVES)
_ORDINARY = older.ordinary() | older.additions()


@st.composite
def _spoilt(draw: st.DrawFn) -> tuple[str, list[Any]]:
    """Draw an ordinary row, in some columns of which anything may stand."""
    table = draw(st.sampled_from(_TABLES))
    row = list(draw(st.sampled_from(_ORDINARY[table])))
    for column in draw(st.sets(st.integers(0, len(row) - 1), max_size=3)):
        row[column] = draw(_VALUES)
    return table, row


@contextmanager
def _filled(rows: list[tuple[str, list[Any]]]) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    for sql in (*older.V1, *older.V1_TO_V2):
        connection.execute(sql)
    for table, values in rows:
        marks = ", ".join("?" * len(values))
        sql = f"INSERT OR IGNORE INTO {table} VALUES ({marks})"  # noqa: S608 - ours
        try:
            connection.execute(sql, values)
        except sqlite3.IntegrityError:
            continue  # no such row could have been there
    yield connection
    connection.close()


@given(st.lists(_spoilt(), max_size=30))
def test_any_row_is_kept_and_understood(rows: list[tuple[str, list[Any]]]) -> None:
    with _filled(rows) as connection:
        count = "SELECT count(*) FROM {}"
        before = {t: connection.execute(count.format(t)).fetchone()[0] for t in _TABLES}
        moved = STEPS[1].run(connection, Upgrade(older.NOW))
        assert moved == sum(before.values())
        kept = dict(
            connection.execute(
                "SELECT table_name, count(*) FROM kept_rows WHERE why NOT LIKE 'it moved%' GROUP BY 1"
            )
        )
        for table in _TABLES:
            (found,) = connection.execute(count.format(table)).fetchone()
            assert found + kept.get(table, 0) == before[table]
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        restored = reading.restored([connection.execute(sql).fetchall() for sql in reading.LOAD])
        assert restored.last_seen_at is None or (
            restored.last_seen_at <= older.NOW + timedelta(minutes=1)
        )
        for row in connection.execute(reading.AUDIT_PAGE, (2**63 - 1, 100)):
            reading.audit_row(row)
