"""Rows as life leaves them, and the rows that become of them."""

import json
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from curb.domain.sessions import TradingDays
from curb.store.migrations import old_rows
from curb.store.migrations.old_rows import Known, days_in
from curb.store.migrations.old_values import Odd, Row

from .older import EP, MNQ, NOW

EAST = TradingDays(time(18), ZoneInfo("America/New_York"))
KNOWN = Known(NOW, {2: EAST})
AT = "2026-11-19T15:30:00.000000+00:00"
BEFORE = "2026-11-19 15:30:00"
END = "2026-11-20T17:30:00.000000+00:00"
NO_END = "(it had no end in an older schema, and ends at the daily reset)"

_LOCK = {
    "account_id": 1,
    "is_locked": 1,
    "reason": "DAILY_LOSS",
    "locked_at": BEFORE,
    "locked_until": "2026-11-20 17:30:00",
    "rule_id": "RULE-003",
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("RULE-003", "lockout", 1, "DAILY_LOSS", AT, END)),
        ({"rule_id": None}, ("ENGINE", "lockout", 1, "DAILY_LOSS", AT, END)),
        ({"rule_id": "RULE-007"}, ("RULE-007", "cooldown", 1, "DAILY_LOSS", AT, END)),
        ({"is_locked": 0}, ("RULE-003", "lockout", 0, "DAILY_LOSS", AT, END)),
        (
            {"is_locked": 0, "locked_until": None},
            ("RULE-003", "lockout", 0, "DAILY_LOSS", AT, None),
        ),
        (
            {"rule_id": "RULE-010", "locked_until": None},
            ("RULE-010", "lockout", 1, "DAILY_LOSS", AT, None),
        ),
        (
            {"locked_until": None},
            (
                *("RULE-003", "lockout", 1, f"DAILY_LOSS {NO_END}", AT),
                "2026-11-20T23:00:00.000000+00:00",
            ),
        ),
        (
            {"locked_until": "never", "reason": None, "account_id": 2},
            ("RULE-003", "lockout", 1, NO_END, AT, "2026-11-20T23:00:00.000000+00:00"),
        ),
        # What else of an active lock cannot be read does not end it.
        ({"is_locked": None}, ("RULE-003", "lockout", 1, "DAILY_LOSS", AT, END)),
        (
            {"locked_at": None, "updated_at": BEFORE},
            ("RULE-003", "lockout", 1, "DAILY_LOSS", AT, END),
        ),
        (
            {"locked_at": None},
            ("RULE-003", "lockout", 1, "DAILY_LOSS", "2026-11-20T15:30:00.000000+00:00", END),
        ),
        (
            {"locked_at": "2099-01-01 00:00:00"},
            ("RULE-003", "lockout", 1, "DAILY_LOSS", "2026-11-20T15:30:00.000000+00:00", END),
        ),
        ({"reason": "a\x1b[2Jb"}, ("RULE-003", "lockout", 1, "a·[2Jb", AT, END)),
    ],
)
def test_locks(changes: Row, expected: tuple[Any, ...]) -> None:
    found = old_rows.lockout(_LOCK | dict(changes), KNOWN)
    account, rule, symbol, kind, is_locked, reason, since, until, ceilings = found
    assert (rule, kind, is_locked, reason, since, until) == expected
    assert (account, symbol, ceilings) == (changes.get("account_id", 1), "", "{}")


def test_a_lock_without_an_end_ends_at_the_accounts_own_reset() -> None:
    late = Known(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), {2: EAST})
    endless = _LOCK | {"locked_until": None}
    ends = [old_rows.lockout(endless | {"account_id": n}, late)[7] for n in (1, 2)]
    assert ends == ["2026-11-21T23:00:00.000000+00:00"] * 2
    early = Known(datetime(2026, 11, 20, 22, 59, tzinfo=UTC), {2: TradingDays(time(9), UTC)})  # type: ignore[arg-type]  # any zone
    ends = [old_rows.lockout(endless | {"account_id": n}, early)[7] for n in (1, 2)]
    assert ends == ["2026-11-20T23:00:00.000000+00:00", "2026-11-21T09:00:00.000000+00:00"]


_ORDER = {
    "id": 7,
    "account_id": 1,
    "contract_id": MNQ,
    "type": 3,
    "side": 1,
    "size": 2,
    "limit_price": None,
    "stop_price": 20900.5,
    "state": 1,
    "created_at": BEFORE,
    "updated_at": None,
}


