"""The statements that take old rows out, in batches small enough to write between them.

None of them changes what is sealed, but for that of a contract.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

from curb.store.values import time_text
from curb.store.writing import Statement

# Rows of one transaction: a write of the engine waits for one such batch, some milliseconds.
BATCH = 500

# The day keeps the fills that are sealed out of reach, whatever was told in between.
FILL = "DELETE FROM trade_history WHERE account_id = ? AND id = ? AND trading_day < ?"
DAILY_PNL = """
DELETE FROM daily_pnl WHERE rowid IN (
    SELECT rowid FROM daily_pnl WHERE trading_day < ? LIMIT ?
)
"""
DAILY_UNREALIZED = """
DELETE FROM daily_unrealized_pnl WHERE rowid IN (
    SELECT rowid FROM daily_unrealized_pnl WHERE trading_day < ? LIMIT ?
)
"""
CONTRACT = "DELETE FROM contract_cache WHERE contract_id = ? AND cached_at < ?"
AUDIT = "DELETE FROM enforcement_log WHERE id BETWEEN ? AND ?"
SEGMENT = """
INSERT INTO audit_segments (first_id, last_id, first_at, last_at, row_count, digest, sealed_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# The links before a place in the audit's chain: it goes on from there.
UNCHAIN = "DELETE FROM audit_chain WHERE sequence < ?"
PRUNED = "UPDATE audit_segments SET pruned_at = ? WHERE first_id = ?"

UNSEALED = frozenset((FILL, DAILY_PNL, DAILY_UNREALIZED, AUDIT, SEGMENT, UNCHAIN, PRUNED))

T = TypeVar("T")
Batch = tuple[Statement, ...]


def fills(keys: Sequence[tuple[int, int]], before: date) -> Iterator[Batch]:
    """Yield what takes these fills out where they are of a trading day before that one."""
    day = before.isoformat()
    for part in _parts(keys):
        yield tuple((FILL, (*key, day)) for key in part)


def days(sql: str, count: int, before: date) -> Iterator[Batch]:
    """Yield what takes `count` rows of trading days before that one out of a table of days."""
    for _ in range(0, count, BATCH):
        yield ((sql, (before.isoformat(), BATCH)),)


def contracts(ids: Sequence[str], before: datetime) -> Iterator[Batch]:
    """Yield what takes these contracts out where nothing was heard of them since."""
    at = time_text(before)
    for part in _parts(ids):
        yield tuple((CONTRACT, (each, at)) for each in part)


def audit(ids: Sequence[int], first_id: int, now: datetime) -> Iterator[Batch]:
    """Yield what takes the rows of a segment out; its last batch says so in the segment."""
    parts = list(_parts(ids))
    for part in parts[:-1]:
        yield ((AUDIT, (part[0], part[-1])),)
    rest = [(AUDIT, (part[0], part[-1])) for part in parts[-1:]]
    yield (*rest, (PRUNED, (time_text(now), first_id)))


def unchained(first: int, until: int) -> Iterator[Batch]:
    """Yield what takes the links from `first` to before `until` out of the audit's chain."""
    for bound in range(first, until, BATCH):
        yield ((UNCHAIN, (min(bound + BATCH, until),)),)


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), BATCH):
        yield values[start : start + BATCH]
