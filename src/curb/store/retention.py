"""What retention takes out of the database, read beside the engine, and how it is carried out."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from curb.domain import retention
from curb.domain.retention import OldFill, RetentionPlan
from curb.store import pruning, segments
from curb.store.database import Database
from curb.store.looking import looking
from curb.store.pruning import Batch
from curb.store.segments import Segment
from curb.store.values import SIDE_OF, audit_time_text, time_of, time_text
from curb.store.writing import Statement

# Between two batches: room for what the engine has to write.
_PAUSE_S = 0.02

_TRADED = "SELECT DISTINCT trading_day FROM trade_history ORDER BY trading_day DESC LIMIT ?"
_OLD_FILLS = """
SELECT account_id, id, contract_id, timestamp, side, size, is_voided
FROM trade_history WHERE trading_day < ?
"""
_OLD_PNL = "SELECT count(*) FROM daily_pnl WHERE trading_day < ?"
_OLD_UNREALIZED = "SELECT count(*) FROM daily_unrealized_pnl WHERE trading_day < ?"
_OLD_CONTRACTS = "SELECT contract_id, cached_at FROM contract_cache WHERE cached_at < ?"
_NAMED = """
SELECT contract_id FROM trade_history
UNION SELECT contract_id FROM positions
UNION SELECT contract_id FROM orders
UNION SELECT contract_id FROM timers
UNION SELECT contract_id FROM marks
UNION SELECT contract_id FROM stop_changes
UNION SELECT each.key FROM lockouts, json_each(lockouts.ceilings) AS each WHERE is_locked = 1
"""
_RUNS = "SELECT key, value FROM engine_state WHERE key GLOB 'upkeep.*'"
_SINCE = "SELECT min(applied_at) FROM schema_version WHERE success = 1"
_FREE = "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size"
# Where the chain may begin once a stretch has left: at the link before the first that stays.
_CHAIN = """
SELECT (SELECT min(sequence) FROM audit_chain), coalesce(
    (SELECT sequence - 1 FROM audit_chain WHERE +row_id > ? ORDER BY sequence LIMIT 1),
    (SELECT max(sequence) FROM audit_chain)
)
"""
RUN = "REPLACE INTO engine_state (key, value) VALUES (?, ?)"

_ODD_VALUE = (ValueError, TypeError, LookupError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Pruning:
    """What is to go out of one table: how many rows, and what takes them out."""

    table: str
    count: int
    batches: tuple[Batch, ...]


def prunings(
    path: Path, plan: RetentionPlan, today: date, now: datetime, flat: Collection[int]
) -> tuple[Pruning, ...]:
    """Return what the plan takes out of every table but the audit. Blocking.

    `flat` are the accounts known to hold nothing.
    """
    with looking(path) as connection:
        rows = connection.execute(_TRADED, (retention.RECENT_DAYS,))
        traded = [date.fromisoformat(day) for (day,) in rows]
        cut = retention.cutoffs(plan, today, now, traded)
        old = connection.execute(_OLD_FILLS, (cut.fills.isoformat(),))
        keys = retention.closed(map(_old_fill, old), flat)
        cached = connection.execute(_OLD_CONTRACTS, (time_text(cut.contracts),))
        known = [(name, time_of(at)) for name, at in cached]
        named = {name for (name,) in connection.execute(_NAMED)}
        ids = retention.unnamed(known, named, cut.contracts)
        days = [
            _of_days(connection, "daily_pnl", _OLD_PNL, pruning.DAILY_PNL, cut.daily_pnl),
            _of_days(
                connection,
                "daily_unrealized_pnl",
                _OLD_UNREALIZED,
                pruning.DAILY_UNREALIZED,
                cut.unrealized,
            ),
        ]
    found = (
        Pruning("trade_history", len(keys), tuple(pruning.fills(keys, cut.fills))),
        *days,
        Pruning("contract_cache", len(ids), tuple(pruning.contracts(ids, cut.contracts))),
    )
    return tuple(each for each in found if each.count)


def old_segments(
    path: Path, plan: RetentionPlan, today: date, now: datetime
) -> tuple[Segment, ...]:
    """Return the segments of the audit whose rows the plan takes out, in order. Blocking."""
    before = audit_time_text(retention.cutoffs(plan, today, now).audit)
    with looking(path) as connection:
        found = segments.segments(connection)
    return tuple(each for each in found if not each.is_pruned and each.last_at < before)


def audit_pruning(path: Path, folder: Path, segment: Segment, now: datetime) -> Pruning:
    """Return what takes a segment's rows out, once its file in `folder` is whole. Blocking.

    Raises StoreError where the rows are not those that were sealed.
    """
    with looking(path) as connection:
        segments.archived(connection, folder, segment)
        ids = segments.row_ids(connection, segment)
        first, until = connection.execute(_CHAIN, (segment.last_id,)).fetchone()
    batches = pruning.audit(ids, segment.first_id, now)
    links = pruning.unchained(first, until) if first is not None else ()
    return Pruning("enforcement_log", len(ids), (*batches, *links))


def next_segment(path: Path, now: datetime) -> Segment | None:
    """Return what of the audit can be closed next, None where nothing can. Blocking."""
    with looking(path) as connection:
        return segments.next_segment(connection, now)


async def carry_out(
    database: Database, batches: Iterable[Batch], may_go_on: Callable[[], bool]
) -> int:
    """Write batch by batch while it may go on; return how many were written.

    Between two of them the engine writes what it has to. Raises StoreError.
    """
    count = 0
    for batch in batches:
        if not may_go_on():
            break
        await database.tidy(batch)
        count += 1
        await asyncio.sleep(_PAUSE_S)
    return count


async def give_back(database: Database, may_go_on: Callable[[], bool]) -> bool:
    """Give free pages back to the disk, step by step; tell whether that came to its end."""
    left = await database.vacuum()
    while left:
        if not may_go_on():
            return False
        await asyncio.sleep(_PAUSE_S)
        before, left = left, await database.vacuum()
        if left >= before:
            break  # a file that was made without it keeps its free pages for itself
    return True


def runs(path: Path) -> tuple[Mapping[str, datetime], datetime | None]:
    """Return when each task was last done, by its name, and since when the database is.

    Blocking. What cannot be read was never done, and is since when nobody knows.
    """
    found: dict[str, datetime] = {}
    with looking(path) as connection:
        for key, value in connection.execute(_RUNS):
            with contextlib.suppress(*_ODD_VALUE):
                found[str(key).removeprefix("upkeep.")] = time_of(value)
        (since,) = connection.execute(_SINCE).fetchone()
    with contextlib.suppress(*_ODD_VALUE):
        return found, time_of(since)
    return found, None


def free_bytes(path: Path) -> int:
    """Return how many bytes of the database hold nothing. Blocking."""
    with looking(path) as connection:
        (count,) = connection.execute(_FREE).fetchone()
    return int(count)


def run(name: str, at: datetime) -> Statement:
    """Return what keeps when a task was last done."""
    return RUN, (f"upkeep.{name}", time_text(at))


def _old_fill(row: tuple[int, int, str, str, str | None, int | None, int]) -> OldFill:
    account_id, number, contract_id, at, side, size, is_voided = row
    signed = None if side is None or size is None else SIDE_OF[side].value * size
    return OldFill(account_id, number, contract_id, time_of(at), signed, bool(is_voided))


def _of_days(
    connection: sqlite3.Connection, table: str, counting: str, sql: str, before: date
) -> Pruning:
    (count,) = connection.execute(counting, (before.isoformat(),)).fetchone()
    return Pruning(table, count, tuple(pruning.days(sql, count, before)))
