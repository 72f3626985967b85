"""From rows to what a restart needs: constant queries, and pure functions over their rows."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from curb.domain.audit import Act, AuditRow
from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position
from curb.domain.capability import Capability
from curb.domain.events import Restored
from curb.domain.highs import High
from curb.domain.kept import KeptConfig
from curb.domain.locks import Grace, Lock, LockKind
from curb.domain.market import Contract
from curb.domain.money import from_micros
from curb.domain.severity import DEEDS
from curb.domain.stops import StopChange
from curb.store.values import (
    CAPABILITY_KEY,
    CONFIG_KEY,
    SIDE_OF,
    optional_amount,
    optional_price_of,
    optional_time_of,
    time_of,
)

Rows = Iterable[Sequence[Any]]

AUDIT_COLUMNS = (
    "id, timestamp, account_id, account, rule_id, action, reason, symbol, success, "
    "execution_time_ms, details"
)
LOCKS = """
SELECT account_id, rule_id, kind, locked_at, locked_until, reason, symbol, ceilings
FROM lockouts WHERE is_locked = 1 ORDER BY account_id, rule_id, symbol
"""
# SQLite takes the other columns from the row that has the maximum.
DAYS = """
SELECT account_id, max(trading_day), realized_pnl_micros FROM daily_pnl
GROUP BY account_id ORDER BY account_id
"""
POSITIONS = """
SELECT account_id, contract_id, id, type, size, average_price, created_at FROM positions
ORDER BY account_id, contract_id
"""
ORDERS = """
SELECT account_id, id, contract_id, type, side, size, filled, limit_price, stop_price,
    trailing_amount, filled_price, state, tag, parent_id, created_at
FROM orders ORDER BY account_id, id
"""
GRACES = """
SELECT account_id, rule_id, contract_id, started_at, due_at
FROM timers ORDER BY account_id, rule_id, contract_id
"""
HIGHS = """
SELECT account_id, contract_id, position_id, type, ticks, price FROM marks
ORDER BY account_id, contract_id
"""
STOP_CHANGES = """
SELECT account_id, contract_id, changed_at FROM stop_changes ORDER BY account_id, contract_id
"""
# Three days that traded: today, and what a position carried over a weekend was opened in.
RECENT_FILLS = """trading_day >= (
    SELECT min(day) FROM (
        SELECT DISTINCT trading_day AS day FROM trade_history ORDER BY trading_day DESC LIMIT 3
    )
)"""
FILLS = f"""
SELECT id, account_id, contract_id, order_id, side, size, price, timestamp, pnl_micros,
    fees_micros, commissions_micros, is_voided