@pytest.mark.parametrize(
    ("changes", "from_0", "expected"),
    [
        ({}, False, ("stop", "buy", 2, 0, None, "20900.5", "open", AT, AT)),
        ({"type": 5}, False, ("trailing stop", "buy", 2, 0, None, "20900.5", "open", AT, AT)),
        ({"state": 2}, False, ("stop", "buy", 2, 2, None, "20900.5", "filled", AT, AT)),
        ({"side": 1}, True, ("stop", "sell", 2, 0, None, "20900.5", "pending", AT, AT)),
        ({"state": 9}, False, ("stop", "buy", 2, 0, None, "20900.5", "unknown", AT, AT)),
        (
            {"stop_price": None, "limit_price": -37.63, "updated_at": "2026-11-20 15:00:00"},
            False,
            (
                *("limit", "buy", 2, 0, "-37.63", None, "open", AT),
                "2026-11-20T15:00:00.000000+00:00",
            ),
        ),
    ],
)
def test_orders(changes: Row, expected: tuple[Any, ...], *, from_0: bool) -> None:
    known = Known(NOW, counts_sides_from_0=from_0)
    found = old_rows.order(_ORDER | dict(changes), known)
    assert found == (1, 7, MNQ, *expected)


_AUDIT = {
    "id": 3,
    "timestamp": BEFORE,
    "account_id": 1,
    "rule_id": "RULE-003",
    "action": "flatten",
    "reason": "loss",
    "success": 1,
    "details": '{"closed": 2}',
    "execution_time_ms": 145,
}


@pytest.mark.parametrize(
    ("changes", "rule", "action", "took", "details"),
    [
        ({}, "RULE-003", "flatten", 145, {"closed": 2}),
        ({"execution_time_ms": None}, "RULE-003", "flatten", None, {"closed": 2}),
        (
            {"execution_time_ms": 145.6},
            *("RULE-003", "flatten", 146),
            {"closed": 2, "was": {"execution_time_ms": 145.6}},
        ),
        (
            {"action": "CLOSE_ALL_POSITIONS", "rule_id": "loss rule", "details": "two"},
            *("ENGINE", "flatten", 145),
            {"text": "two", "was": {"action": "CLOSE_ALL_POSITIONS", "rule_id": "loss rule"}},
        ),
        (
            {"action": "DANCE", "details": '{"was": "here"}'},
            *("RULE-003", "warn", 145),
            {"was": {"action": "DANCE", "was": "here"}},
        ),
        (
            {"reason": "a\u202eb"},
            *("RULE-003", "flatten", 145),
            {"closed": 2, "was": {"reason": "a\u202eb"}},
        ),
    ],
)
def test_the_audit(
    changes: Row, rule: str, action: str, took: int | None, details: dict[str, Any]
) -> None:
    found = old_rows.audit(_AUDIT | dict(changes), KNOWN)
    assert found[:5] == (3, "2026-11-19T15:30:00.000+00:00", 1, rule, action)
    assert found[5] == ("a·b" if "reason" in changes else "loss")
    assert found[6:8] == (1, took)
    assert json.loads(str(found[8])) == details


_TRADE = {"id": 9, "account_id": 1, "timestamp": BEFORE, "contract_id": MNQ, "pnl": -12.5}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (1, -9, "2026-11-19", AT, MNQ, -12_500_000, 0)),
        ({"pnl": None}, (1, -9, "2026-11-19", AT, MNQ, None, 0)),
        (
            {"timestamp": "2026-11-19 23:00:00"},
            (1, -9, "2026-11-20", "2026-11-19T23:00:00.000000+00:00", MNQ, -12_500_000, 0),
        ),
        (
            {"timestamp": "2026-11-19 22:59:59", "account_id": 2},
            (2, -9, "2026-11-19", "2026-11-19T22:59:59.000000+00:00", MNQ, -12_500_000, 0),
        ),
    ],
)
def test_trades(changes: Row, expected: tuple[Any, ...]) -> None:
    assert old_rows.trade(_TRADE | dict(changes), KNOWN) == expected


_POSITION = {
    "id": 11,
    "account_id": 1,
    "contract_id": EP,
    "type": 2,
    "size": 3,
    "average_price": 6000.5,
    "created_at": BEFORE,
    "updated_at": None,
}
_RESET = {
    "account_id": 1,
    "last_reset_date": "2026-11-19",
    "next_reset_time": "2026-11-20 23:00:00",
    "reset_time_config": "17:00",
    "timezone": "America/Chicago",
}
_CONTRACT = {
    "contract_id": MNQ,
    "tick_size": 0.25,
    "tick_value": 0.5,
    "symbol_id": "F.US.MNQ",
    "name": "MNQZ6",
    "cached_at": BEFORE,
}
_STEP = {
    "version": 2,
    "applied_at": BEFORE,
    "description": "v2",
    "migration_script": "abc",
    "execution_time_ms": 85,
    "success": 0,
    "error_message": "no",
}
_SHA_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
_NOW = "2026-11-20T15:30:00.000000+00:00"


