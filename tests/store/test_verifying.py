"""The audit against its chain: what Curb writes fits, what anybody else writes is found."""

import asyncio
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from curb.domain.actions import SaveAudit
from curb.domain.anchors import Head
from curb.store import chain, retention, sealing, segments, writing
from curb.store.looking import looking
from curb.store.segments import FOLDER
from curb.store.verifying import verified

from .samples import ROW, audit, inline, opened
from .tampering import EDITS, delete, head, judged, keep, longer, rechained, told, unseen

ROWS = 12


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    found = told(ROWS)
    yield found
    found.close()


def test_what_curb_wrote_fits(connection: sqlite3.Connection) -> None:
    anchored = head(connection)
    found = judged(connection, anchored)
    assert (found.rows, found.head, found.faults) == (ROWS, anchored, ())
    # A row that was written twice has two links.
    assert anchored.sequence == ROWS + ROWS // 3
    keep(connection, writing.statements(audit(3, success=False)))  # final: stays as it was
    assert head(connection) == anchored
    assert anchored.words == f"{anchored.sequence}:{anchored.hash[:12]}"


def test_an_empty_audit_fits() -> None:
    with closing(inline(())) as connection:
        sealing.teach(connection)
        assert judged(connection).faults == ()
        assert judged(connection).head is None


def test_a_link_is_the_hash_of_the_one_before_and_the_row() -> None:
    """Who reads the file with other tools finds the same."""
    line = (
        '[1,"2026-11-20T15:30:00.123+00:00",1,"PAPER-1","RULE-003","flatten","MNQ","\\u00e9",'
        'null,null,"{}"]'
    )
    digest = hashlib.sha256(line.encode()).hexdigest()
    first = hashlib.sha256(f"{'0' * 64} 1 {digest}".encode()).hexdigest()
    second = hashlib.sha256(f"{first} 1 {digest}".encode()).hexdigest()
    row = SaveAudit(replace(ROW, reason="é", details={}))
    with closing(inline(())) as connection:
        sealing.teach(connection)
        keep(connection, (*writing.statements(row), *writing.statements(row)))
        keep(connection, writing.statements(row))
        found = connection.execute("SELECT * FROM audit_chain").fetchall()
    assert found == [(1, 1, digest, first), (2, 1, digest, second)]


def test_a_database_ahead_of_its_anchor_is_no_fault(connection: sqlite3.Connection) -> None:
    anchored = head(connection)
    keep(connection, writing.statements(audit(ROWS + 1)))
    assert judged(connection, anchored).faults == ()


# 100 databases of 10 rows stand for 1,000 rows; `tests.store.tampering` takes them in one.
def test_every_edit_of_every_row_is_seen() -> None:
    for number in range(100):
        with closing(told(10)) as connection:
            rows = range(1, 11)
            assert list(unseen(connection, rows, is_clever=number % 10 == 0)) == []


def test_who_makes_the_chain_anew_is_seen_by_the_anchor(connection: sqlite3.Connection) -> None:
    assert list(unseen(connection, range(1, ROWS + 1), is_clever=True)) == []


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ("flip", "row 5: it was changed"),
        ("delete", "row 5: it was deleted"),
        ("insert", "row 6: no link of the chain has it"),
        ("swap", "row 5: it was changed"),
        ("truncate", "row 5: it was deleted"),
    ],
)
def test_the_first_row_that_does_not_fit_is_named(
    connection: sqlite3.Connection, edit: str, words: str
) -> None:
    anchored = head(connection)
    EDITS[edit](connection, 5)
    assert judged(connection, anchored).faults[0] == words


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE audit_chain SET digest = 'x' WHERE sequence = 9", "row 7: it was changed"),
        (
            "UPDATE audit_chain SET hash = 'x' WHERE sequence = 9",
            "link 9 (row 7): it does not follow the one before it",
        ),
        (
            "DELETE FROM audit_chain WHERE sequence = 3",
            "link 4 (row 3): it does not follow the one before it",
        ),
        (
            "DELETE FROM audit_chain WHERE sequence < 4",
            "row 1: no link of the chain has it",
        ),
        ("DELETE FROM audit_chain", "row 1: no link of the chain has it"),
        ("UPDATE enforcement_log SET reason = x'00' WHERE id = 7", "row 7: it was changed"),
    ],
)
def test_an_edit_of_the_chain_is_found(
    connection: sqlite3.Connection, sql: str, words: str
) -> None:
    anchored = head(connection)
    connection.execute(sql)
    assert judged(connection, anchored).faults[0] == words


