import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from curb.domain.actions import (
    EndGrace,
    EndLock,
    Record,
    SaveAudit,
    SaveDay,
    SaveFill,
    SaveGrace,
    SaveLock,
    SaveOrder,
    SavePosition,
    SaveReset,
    SaveUnrealized,
)
from curb.domain.book import OrderStatus
from curb.store import writing

from .samples import (
    AT,
    COOLDOWN,
    DAY,
    FILL,
    GRACE,
    LOCK,
    MNQ,
    ORDER,
    POSITION,
    RESET,
    ROW,
    audit,
    inline,
    rows,
)

AT_TEXT = "2026-11-20T15:30:00.123456+00:00"


def test_an_ended_lock_stays_as_one_that_locks_no_more() -> None:
    found = rows("SELECT is_locked, reason FROM lockouts", SaveLock(LOCK), EndLock(LOCK))
    assert found == [(0, LOCK.reason)]


def test_the_end_of_a_lock_that_was_never_kept_is_kept() -> None:
    assert rows("SELECT is_locked FROM lockouts", EndLock(LOCK)) == [(0,)]


def test_a_lock_of_the_account_and_one_of_a_symbol_stand_side_by_side() -> None:
    symbol = replace(LOCK, symbol="MNQ")
    found = rows(
        "SELECT symbol, is_locked FROM lockouts ORDER BY symbol",
        SaveLock(LOCK),
        SaveLock(symbol),
        EndLock(symbol),
    )
    assert found == [("", 1), ("MNQ", 0)]


def test_an_ended_grace_period_is_gone() -> None:
    other = replace(GRACE, contract_id="CON.F.US.EP.Z26")
    found = rows(
        "SELECT contract_id FROM timers", SaveGrace(GRACE), SaveGrace(other), EndGrace(GRACE)
    )
    assert found == [("CON.F.US.EP.Z26",)]


@pytest.mark.parametrize(
    ("record", "table", "row"),
    [
        (
            SavePosition(POSITION, AT),
            "positions",
            (1, MNQ, 5, "short", 2, "21000.125", AT_TEXT, AT_TEXT),
        ),
        (
            SavePosition(replace(POSITION, size=3), AT),
            "positions",
            (1, MNQ, 5, "long", 3, "21000.125", AT_TEXT, AT_TEXT),
        ),
        (
            SavePosition(
                replace(POSITION, size=3, is_side_known=False, id=None, opened_at=None), AT
            ),
            "positions",
            (1, MNQ, None, "unknown", 3, "21000.125", None, AT_TEXT),
        ),
        (
            SaveOrder(ORDER, AT),
            "orders",
            (
                *(
                    1,
                    77,
                    MNQ,
                    "stop",
                    "buy",
                    2,
                    1,
                    None,
                    "21330.00",
                    None,
                    "21330.25",
                    "open",
                    "mine",
                    76,
                ),
                *(AT_TEXT, AT_TEXT),
            ),
        ),
        (
            SaveDay(1, DAY, Decimal("-512.5"), AT),
            "daily_pnl",
            (1, "2026-11-20", -512_500_000, AT_TEXT),
        ),
        (
            SaveUnrealized(1, DAY, Decimal("-40.25"), 2, Decimal(84040), AT),
            "daily_unrealized_pnl",
            (1, "2026-11-20", -40_250_000, 2, 84_040_000_000, AT_TEXT),
        ),
        (
            SaveUnrealized(1, DAY, None, 2, None, AT),
            "daily_unrealized_pnl",
            (1, "2026-11-20", None, 2, None, AT_TEXT),
        ),
        (
            SaveFill(FILL, DAY),
            "trade_history",
            (
                *(1, 9_007_199_254_740_993, "2026-11-20", AT_TEXT, MNQ, 77, "sell", 2),
                *("28446.375", -499_999_999, 370_000, 500_000, 0),
            ),
        ),
        (
            RESET,
            "reset_schedule",
            (
                *(1, "2026-11-20", "2026-11-20T23:00:00.000000+00:00", "17:00"),
                "America/Chicago",
            ),
        ),
        (RESET, "session_state", (1, "2026-11-19T23:00:00.000000+00:00")),
        (
            SaveAudit(replace(ROW, success=False, execution_time_ms=41)),
            "enforcement_log",
            (
                *(1, "2026-11-20T15:30:00.123+00:00", 1, "PAPER-1", "RULE-003", "flatten", "MNQ"),
                *("day's loss 512.50, limit 500", 0, 41),
                '{"limit":500,"config":"a1b2","requests":[{"ms":3}]}',
            ),
        ),
        (
            SaveLock(COOLDOWN),
            "lockouts",
            (
                *(1, "RULE-006", "MNQ", "cooldown", 1, "day's loss 512.50, limit 500"),
                *(AT_TEXT, None, '{"CON.F.US.MNQ.Z26":-3,"CON.F.US.EP.Z26":0}'),
            ),
        ),
    ],
)
def test_a_record_stands_in_its_row_exactly(
    record: Record, table: str, row: tuple[object, ...]
) -> None:
    assert rows(f"SELECT * FROM {table}", record) == [row]  # noqa: S608 - our own names


