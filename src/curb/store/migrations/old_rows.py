"""A row of schema v1 or v2 as the row of today's table; Odd where no table can hold it.

What the older tables note of themselves and nobody reads (when a row was made or touched) is
left out, unless a time is missing without it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as wall_time
from typing import Any
from zoneinfo import ZoneInfo

from curb.domain.book import OrderStatus
from curb.domain.market import symbol_of
from curb.domain.sessions import TradingDays
from curb.domain.text import safe_text
from curb.store.migrations import old_values as old
from curb.store.migrations import old_words
from curb.store.migrations.old_values import Odd, Row
from curb.store.migrations.step import checksum
from curb.store.values import details_text, time_text
from curb.store.writing import Column

Values = tuple[Column, ...]

# The one rule whose lock a condition ends.
_CONDITIONAL = "RULE-010"
_NO_END = "it had no end in an older schema, and ends at the daily reset"

_REASON_MAX = 1_000  # characters; ours are a tenth of it

_LAST_ID = 2**53  # the engine numbers its rows on from the last

# A clock that goes a little ahead is no reason to doubt a row.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What a row alone does not tell: the time of the migration, UTC, and of the file as a whole."""

    now: datetime
    days: Mapping[int, TradingDays] = field(default_factory=dict)
    counts_sides_from_0: bool = False

    def days_of(self, account_id: int) -> TradingDays:
        """Return the account's trading days, by its own reset where the file told it."""
        return self.days.get(account_id, TradingDays())


def days_in(schedule: Iterable[Row]) -> dict[int, TradingDays]:
    """Return the trading days of the accounts whose reset can be read."""
    found = {}
    for row in schedule:
        try:
            at = wall_time.fromisoformat(old.text(row, "reset_time_config"))
            zone = ZoneInfo(old.text(row, "timezone"))
            found[old.whole(row, "account_id")] = TradingDays(at.replace(tzinfo=None), zone)
        except (Odd, ValueError, LookupError, OSError):
            continue
    return found


def lockout(row: Row, known: Known) -> Values:
    """Return a lock; an active one holds whatever else of it cannot be read."""
    account_id = old.whole(row, "account_id")
    is_locked = 0 if row.get("is_locked") == 0 else 1
    reason, rule = _reason(row), old_words.rule_of(old.words(row, "rule_id"))
    until = _readable(row, "locked_until")
    if is_locked and until is None and rule != _CONDITIONAL:
        until = known.days_of(account_id).next_reset(known.now)
        reason = f"{reason} ({_NO_END})".strip()
    times = (_readable(row, name) for name in ("locked_at", "updated_at", "created_at"))
    since = min(next((at for at in times if at), known.now), known.now)
    return (
        account_id,
        rule,
        "",
        old_words.kind_of(rule, old.words(row, "reason")).value,
        is_locked,
        reason,
        time_text(since),
        None if until is None else time_text(until),
        "{}",
    )


def day(row: Row, known: Known) -> Values:
    """Return a day's result."""
    amount = old.micros(row, "realized_pnl")
    if amount is None:
        raise Odd("realized_pnl: expected an amount, found nothing")
    return (
        old.whole(row, "account_id"),
        old.day(row, "date").isoformat(),
        amount,
        time_text(_readable(row, "last_updated") or known.now),
    )


def open_day(row: Row, known: Known) -> Values:
    """Return what was open at the end of a day."""
    return (
        old.whole(row, "account_id"),
        old.day(row, "timestamp").isoformat(),
        old.micros(row, "unrealized_pnl"),
        old.whole(row, "positions_count"),
        old.micros(row, "total_exposure"),
        time_text(_readable(row, "created_at") or known.now),
    )


def contract(row: Row, known: Known) -> Values:
    """Return a contract's metadata."""
    number, name = old.text(row, "contract_id"), old.text(row, "name")
    symbol = symbol_of(name)
    if symbol is None:
        # The venue's own ids name another root than the trader's rules do.
        raise Odd(f"name: expected one such as MNQZ6, found {safe_text(name)}")
    for column in ("tick_size", "tick_value"):
        if old.decimal(row, column) <= 0:
            raise Odd(f"{column}: expected more than 0, found {row[column]}")
    return (
        number,
        safe_text(name),
        symbol,
        old.price(row, "tick_size"),
        old.price(row, "tick_value"),
        "",
        time_text(_readable(row, "cached_at") or known.now),
    )


def trade(row: Row, known: Known) -> Values:
    """Return a trade, of which neither order, side, size, price nor costs are known."""
    account_id, at = old.whole(row, "account_id"), old.time(row, "timestamp")
    if at > known.now + _AHEAD:
        # As the newest day it would push today's fills out of what a restart reads.
        raise Odd("timestamp: expected a time that has been, found one that has not")
    return (
        account_id,
        -_own_id(row),
        known.days_of(account_id).day_of(at).isoformat(),
        time_text(at),
        old.text(row, "contract_id"),
        old.micros(row, "pnl"),
        0,
    )