@pytest.mark.parametrize(
    ("take", "row", "expected"),
    [
        (old_rows.position, _POSITION, (1, EP, 11, "short", 3, "6000.5", AT, AT)),
        (
            old_rows.position,
            _POSITION | {"type": 0, "average_price": None, "created_at": None},
            (1, EP, 11, "unknown", 3, None, None, _NOW),
        ),
        (
            old_rows.reset,
            _RESET,
            (1, "2026-11-19", "2026-11-20T23:00:00.000000+00:00", "17:00", "America/Chicago"),
        ),
        (
            old_rows.day,
            {"account_id": 1, "date": "2026-11-19", "realized_pnl": 0.1, "last_updated": None},
            (1, "2026-11-19", 100_000, _NOW),
        ),
        (
            old_rows.open_day,
            {
                "account_id": 1,
                "timestamp": "2026-11-19",
                "unrealized_pnl": -0.5,
                "positions_count": 2,
                "total_exposure": None,
                "created_at": BEFORE,
            },
            (1, "2026-11-19", -500_000, 2, None, AT),
        ),
        (old_rows.contract, _CONTRACT, (MNQ, "MNQZ6", "MNQ", "0.25", "0.5", "", AT)),
        (old_rows.session, {"account_id": 1, "session_start": BEFORE}, (1, AT)),
        (old_rows.history, _STEP, (2, AT, "v2", _SHA_OF_ABC, 85, 0, "no")),
        (old_rows.history, {"version": 1}, (1, _NOW, "", None, None, 1, None)),
    ],
)
def test_other_rows(take: Any, row: Row, expected: tuple[Any, ...]) -> None:
    assert take(row, KNOWN) == expected


@pytest.mark.parametrize(
    ("take", "row", "words"),
    [
        (old_rows.lockout, _LOCK | {"account_id": None}, "account_id: expected a whole number"),
        (old_rows.order, _ORDER | {"side": 3}, "found side 3 and size 2"),
        (old_rows.order, _ORDER | {"size": 0}, "found side 1 and size 0"),
        (old_rows.order, _ORDER | {"stop_price": "market"}, "stop_price: expected a number"),
        (old_rows.audit, _AUDIT | {"timestamp": None}, "timestamp: expected a time"),
        (old_rows.audit, _AUDIT | {"success": None}, "success: expected 0 or 1"),
        (old_rows.audit, _AUDIT | {"id": 2**60}, "id: expected 1 to"),
        (old_rows.trade, _TRADE | {"id": 0}, "id: expected 1 to"),
        (
            old_rows.trade,
            _TRADE | {"timestamp": "2026-11-21 15:30:01"},
            "expected a time that has been",
        ),
        (old_rows.trade, _TRADE | {"contract_id": ""}, "contract_id: expected text"),
        (old_rows.position, _POSITION | {"size": 0}, "expected 1 contract or more, found 0"),
        (old_rows.position, _POSITION | {"created_at": "x"}, "created_at: expected a time"),
        (old_rows.reset, _RESET | {"last_reset_date": "2026-11-21"}, "found 2026-11-21"),
        (old_rows.reset, _RESET | {"timezone": ""}, "timezone: expected text"),
        (old_rows.day, {"account_id": 1, "date": "2026-11-19"}, "realized_pnl: expected an amount"),
        (old_rows.contract, _CONTRACT | {"tick_size": 0.0}, "tick_size: expected more than 0"),
        (old_rows.contract, _CONTRACT | {"name": "Micro Nasdaq"}, "expected one such as MNQZ6"),
        (old_rows.contract, _CONTRACT | {"name": None}, "name: expected text"),
        (old_rows.session, {"account_id": 1}, "session_start: expected a time, found nothing"),
    ],
)
def test_rows_that_no_table_can_hold(take: Any, row: Row, words: str) -> None:
    with pytest.raises(Odd, match=words):
        take(row, KNOWN)


def test_the_accounts_own_days_are_those_that_can_be_read() -> None:
    eastern = {"account_id": 2, "reset_time_config": "18:00", "timezone": "America/New_York"}
    schedule = [
        _RESET,
        eastern,
        _RESET | {"account_id": 3, "timezone": "Middle/Earth"},
        _RESET | {"account_id": 4, "reset_time_config": "tea"},
        _RESET | {"account_id": None},
        _RESET | {"account_id": 6, "timezone": "../etc/passwd"},
    ]
    assert days_in(schedule) == {1: TradingDays(), 2: EAST}
    assert Known(NOW).days_of(3).day_of(NOW) == date(2026, 11, 20)
