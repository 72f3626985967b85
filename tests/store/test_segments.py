"""The audit in closed stretches, on real files."""

import asyncio
import gzip
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from curb.domain.errors import StoreError
from curb.store import segments
from curb.store.reading import UNFINISHED
from curb.store.segments import Segment, archived, next_segment, row_ids, verified_segments
from curb.store.values import audit_time_text

from .samples import opened

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADD = "INSERT INTO enforcement_log VALUES (?, ?, 1, 'P', 'RULE-003', 'lock', NULL, ?, ?, 3, '{}')"


def at(day: str) -> str:
    return audit_time_text(datetime.fromisoformat(f"{day}T10:00:00+00:00"))


def base(path: Path, days: Iterable[str]) -> sqlite3.Connection:
    """Make a database with a row of the audit on each of the days, numbered from 1."""

    async def make() -> None:
        async with opened(path):
            pass

    asyncio.run(make())
    connection = sqlite3.connect(path, isolation_level=None)
    for number, day in enumerate(days, start=1):
        connection.execute(ADD, (number, at(day), f"row {number} é", 1))
    return connection


def closed(connection: sqlite3.Connection, now: datetime = NOW) -> list[Segment]:
    """Close what can be closed."""
    found: list[Segment] = []
    while segment := next_segment(connection, now):
        connection.execute(*segment.statement(now))
        found.append(segment)
    return found


DAYS = ("2026-07-30", "2026-07-31", "2026-08-01", "2026-08-31", "2026-10-01", "2026-10-31")