@pytest.mark.parametrize(
    ("first", "then", "table"),
    [
        (SavePosition(POSITION, AT), SavePosition(replace(POSITION, size=0), AT), "positions"),
        *(
            (SaveOrder(ORDER, AT), SaveOrder(replace(ORDER, status=status), AT), "orders")
            for status in OrderStatus
            if status.is_final
        ),
    ],
)
def test_what_is_closed_is_removed(first: Record, then: Record, table: str) -> None:
    query = f"SELECT count(*) FROM {table}"  # noqa: S608 - our own names
    assert rows(query, first) == [(1,)]
    assert rows(query, first, then) == [(0,)]


@pytest.mark.parametrize("status", [s for s in OrderStatus if not s.is_final])
def test_an_order_that_may_execute_is_kept_with_its_state(status: OrderStatus) -> None:
    found = rows("SELECT state FROM orders", SaveOrder(replace(ORDER, status=status), AT))
    assert found == [(status.value,)]


def test_orders_with_the_same_id_on_two_accounts_stand_side_by_side() -> None:
    found = rows(
        "SELECT account_id FROM orders ORDER BY 1",
        SaveOrder(ORDER, AT),
        SaveOrder(replace(ORDER, account_id=2), AT),
    )
    assert found == [(1,), (2,)]


def test_a_later_trading_day_replaces_the_reset_and_starts_its_own_figures() -> None:
    tomorrow = SaveReset(
        1,
        date(2026, 11, 21),
        datetime(2026, 11, 21, 23, tzinfo=UTC),
        "17:00",
        "America/Chicago",
    )
    assert rows("SELECT last_reset_date FROM reset_schedule", RESET, tomorrow) == [("2026-11-21",)]
    found = rows(
        "SELECT trading_day, realized_pnl_micros FROM daily_pnl ORDER BY 1",
        SaveDay(1, DAY, Decimal(-1), AT),
        SaveDay(1, DAY, Decimal(-2), AT),
        SaveDay(1, date(2026, 11, 21), Decimal(0), AT),
    )
    assert found == [("2026-11-20", -2_000_000), ("2026-11-21", 0)]


def test_an_audit_row_gets_its_outcome() -> None:
    found = rows(
        "SELECT id, success, execution_time_ms FROM enforcement_log",
        SaveAudit(ROW),
        SaveAudit(replace(ROW, success=True, execution_time_ms=12)),
    )
    assert found == [(1, 1, 12)]


def test_an_audit_row_that_failed_may_still_succeed_but_success_is_final() -> None:
    failed, done = replace(ROW, success=False), replace(ROW, success=True)
    query = "SELECT success FROM enforcement_log"
    assert rows(query, SaveAudit(failed), SaveAudit(done)) == [(1,)]
    assert rows(query, SaveAudit(done), SaveAudit(failed)) == [(1,)]


def test_the_last_trusted_time_never_goes_back() -> None:
    connection = inline(())
    for at in (AT, AT.replace(year=2025), AT.replace(hour=16)):
        sql, values = writing.seen(at)
        connection.execute(sql, values)
    found = connection.execute("SELECT value FROM engine_state").fetchall()
    connection.close()
    assert found == [("2026-11-20T16:30:00.123456+00:00",)]


@pytest.mark.parametrize(
    "record",
    [
        SaveFill(replace(FILL, pnl=Decimal("0.0000001")), DAY),
        SaveFill(replace(FILL, price=Decimal("NaN")), DAY),
        SaveFill(replace(FILL, at=AT.replace(tzinfo=None)), DAY),
    ],
)
def test_a_value_that_would_be_rounded_or_guessed_is_refused(record: Record) -> None:
    with pytest.raises(ValueError, match="expected"):
        writing.statements(record)


def test_data_is_never_sql() -> None:
    hostile = "'); DROP TABLE lockouts; --"
    found = rows("SELECT reason FROM lockouts", SaveLock(replace(LOCK, reason=hostile)))
    assert found == [(hostile,)]


def test_an_outcome_other_than_yes_no_or_open_cannot_be_kept() -> None:
    connection = inline((audit(1),))
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE enforcement_log SET success = 2")
    connection.close()