FROM trade_history WHERE {RECENT_FILLS} AND order_id IS NOT NULL
ORDER BY trading_day, timestamp, account_id, id
"""  # noqa: S608 - constants of ours
CONTRACTS = """
SELECT contract_id, name, symbol, tick_size, tick_value, description
FROM contract_cache ORDER BY contract_id
"""
# In two steps: the statistics of an analyzed file do not tell that open rows are few. What is
# in a closed stretch is final: its digest is.
UNFINISHED = f"""
SELECT {AUDIT_COLUMNS} FROM enforcement_log
WHERE id IN (SELECT id FROM enforcement_log WHERE success IS NULL) AND NOT EXISTS (
    SELECT 1 FROM audit_segments
    WHERE first_id <= enforcement_log.id AND last_id >= enforcement_log.id
) ORDER BY id
"""  # noqa: S608 - constants of ours
RESETS = "SELECT account_id, last_reset_date FROM reset_schedule ORDER BY account_id"
CONFIGS = "SELECT key, value FROM engine_state WHERE key IN ('config.live', 'config.paper')"
CAPABILITIES = """
SELECT key, value FROM engine_state WHERE key >= 'capability.' AND key < 'capability/' ORDER BY key
"""
LAST_AUDIT_ID = "SELECT max(id) FROM enforcement_log"
# Every time here was `now` once, or the venue's: trusted time does not start before it.
LAST_TIMES = """
SELECT 1 AS is_sealed, value FROM engine_state WHERE key = 'last_seen_at'
UNION ALL SELECT 0, max(timestamp) FROM enforcement_log
UNION ALL SELECT 0, max(timestamp) FROM trade_history
UNION ALL SELECT 0, max(updated_at) FROM positions
"""
# A session's start needs no loading: the trading day that the reset names has but one.
LOAD = (
    LOCKS,
    DAYS,
    CONTRACTS,
    POSITIONS,
    ORDERS,
    RESETS,
    GRACES,
    HIGHS,
    STOP_CHANGES,
    FILLS,
    UNFINISHED,
    LAST_AUDIT_ID,
    LAST_TIMES,
    CONFIGS,
    CAPABILITIES,
)

AUDIT_PAGE = f"""
SELECT {AUDIT_COLUMNS} FROM enforcement_log WHERE id < ? ORDER BY id DESC LIMIT ?
"""  # noqa: S608 - constants of ours
AUDIT_COUNT = "SELECT count(*) FROM enforcement_log"

# The trusted time is kept every 5 s; rows are told in between.
_AHEAD = timedelta(seconds=60)

_SIGNS = {"long": 1, "short": -1}


def restored(rows: Sequence[Rows]) -> Restored:
    """Return what the rows of the `LOAD` queries, in their order, tell.

    Raises ValueError, LookupError, TypeError or ArithmeticError where a row is not ours.
    """
    lock_rows, day_rows, contract_rows, position_rows, order_rows, reset_rows, *others = rows
    grace_rows, high_rows, change_rows, fill_rows, open_rows, ids, times, *states = others
    config_rows, capability_rows = states
    locks = tuple(map(_lock, lock_rows))
    graces = tuple(map(_grace, grace_rows))
    unfinished = (audit_row(row) for row in open_rows)
    resets = tuple((account, date.fromisoformat(day)) for account, day in reset_rows)
    return Restored(
        locks=locks,
        graces=graces,
        highs=tuple(map(_high, high_rows)),
        stop_changes=tuple(map(_stop_change, change_rows)),
        fills=tuple(map(_fill, fill_rows)),
        contracts=tuple(map(_contract, contract_rows)),
        # What may have changed exposure or a lock must be looked at again after a restart.
        unfinished=tuple(row for row in unfinished if row.action in DEEDS),
        resets=resets,
        next_audit_id=max((newest for (newest,) in ids if newest is not None), default=0) + 1,
        last_seen_at=_newest(times, locks, graces),
        configs=tuple(map(_config, config_rows)),
        capabilities=tuple(map(_capability, capability_rows)),
        positions=tuple(map(_position, position_rows)),
        orders=tuple(map(_order, order_rows)),
        days=tuple(map(_day, day_rows)),
        watched=tuple(account for account, _ in resets),
    )


def audit_row(row: Sequence[Any]) -> AuditRow:
    """Return a row of the audit; raises as `restored` does."""
    number, at, account_id, account, rule, action, reason, symbol, success, took, details = row
    return AuditRow(
        id=number,
        at=time_of(at),
        account_id=account_id,
        account=account,
        rule=rule,
        action=Act(action),
        reason=reason,
        symbol=symbol,
        success=None if success is None else bool(success),
        execution_time_ms=took,
        details=json.loads(details),
    )


def _lock(row: Sequence[Any]) -> Lock:
    account_id, rule, kind, since, until, reason, symbol, ceilings = row
    return Lock(
        account_id=account_id,
        rule=rule,
        kind=LockKind(kind),
        since=time_of(since),
        until=optional_time_of(until),
        reason=reason,
        symbol=symbol or None,
        ceilings=tuple(json.loads(ceilings).items()),
    )


def _grace(row: Sequence[Any]) -> Grace:
    account_id, rule, contract_id, started_at, due_at = row
    return Grace(account_id, rule, contract_id, time_of(started_at), time_of(due_at))


def _high(row: Sequence[Any]) -> High:
    account_id, contract_id, position_id, side, ticks, price = row
    return High(account_id, contract_id, position_id, _SIGNS[side], ticks, Decimal(price))


def _stop_change(row: Sequence[Any]) -> StopChange:
    account_id, contract_id, changed_at = row
    return StopChange(account_id, contract_id, time_of(changed_at))


def _fill(row: Sequence[Any]) -> Fill:
    number, account_id, contract_id, order_id, side, size, price, at, *money, is_voided = row
    pnl, fees, commissions = money
    return Fill(
        id=number,
        account_id=account_id,
        contract_id=contract_id,
        order_id=order_id,
        side=SIDE_OF[side],
        size=size,
        price=Decimal(price),
        at=time_of(at),
        pnl=optional_amount(pnl),
        fees=from_micros(fees),
        commissions=from_micros(commissions),
        is_voided=bool(is_voided),
    )


def _day(row: Sequence[Any]) -> tuple[int, date, Decimal]:
    account_id, day, realized = row
    return account_id, date.fromisoformat(day), from_micros(realized)


def _position(row: Sequence[Any]) -> Position:
    account_id, contract_id, number, side, size, average_price, created_at = row
    is_known = side != "unknown"
    return Position(
        account_id=account_id,
        contract_id=contract_id,
        size=size * _SIGNS[side] if is_known else size,
        average_price=optional_price_of(average_price),
        opened_at=optional_time_of(created_at),
        id=number,
        is_side_known=is_known,
    )


def _order(row: Sequence[Any]) -> Order:
    account_id, number, contract_id, kind, side, size, filled, limit, stop, *others = row
    trailing_amount, filled_price, state, tag, parent_id, created_at = others
    return Order(
        id=number,
        account_id=account_id,
        contract_id=contract_id,
        side=SIDE_OF[side],
        type=OrderType(kind),
        status=OrderStatus(state),
        size=size,
        filled=filled,
        limit_price=optional_price_of(limit),
        stop_price=optional_price_of(stop),
        created_at=optional_time_of(created_at),
        tag=tag,
        parent_id=parent_id,
        trailing_amount=optional_price_of(trailing_amount),
        filled_price=optional_price_of(filled_price),
    )


def _contract(row: Sequence[Any]) -> Contract:
    contract_id, name, symbol, tick_size, tick_value, description = row
    return Contract(contract_id, name, symbol, Decimal(tick_size), Decimal(tick_value), description)


def _config(row: Sequence[Any]) -> KeptConfig:
    key, value = row
    kept = json.loads(value)
    due = optional_time_of(kept["due"])
    return KeptConfig(key.removeprefix(CONFIG_KEY), kept["in_force"], kept["later"], due)


def _capability(row: Sequence[Any]) -> Capability:
    key, value = row
    known = json.loads(value)
    account_id = int(key.removeprefix(CAPABILITY_KEY))
    return Capability(account_id, known["close"], known["reduce"], known["cancel"])


def _newest(times: Rows, locks: Iterable[Lock], graces: Iterable[Grace]) -> datetime | None:
    found = [(is_sealed, time_of(text)) for is_sealed, text in times if text is not None]
    told = [at for is_sealed, at in found if not is_sealed]
    kept = [at for is_sealed, at in found if is_sealed]
    sealed = [*kept, *(lock.since for lock in locks), *(grace.started_at for grace in graces)]
    if kept:
        # A row that nothing seals must not turn the clock to where the locks have ended.
        told = [min(at, max(sealed) + _AHEAD) for at in told]
    return max((*sealed, *told), default=None)
