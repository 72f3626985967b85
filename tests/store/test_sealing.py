import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from curb.domain.actions import (
    EndLock,
    Record,
    SaveAudit,
    SaveFill,
    SaveLock,
    SavePosition,
    SaveUnrealized,
)
from curb.domain.anchors import Anchor, Facts
from curb.store import sealing, writing

from .samples import AT, DAY, EVERY_KIND, FILL, LOCK, POSITION, ROW, inline

_FORGED = """
INSERT INTO trade_history SELECT account_id, 5, DAY, timestamp, contract_id, order_id, side, size,
    price, 900000000, 0, 0, 0 FROM trade_history
"""
FOUNDED = sealing.founding("a1", (), ["x.anchor"], [None])


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    found = inline(EVERY_KIND)
    sealing.teach(found)
    run(found, (*FOUNDED, *sealing.RESEAL))
    yield found
    found.close()


def run(connection: sqlite3.Connection, steps: tuple[writing.Statement, ...]) -> None:
    for sql, values in steps:
        connection.execute(sql, values)


def facts(connection: sqlite3.Connection, name: str = "x.anchor") -> Facts:
    ((sealed,),) = connection.execute(sealing.SEALED).fetchall()
    return sealing.facts_of(connection.execute(sealing.STATE).fetchall(), sealed, name)


def test_a_seal_fits_its_rows_and_every_write_raises_the_sequence(
    connection: sqlite3.Connection,
) -> None:
    first = facts(connection)
    assert (first.id, first.sequence, first.is_known) == ("a1", 1, True)
    assert first.seal == first.sealed
    run(connection, (*writing.statements(EndLock(LOCK)), *sealing.RESEAL))
    second = facts(connection)
    assert second.sequence == 2
    assert second.seal == second.sealed != first.seal


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE lockouts SET is_locked = 0",
        "DELETE FROM lockouts",
        "UPDATE lockouts SET locked_until = '2026-11-20T15:31:00.000000+00:00'",
        "UPDATE lockouts SET symbol = 'MNQ'",
        "UPDATE lockouts SET kind = 'cooldown'",
        "UPDATE lockouts SET ceilings = '{\"CON.F.US.MNQ.Z26\":9}'",
        "UPDATE timers SET due_at = '2036-11-20T15:31:00.000000+00:00'",
        "DELETE FROM marks",
        "UPDATE reset_schedule SET last_reset_date = '2026-11-19'",
        "UPDATE contract_cache SET tick_value = '0.01'",
        "UPDATE trade_history SET pnl_micros = 499999999",
        "UPDATE trade_history SET is_voided = 1",
        "DELETE FROM trade_history",
        _FORGED.replace("DAY", "trading_day"),
        _FORGED.replace("DAY", "'2036-01-01'"),
        "INSERT INTO engine_state VALUES ('last_seen_at', '2036-11-20T15:31:00.000000+00:00')",
        "INSERT INTO engine_state VALUES ('config', 'looser')",
        "UPDATE engine_state SET value = '99' WHERE key = 'anchor_sequence'",
        "UPDATE engine_state SET value = '[]' WHERE key = 'anchor_names'",
    ],
)
def test_an_edit_without_curb_breaks_the_seal(connection: sqlite3.Connection, edit: str) -> None:
    connection.execute(edit)
    found = facts(connection)
    assert found.seal != found.sealed


@pytest.mark.parametrize("table", ["positions", "orders", "daily_pnl", "enforcement_log"])
def test_what_rest_tells_again_or_nobody_reads_is_free(
    connection: sqlite3.Connection, table: str
) -> None:
    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
    found = facts(connection)
    assert found.seal == found.sealed


def test_the_order_of_rows_does_not_matter() -> None:
    seals = []
    other = replace(LOCK, rule="RULE-004")
    for locks in ((LOCK, other), (other, LOCK)):
        connection = inline([SaveLock(lock) for lock in locks])
        sealing.teach(connection)
        seals.append(connection.execute(sealing.SEALED).fetchone())
        connection.close()
    assert seals[0] == seals[1]


@pytest.mark.parametrize(
    ("records", "is_sealed"),
    [
        ((SaveAudit(ROW),), False),
        ((SavePosition(POSITION, AT), SaveAudit(ROW)), False),
        ((SaveUnrealized(1, DAY, None, 1, None, AT),), False),
        ((SaveLock(LOCK),), True),
        ((SaveAudit(ROW), SaveFill(FILL, DAY)), True),
    ],
)
def test_only_what_matters_is_sealed_again(records: tuple[Record, ...], *, is_sealed: bool) -> None:
    steps = [s for record in records for s in writing.statements(record)]
    assert sealing.touches(steps) == is_sealed


def test_the_trusted_time_is_sealed() -> None:
    assert sealing.touches([writing.seen(AT)])


def test_the_sequence_starts_above_that_of_the_anchors(connection: sqlite3.Connection) -> None:
    rows = connection.execute(sealing.STATE).fetchall()
    anchors = [Anchor("b2", 40, ""), None, Anchor("c3", 7, "")]
    steps = sealing.founding("new", rows, ["y.anchor"], anchors)
    run(connection, (*steps, *sealing.RESEAL))
    found = facts(connection, "y.anchor")
    assert (found.id, found.sequence, found.is_known) == ("a1", 41, True)
    assert facts(connection).is_known
    assert not facts(connection, "z.anchor").is_known


@pytest.mark.parametrize("names", ["", "{", "7", "{}", "null"])
def test_names_that_cannot_be_read_are_none(names: str) -> None:
    assert sealing.known_anchors({"anchor_names": names}) == frozenset()


@pytest.mark.parametrize(
    ("text", "number"), [("7", 7), ("-7", -1), ("7.5", -1), ("", -1), ("much", -1), ("٣", -1)]
)
def test_a_sequence_that_cannot_be_read_is_older_than_any(text: str, number: int) -> None:
    assert sealing.sequence_of({"anchor_sequence": text}) == number


def test_the_anchor_has_the_next_reset_unless_it_cannot_be_read(
    connection: sqlite3.Connection,
) -> None:
    def anchor() -> Anchor:
        return sealing.anchor_of(connection.execute(sealing.STATE).fetchall())

    found = anchor()
    assert (found.id, found.sequence) == ("a1", 1)
    assert found.reset_at is not None
    assert found.reset_at.isoformat() == "2026-11-20T23:00:00+00:00"
    connection.execute("UPDATE reset_schedule SET next_reset_time = 'soon'")
    assert anchor().reset_at is None
    connection.execute("DELETE FROM reset_schedule")
    assert anchor().reset_at is None