def session(row: Row, _known: Known) -> Values:
    """Return when an account's session began."""
    return old.whole(row, "account_id"), old.time_column(row, "session_start")


def position(row: Row, known: Known) -> Values:
    """Return an open position."""
    size = old.whole(row, "size")
    if size <= 0:
        raise Odd(f"size: expected 1 contract or more, found {size}")
    return (
        old.whole(row, "account_id"),
        old.text(row, "contract_id"),
        old.whole(row, "id"),
        old_words.position_type(row.get("type")),
        size,
        old.price(row, "average_price"),
        old.optional_time_column(row, "created_at"),
        time_text(_readable(row, "updated_at") or _readable(row, "created_at") or known.now),
    )


def order(row: Row, known: Known) -> Values:
    """Return an order."""
    is_from_0 = known.counts_sides_from_0
    size, code = old.whole(row, "size"), old.whole(row, "side")
    side = old_words.side_of(code, is_from_0=is_from_0)
    if side is None or size <= 0:
        raise Odd(f"expected a side and 1 contract or more, found side {code} and size {size}")
    state = old_words.state_of(old.whole(row, "state"), is_from_0=is_from_0)
    limit, stop = old.price(row, "limit_price"), old.price(row, "stop_price")
    kind = old_words.order_type(
        row.get("type"), has_limit=limit is not None, has_stop=stop is not None
    )
    return (
        old.whole(row, "account_id"),
        old.whole(row, "id"),
        old.text(row, "contract_id"),
        kind.value,
        side,
        size,
        size if state is OrderStatus.FILLED else 0,
        limit,
        stop,
        state.value,
        old.optional_time_column(row, "created_at"),
        time_text(_readable(row, "updated_at") or _readable(row, "created_at") or known.now),
    )


def audit(row: Row, _known: Known) -> Values:
    """Return a row of the audit; what was translated stands under "was" as it was."""
    action, name = old.words(row, "action"), old.words(row, "rule_id")
    act, rule = old_words.act_of(action), old_words.rule_of(name)
    details, is_same = old_words.details_of(row.get("details"))
    was: dict[str, Any] = {} if act.value == action else {"action": action}
    was |= {} if rule == name else {"rule_id": name}
    was |= {} if _reason(row) == old.words(row, "reason") else {"reason": row["reason"]}
    if is_same and "was" in details:
        was |= {"was": details["was"]}
    took = row.get("execution_time_ms")
    if took is not None:
        took = round(old.decimal(row, "execution_time_ms"))
    if took != row.get("execution_time_ms"):
        was |= {"execution_time_ms": row["execution_time_ms"]}
    return (
        _own_id(row),
        old.audit_time_column(row, "timestamp"),
        old.whole(row, "account_id"),
        rule,
        act.value,
        _reason(row),
        old.yes_or_no(row, "success"),
        took,
        details_text(details | ({"was": was} if was else {})),
    )


def reset(row: Row, known: Known) -> Values:
    """Return which trading day an account is in."""
    account_id, day_begun = old.whole(row, "account_id"), old.day(row, "last_reset_date")
    if day_begun > known.days_of(account_id).day_of(known.now):
        # A day once begun never goes back: there would be no reset until then.
        raise Odd(f"last_reset_date: expected a day that has begun, found {day_begun}")
    return (
        account_id,
        day_begun.isoformat(),
        old.time_column(row, "next_reset_time"),
        old.text(row, "reset_time_config"),
        old.text(row, "timezone"),
    )


def history(row: Row, known: Known) -> Values:
    """Return a step of the schema's history; of its script only the checksum."""
    script = row.get("migration_script")
    return (
        old.whole(row, "version"),
        time_text(_readable(row, "applied_at") or known.now),
        old.words(row, "description"),
        None if script is None else checksum(str(script)),
        None if row.get("execution_time_ms") is None else old.whole(row, "execution_time_ms"),
        0 if row.get("success") == 0 else 1,
        row.get("error_message"),
    )


def _own_id(row: Row) -> int:
    number = old.whole(row, "id")
    if not 0 < number <= _LAST_ID:
        raise Odd(f"id: expected 1 to {_LAST_ID}, found {number}")
    return number


def _reason(row: Row) -> str:
    return safe_text(old.words(row, "reason"), _REASON_MAX)


def _readable(row: Row, column: str) -> datetime | None:
    try:
        return old.time(row, column)
    except Odd:
        return None