def test_whole_months_are_closed_once_they_have_settled(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    found = closed(connection)
    assert [(s.first_id, s.last_id, s.row_count) for s in found] == [(1, 2, 2), (3, 4, 2)]
    assert [(s.first_at, s.last_at) for s in found] == [
        (at("2026-07-30"), at("2026-07-31")),
        (at("2026-08-01"), at("2026-08-31")),
    ]
    assert found[0].previous == "0" * 64
    assert found[1].previous == found[0].digest != found[1].digest
    # The rows of October go with it, 35 days after its end, once there is a row after them.
    later = datetime(2026, 12, 6, tzinfo=UTC)
    assert closed(connection, later) == []
    connection.execute(ADD, (7, at("2026-12-05"), "", 1))
    assert [(s.first_id, s.last_id) for s in closed(connection, later)] == [(5, 6)]
    assert closed(connection, later) == []
    assert [s.digest for s in segments.segments(connection)][:2] == [s.digest for s in found]
    connection.close()


def test_an_empty_audit_has_no_segment(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", ())
    assert next_segment(connection, NOW) is None
    connection.close()


def test_a_month_waits_for_the_outcome_of_its_rows(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    connection.execute("UPDATE enforcement_log SET success = NULL WHERE id = 4")
    assert [(s.first_id, s.last_id) for s in closed(connection)] == [(1, 2)]
    connection.execute("UPDATE enforcement_log SET success = 0 WHERE id = 4")
    assert [(s.first_id, s.last_id) for s in closed(connection)] == [(3, 4)]
    connection.close()


def test_an_outcome_that_never_came_is_waited_for_half_a_year(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    connection = base(path, DAYS)
    connection.execute("UPDATE enforcement_log SET success = NULL WHERE id IN (2, 6)")
    assert closed(connection, datetime(2027, 1, 27, 23, 59, tzinfo=UTC)) == []
    later = datetime(2027, 1, 28, tzinfo=UTC)
    assert [(s.first_id, s.last_id) for s in closed(connection, later)] == [(1, 2), (3, 4)]
    unfinished = connection.execute(UNFINISHED).fetchall()
    # A restart that told its outcome now would break the digest.
    assert [row[0] for row in unfinished] == [6]
    connection.close()


def test_a_row_told_late_belongs_where_its_number_stands(tmp_path: Path) -> None:
    days = ("2026-07-30", "2026-08-01", "2026-07-31", "2026-08-02", "2026-11-01")
    connection = base(tmp_path / "state.db", days)
    assert [(s.first_id, s.last_id) for s in closed(connection)] == [(1, 1), (2, 4)]
    connection.close()


def test_the_digest_is_that_of_the_lines_in_order(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", ("2026-07-30", "2026-08-01"))
    (segment,) = closed(connection)
    line = (
        '{"id":1,"timestamp":"2026-07-30T10:00:00.000+00:00","account_id":1,"account":"P",'
        '"rule_id":"RULE-003","action":"lock","symbol":null,"reason":"row 1 \\u00e9",'
        '"success":1,"execution_time_ms":3,"details":"{}"}'
    )
    assert segment.digest == hashlib.sha256(("0" * 64 + line).encode()).hexdigest()
    path = archived(connection, tmp_path / "archive", segment)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        assert file.read() == line + "\n"
    connection.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE enforcement_log SET reason = 'other' WHERE id = 4",
        "UPDATE enforcement_log SET details = '{ }' WHERE id = 3",
        "DELETE FROM enforcement_log WHERE id = 3",
        "UPDATE audit_segments SET row_count = 3 WHERE first_id = 3",
        "UPDATE audit_segments SET digest = 'no' WHERE first_id = 3",
        "UPDATE audit_segments SET pruned_at = 'now' WHERE first_id = 3",
    ],
)
def test_what_was_changed_after_it_was_closed_is_found(tmp_path: Path, change: str) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    closed(connection)
    folder = tmp_path / "archive"
    assert [verdict.words for verdict in verified_segments(connection, folder)] == ["", ""]
    connection.execute(change)
    first, second = verified_segments(connection, folder)
    assert (first.words, (second.first_id, second.last_id)) == ("", (3, 4))
    assert second.words
    connection.close()


def test_the_file_holds_the_rows_and_nobody_else_can_read_it(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    segment, _ = closed(connection)
    path = archived(connection, tmp_path / "archive" / "audit", segment)
    assert path.name == "2026-07-30-2.jsonl.gz"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with gzip.open(path, "rt", encoding="utf-8") as file:
        assert [json.loads(line)["reason"] for line in file] == ["row 1 é", "row 2 é"]
    assert list(path.parent.iterdir()) == [path]
    connection.close()


def test_a_file_that_is_good_is_not_written_again(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    segment, _ = closed(connection)
    path = archived(connection, tmp_path, segment)
    before = path.stat().st_ino
    # A crash came between two batches: the rows are gone in part, the file is whole.
    connection.execute("DELETE FROM enforcement_log WHERE id = 1")
    assert archived(connection, tmp_path, segment).stat().st_ino == before
    assert row_ids(connection, segment) == (2,)
    assert [v.words for v in verified_segments(connection, tmp_path)] == ["", ""]
    connection.execute("UPDATE enforcement_log SET reason = 'other' WHERE id = 2")
    assert verified_segments(connection, tmp_path)[0].words
    connection.close()


@pytest.mark.parametrize(
    "content",
    [b"", b"torn", gzip.compress(b"{}\n"), gzip.compress(b"\xff")],
    ids=["empty", "torn", "no row", "no text"],
)
def test_a_file_with_other_rows_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    segment, _ = closed(connection)
    path = tmp_path / segment.file
    path.write_bytes(content)
    path.with_suffix(".new").write_bytes(b"of a crash")
    archived(connection, tmp_path, segment)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        assert len(file.readlines()) == 2
    (aside,) = tmp_path.glob(f"{segment.file}.*")
    assert aside.read_bytes() == content
    assert not path.with_suffix(".new").exists()
    connection.close()


def test_rows_that_were_changed_get_no_file(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    segment, _ = closed(connection)
    connection.execute("UPDATE enforcement_log SET reason = 'other' WHERE id = 2")
    with pytest.raises(StoreError, match="expected the rows 1 to 2 as sealed, found others"):
        archived(connection, tmp_path / "archive", segment)
    assert list((tmp_path / "archive").iterdir()) == []
    connection.close()


def test_a_value_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    connection.execute("UPDATE enforcement_log SET reason = x'00' WHERE id = 2")
    with pytest.raises(StoreError, match="in row 2"):
        next_segment(connection, NOW)
    connection.close()


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    segment, _ = closed(connection)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write it"):
        archived(connection, tmp_path / "file", segment)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.unlink(), "expected the file 2026-07-30-2.jsonl.gz, found none"),
        (lambda path: path.write_bytes(b"x"), "the file 2026-07-30-2.jsonl.gz cannot be read"),
        (
            lambda path: path.write_bytes(path.read_bytes()[:-30]),
            "the file 2026-07-30-2.jsonl.gz cannot be read",
        ),
        (
            lambda path: path.write_bytes(gzip.compress(b"{}\n")),
            "the file 2026-07-30-2.jsonl.gz has not the rows that were sealed",
        ),
        (lambda path: path.chmod(0o600), ""),
    ],
)
def test_rows_that_left_are_verified_in_their_file(
    tmp_path: Path, spoil: Callable[[Path], object], words: str
) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    segment, _ = closed(connection)
    path = archived(connection, tmp_path, segment)
    connection.execute("DELETE FROM enforcement_log WHERE id < 3")
    connection.execute("UPDATE audit_segments SET pruned_at = 'now' WHERE first_id = 1")
    spoil(path)
    assert [v.words for v in verified_segments(connection, tmp_path)] == [words, ""]
    connection.close()


def test_a_segment_that_overlaps_another_is_found(tmp_path: Path) -> None:
    connection = base(tmp_path / "state.db", DAYS)
    closed(connection)
    connection.execute("UPDATE audit_segments SET last_id = 3 WHERE first_id = 1")
    first, second = verified_segments(connection, tmp_path)
    assert first.words
    assert second.words == "overlaps the segment before it"
    connection.close()
