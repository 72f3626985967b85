"""From a record to the statements that keep it: constant SQL and bound values.

Nothing here touches a file: the same statements run on any SQLite connection, in order,
inside whatever transaction the caller began.
"""

import json
from datetime import datetime, time
from typing import assert_never
from zoneinfo import ZoneInfo

from curb.domain.actions import (
    EndGrace,
    EndHigh,
    EndLock,
    Record,
    SaveAudit,
    SaveCapability,
    SaveConfig,
    SaveContract,
    SaveDay,
    SaveFill,
    SaveGrace,
    SaveHigh,
    SaveLock,
    SaveOrder,
    SavePosition,
    SaveReset,
    SaveStopChange,
    SaveUnrealized,
)
from curb.domain.audit import AuditRow
from curb.domain.book import Order, Position
from curb.domain.capability import Capability
from curb.domain.highs import High
from curb.domain.kept import KeptConfig
from curb.domain.locks import Grace, Lock
from curb.domain.money import to_micros
from curb.domain.sessions import TradingDays
from curb.domain.stops import StopChange
from curb.store.values import (
    CAPABILITY_KEY,
    CONFIG_KEY,
    SIDES,
    audit_time_text,
    details_text,
    optional_micros,
    optional_price_text,
    optional_time_text,
    price_text,
    time_text,
)

Column = str | int | None
Statement = tuple[str, tuple[Column, ...]]

LOCK = """
REPLACE INTO lockouts (account_id, rule_id, symbol, kind, is_locked, reason, locked_at,
    locked_until, ceilings)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
GRACE = """
REPLACE INTO timers (account_id, rule_id, contract_id, started_at, due_at)
VALUES (?, ?, ?, ?, ?)
"""
END_GRACE = "DELETE FROM timers WHERE account_id = ? AND rule_id = ? AND contract_id = ?"
HIGH = """
REPLACE INTO marks (account_id, contract_id, position_id, type, ticks, price)
VALUES (?, ?, ?, ?, ?, ?)
"""
END_HIGH = "DELETE FROM marks WHERE account_id = ? AND contract_id = ?"
STOP_CHANGE = """
REPLACE INTO stop_changes (account_id, contract_id, changed_at) VALUES (?, ?, ?)
"""
FILL = """
REPLACE INTO trade_history (account_id, id, trading_day, timestamp, contract_id, order_id, side,
    size, price, pnl_micros, fees_micros, commissions_micros, is_voided)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
