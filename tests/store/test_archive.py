"""The audit on disk, looked at from beside the engine."""

import asyncio
import csv
import json
import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from curb.domain.actions import SaveAudit
from curb.domain.audit import Act, AuditRow
from curb.domain.errors import StoreError
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity
from curb.store import archive
from curb.store.archive import AuditArchive, _harmless
from curb.store.opening import connect

from .samples import ROW, audited, opened

RULES = ("RULE-001", "RULE-002", "ENGINE", "CONFIG", "MANUAL")
REASONS = ("3 contracts of MNQ, limit 2", "=1+1", "100% of it_all", "Straße 日本", "two\nlines!")
WORDS = (
    *((), ("mnq",), ("LIMIT", "mnq"), ("none",), ("7",), ("s\nRULE",)),
    *(("%",), ("_",), ("!",), ("1+1",)),
    *(("STRASSE",), ("\u017ftrasse",), ("日",)),
)
ROWS = tuple(
    AuditRow(
        id=number,
        at=ROW.at + timedelta(seconds=number),
        account_id=(None, 7, 8)[number % 3],
        account=(None, "SEVEN", "EIGHT")[number % 3],
        rule=RULES[number % 5],
        action=list(Act)[number % len(Act)],
        reason=REASONS[number // 5 % 5],
        symbol=("MNQ", None)[number % 2],
        success=(True, None, False)[number // 20 % 3],
        execution_time_ms=number if number % 2 else None,
        details={"number": number},
    )
    for number in range(1, 301)
)
QUERIES = tuple(
    AuditQuery(words, rule, severity, account)
    for words in WORDS
    for rule in ("", "RULE-002", "ENGINE")
    for severity in (None, *Severity)
    for account in (None, 7)
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("audit"), ROWS)


def test_the_database_finds_what_the_query_means(path: Path) -> None:
    archive = AuditArchive(path)
    for query in QUERIES:
        expected = [row for row in reversed(ROWS) if query.fits(row)]
        assert list(archive.older(query, None, 1000)) == expected, query
        assert archive.count(query) == len(expected)


@pytest.mark.parametrize(
    ("ask", "ids"),
    [
        (lambda a: a.older(AuditQuery(), None, 3), [300, 299, 298]),
        (lambda a: a.older(AuditQuery(), 100, 2), [99, 98]),
        (lambda a: a.older(AuditQuery(rule="RULE-001"), 20, 2), [15, 10]),
        (lambda a: a.newer(AuditQuery(), 100, 2), [102, 101]),
        (lambda a: a.newer(AuditQuery(), 300, 2), []),
        (lambda a: a.oldest(AuditQuery(rule="RULE-001"), 2), [10, 5]),
        (lambda a: a.older(AuditQuery(), None, -1), []),
    ],
)
def test_pages_come_newest_first(path: Path, ask: object, ids: list[int]) -> None:
    assert callable(ask)
    assert [row.id for row in ask(AuditArchive(path))] == ids


def test_a_row_by_its_number(path: Path) -> None:
    assert AuditArchive(path).row(42) == ROWS[41]
    for number in (301, 0, -1, 2**63, 10**30):
        assert AuditArchive(path).row(number) is None


def test_an_account_by_its_name(path: Path) -> None:
    assert AuditArchive(path).account_id("EIGHT") == 8
    assert AuditArchive(path).account_id("NINE") is None


def test_an_export_for_a_spreadsheet_holds_no_formula(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "exports" / "audit.csv"
    assert AuditArchive(path).export(AuditQuery(rule="RULE-002"), out) == 60
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["id"]) for row in rows] == [row.id for row in ROWS if row.rule == "RULE-002"]
    # A line of its own could be read as another row.
    assert {row["reason"] for row in rows} == {"'=1+1", REASONS[0], *REASONS[2:4], "two·lines!"}
    assert json.loads(rows[0]["details"]) == {"number": 1}
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [each.name for each in out.parent.iterdir()] == ["audit.csv"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [("-5.25", "-5.25"), ("+2", "+2"), ("-5+1", "'-5+1"), ("@x", "'@x"), ("a=b", "a=b")],
)
def test_a_number_is_no_formula(text: str, cell: str) -> None:
    assert _harmless(text) == cell


def test_an_export_of_lines_holds_every_row_whole(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.jsonl"
    assert AuditArchive(path).export(AuditQuery(), out) == 300
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == [row.id for row in ROWS]
    assert lines[0]["details"] == {"number": 1}


def test_an_export_writes_over_nothing(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "audit.csv"
    out.write_text("mine")
    with pytest.raises(StoreError, match="cannot export: File exists"):
        AuditArchive(path).export(AuditQuery(), out)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("audit.csv", "mine")]


def test_a_count_goes_on_no_longer_than_somebody_reads_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "COUNTED", 50)
    found = AuditArchive(path)
    assert found.count(AuditQuery()) == 50
    assert found.count(AuditQuery(rule="RULE-002", severity=Severity.ENFORCED)) < 50


@pytest.mark.parametrize(("name", "number"), [("SEVEN", 7), ("EIGHT", 8), ("NINE", None)])
def test_an_account_is_found_by_its_name(path: Path, name: str, number: int | None) -> None:
    assert AuditArchive(path).account_id(name) == number


def test_no_account_is_found_in_an_empty_audit(tmp_path: Path) -> None:
    connect(tmp_path / "curb.db", 1.0).close()
    assert AuditArchive(tmp_path / "curb.db").account_id("SEVEN") is None


def test_looking_changes_nothing_and_needs_a_database(path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        AuditArchive(tmp_path / "none.db").count(AuditQuery())
    assert not list(tmp_path.iterdir())
    with AuditArchive(path)._opened() as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM enforcement_log")
    (tmp_path / "other.db").write_bytes(b"no database, only words" * 100)
    with pytest.raises(StoreError, match="not a database"):
        AuditArchive(tmp_path / "other.db").count(AuditQuery())


def test_an_open_row_is_seen_when_it_has_its_outcome(tmp_path: Path) -> None:
    row = replace(ROWS[0], success=None)

    async def scene() -> list[bool | None]:
        async with opened(tmp_path / "curb.db") as database:
            archive = AuditArchive(tmp_path / "curb.db")
            found = []
            for each in (row, replace(row, success=False)):
                await database.save([SaveAudit(each)])
                seen = archive.row(row.id)
                found.append(seen.success if seen else None)
            return found

    assert asyncio.run(scene()) == [None, False]