def test_an_older_version_of_a_row_is_no_version_of_today(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE enforcement_log SET success = NULL WHERE id = 3")
    assert judged(connection).faults == ("row 3: it was changed",)


def test_a_chain_that_ends_early_misses_what_its_anchor_saw(connection: sqlite3.Connection) -> None:
    anchored = head(connection)
    connection.execute("DELETE FROM enforcement_log WHERE id > 10")
    connection.execute("DELETE FROM audit_chain WHERE row_id > 10")
    assert judged(connection).faults == ()
    assert judged(connection, anchored).faults == (
        f"link {anchored.sequence}: an anchor has seen it, and it is gone",
    )
    rechained(connection)
    longer(connection, anchored.sequence)
    assert judged(connection, anchored).faults == (
        f"link {anchored.sequence}: its anchor has seen another one: it was rewritten",
    )
    assert judged(connection, Head(1, head(connection).hash)).faults != ()


def test_rows_that_left_for_the_archive_leave_a_chain_that_fits(tmp_path: Path) -> None:
    path, now = tmp_path / "state.db", datetime(2026, 11, 20, tzinfo=UTC)
    old = replace(ROW, at=now - timedelta(days=600))

    async def life() -> None:
        async with opened(path) as database:
            await database.save([SaveAudit(old), SaveAudit(replace(old, id=2))])
            await database.save([SaveAudit(replace(old, success=True))])
            await database.save([SaveAudit(replace(old, id=2, success=True)), audit(3)])
            segment = retention.next_segment(path, now)
            assert segment is not None
            await database.tidy([segment.statement(now)])
            assert fits(path)
            pruning = retention.audit_pruning(path, tmp_path / FOLDER, segment, now)
            for batch in pruning.batches:
                await database.tidy(batch)
                assert fits(path)
            await database.save([audit(4)])

    asyncio.run(life())
    assert fits(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # What is left: the last link of the rows that went, those of rows 3 and 4, and two words
        # of the chain about itself.
        links = connection.execute("SELECT row_id FROM audit_chain ORDER BY sequence").fetchall()
        assert links == [(2,), (3,), (None,), (None,), (4,)]
        connection.execute("DELETE FROM enforcement_log WHERE id = 3")
    assert not fits(path)


def fits(path: Path) -> bool:
    with looking(path) as connection:
        return not verified(connection, path.parent, (), lambda _: None).faults


def test_a_closed_stretch_that_was_made_anew_is_found(tmp_path: Path) -> None:
    """Its rows, its file and its digest fit each other, but not what the chain says of it."""
    path, now = tmp_path / "state.db", datetime(2026, 11, 20, tzinfo=UTC)

    async def life() -> None:
        async with opened(path) as database:
            old = replace(ROW, at=now - timedelta(days=600), success=True)
            await database.save([SaveAudit(old), audit(2)])
            segment = retention.next_segment(path, now)
            assert segment is not None
            await database.tidy([segment.statement(now)])

    asyncio.run(life())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE enforcement_log SET reason = '' WHERE id = 1")
        connection.execute("DELETE FROM audit_segments")
        segment = segments.next_segment(connection, now)
        assert segment is not None
        connection.execute(*segment.statement(now))
    with looking(path) as connection:
        found = verified(connection, tmp_path, (), lambda _: None)
    assert found.faults == (
        "row 1: it was changed",
        "link 1: the chain's beginning, or its closed stretches, are not as it says",
    )


def test_a_beginning_that_was_cut_off_is_found(connection: sqlite3.Connection) -> None:
    delete(connection, 1)
    delete(connection, 2)
    connection.execute("DELETE FROM audit_chain WHERE sequence < 3")
    (fault,) = judged(connection, head(connection)).faults
    assert fault.startswith("link 3: the chain's beginning")
    connection.execute(chain.STATE)
    assert judged(connection, head(connection)).faults == ()