POSITION = """
REPLACE INTO positions (account_id, contract_id, id, type, size, average_price, created_at,
    updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
END_POSITION = "DELETE FROM positions WHERE account_id = ? AND contract_id = ?"
ORDER = """
REPLACE INTO orders (account_id, id, contract_id, type, side, size, filled, limit_price,
    stop_price, trailing_amount, filled_price, state, tag, parent_id, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
END_ORDER = "DELETE FROM orders WHERE account_id = ? AND id = ?"
CONTRACT = """
REPLACE INTO contract_cache (contract_id, name, symbol, tick_size, tick_value, description,
    cached_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
DAY = """
REPLACE INTO daily_pnl (account_id, trading_day, realized_pnl_micros, last_updated)
VALUES (?, ?, ?, ?)
"""
UNREALIZED = """
REPLACE INTO daily_unrealized_pnl (account_id, trading_day, unrealized_pnl_micros,
    positions_count, total_exposure_micros, created_at)
VALUES (?, ?, ?, ?, ?, ?)
"""
RESET = """
REPLACE INTO reset_schedule (account_id, last_reset_date, next_reset_time, reset_time_config,
    timezone)
VALUES (?, ?, ?, ?, ?)
"""
SESSION = "REPLACE INTO session_state (account_id, session_start) VALUES (?, ?)"
# A row that told success is final: nothing that comes later may rewrite it.
AUDIT = """
INSERT INTO enforcement_log (id, timestamp, account_id, account, rule_id, action, symbol, reason,
    success, execution_time_ms, details)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET timestamp = excluded.timestamp, account_id = excluded.account_id,
    account = excluded.account, rule_id = excluded.rule_id, action = excluded.action,
    symbol = excluded.symbol, reason = excluded.reason, success = excluded.success,
    execution_time_ms = excluded.execution_time_ms, details = excluded.details
WHERE enforcement_log.success IS NOT 1
"""
CONFIG = "REPLACE INTO engine_state (key, value) VALUES (?, ?)"
CAPABILITY = """
INSERT INTO engine_state (key, value) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
# Trusted time never goes back.
SEEN = """
INSERT INTO engine_state (key, value) VALUES ('last_seen_at', ?)
ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE excluded.value > value
"""


def statements(record: Record) -> tuple[Statement, ...]:  # noqa: C901, PLR0912 - one arm a record
    """Return what keeps the record. Raises ValueError on a value that no column can hold."""
    match record:
        case SaveLock(lock):
            return (_lock(lock, is_locked=True),)
        case EndLock(lock):
            return (_lock(lock, is_locked=False),)
        case SaveGrace(grace):
            return (_grace(grace),)
        case EndGrace(grace):
            return ((END_GRACE, grace.key),)
        case SaveHigh(high):
            return (_high(high),)
        case EndHigh(high):
            return ((END_HIGH, high.key),)
        case SaveStopChange(change):
            return (_stop_change(change),)
        case SaveFill():
            return (_fill(record),)
        case SavePosition(position, at):
            return (_position(position, at),)
        case SaveOrder(order, at):
            return (_order(order, at),)
        case SaveContract():
            return (_contract(record),)
        case SaveDay():
            return (_day(record),)
        case SaveUnrealized():
            return (_unrealized(record),)
        case SaveReset():
            return _reset(record)
        case SaveConfig(config):
            return (_config(config),)
        case SaveCapability(capability):
            return (_capability(capability),)
        case SaveAudit(row):
            return (_audit(row),)
        case _:
            assert_never(record)


def seen(at: datetime) -> Statement:
    """Return what keeps the last trusted time."""
    return SEEN, (time_text(at),)


def _lock(lock: Lock, *, is_locked: bool) -> Statement:
    return LOCK, (
        lock.account_id,
        lock.rule,
        lock.symbol or "",
        lock.kind.value,
        int(is_locked),
        lock.reason,
        time_text(lock.since),
        optional_time_text(lock.until),
        json.dumps(dict(lock.ceilings), separators=(",", ":")),
    )


def _grace(grace: Grace) -> Statement:
    return GRACE, (*grace.key, time_text(grace.started_at), time_text(grace.due_at))


def _high(high: High) -> Statement:
    side = "long" if high.side > 0 else "short"
    return HIGH, (*high.key, high.position_id, side, high.ticks, price_text(high.price))


def _stop_change(change: StopChange) -> Statement:
    return STOP_CHANGE, (*change.key, time_text(change.at))


def _fill(record: SaveFill) -> Statement:
    fill = record.fill
    return FILL, (
        fill.account_id,
        fill.id,
        record.trading_day.isoformat(),
        time_text(fill.at),
        fill.contract_id,
        fill.order_id,
        SIDES[fill.side],
        fill.size,
        price_text(fill.price),
        optional_micros(fill.pnl),
        to_micros(fill.fees),
        to_micros(fill.commissions),
        int(fill.is_voided),
    )


def _position(position: Position, at: datetime) -> Statement:
    if position.size == 0:
        return END_POSITION, (position.account_id, position.contract_id)
    side = "long" if position.size > 0 else "short"
    return POSITION, (
        position.account_id,
        position.contract_id,
        position.id,
        side if position.is_side_known else "unknown",
        abs(position.size),
        optional_price_text(position.average_price),
        optional_time_text(position.opened_at),
        time_text(at),
    )


def _order(order: Order, at: datetime) -> Statement:
    if order.status.is_final:
        return END_ORDER, (order.account_id, order.id)
    return ORDER, (
        order.account_id,
        order.id,
        order.contract_id,
        order.type.value,
        SIDES[order.side],
        order.size,
        order.filled,
        optional_price_text(order.limit_price),
        optional_price_text(order.stop_price),
        optional_price_text(order.trailing_amount),
        optional_price_text(order.filled_price),
        order.status.value,
        order.tag,
        order.parent_id,
        optional_time_text(order.created_at),
        time_text(at),
    )


def _contract(record: SaveContract) -> Statement:
    contract = record.contract
    return CONTRACT, (
        contract.id,
        contract.name,
        contract.symbol,
        price_text(contract.tick_size),
        price_text(contract.tick_value),
        contract.description,
        time_text(record.at),
    )


def _day(record: SaveDay) -> Statement:
    return DAY, (
        record.account_id,
        record.trading_day.isoformat(),
        to_micros(record.realized_pnl),
        time_text(record.at),
    )


def _unrealized(record: SaveUnrealized) -> Statement:
    return UNREALIZED, (
        record.account_id,
        record.trading_day.isoformat(),
        optional_micros(record.unrealized),
        record.positions_count,
        optional_micros(record.exposure),
        time_text(record.at),
    )


def _reset(record: SaveReset) -> tuple[Statement, Statement]:
    days = TradingDays(time.fromisoformat(record.reset_time), ZoneInfo(record.timezone))
    reset = (
        record.account_id,
        record.trading_day.isoformat(),
        time_text(record.next_reset_at),
        record.reset_time,
        record.timezone,
    )
    session = (record.account_id, time_text(days.start_of(record.trading_day)))
    return (RESET, reset), (SESSION, session)


def _config(config: KeptConfig) -> Statement:
    later = {"later": config.later, "due": optional_time_text(config.due)}
    value = json.dumps({"in_force": config.in_force} | later)
    return CONFIG, (f"{CONFIG_KEY}{config.slot}", value)


def _capability(known: Capability) -> Statement:
    value = {"close": known.can_close, "reduce": known.can_reduce, "cancel": known.can_cancel}
    return CAPABILITY, (f"{CAPABILITY_KEY}{known.account_id}", json.dumps(value))


def _audit(row: AuditRow) -> Statement:
    return AUDIT, (
        row.id,
        audit_time_text(row.at),
        row.account_id,
        row.account,
        row.rule,
        row.action.value,
        row.symbol,
        row.reason,
        None if row.success is None else int(row.success),
        row.execution_time_ms,
        details_text(row.details),
    )
