"""The statistics of the audit, counted by SQLite from one index. Blocking."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from curb.domain.stats import TREND_DAYS, AuditStats, Tally, stats
from curb.store.looking import looking
from curb.store.reading import AUDIT_COLUMNS, audit_row
from curb.store.tables import DEED

_SLOWEST = 10

# A plus keeps a column from choosing the index: all that is asked stands in one, and a part
# of it by another would be looked up row by row.
_OF_ACCOUNT = "(?2 IS NULL OR +account_id = ?2)"
TALLIES = f"""
SELECT rule_id, success, execution_time_ms, count(*) FROM enforcement_log
WHERE {DEED} AND +timestamp >= ?1 AND {_OF_ACCOUNT}
GROUP BY rule_id, success, execution_time_ms
"""  # noqa: S608 - constants of ours
DAYS = f"""
SELECT substr(timestamp, 1, 10), success, execution_time_ms, count(*) FROM enforcement_log
WHERE {DEED} AND timestamp >= ?1 AND {_OF_ACCOUNT}
GROUP BY 1, 2, 3
"""  # noqa: S608 - constants of ours
SLOWEST = f"""
SELECT {AUDIT_COLUMNS} FROM enforcement_log WHERE id IN (
    SELECT id FROM enforcement_log
    WHERE {DEED} AND +timestamp >= ?1 AND {_OF_ACCOUNT}
        AND +success IS NOT NULL AND +execution_time_ms IS NOT NULL
    ORDER BY execution_time_ms DESC, id DESC LIMIT {_SLOWEST}
)
ORDER BY execution_time_ms DESC, id DESC
"""  # noqa: S608 - constants of ours


def audit_stats(
    path: Path, today: date, days: int | None = None, account_id: int | None = None
) -> AuditStats:
    """Return the statistics of the last `days` UTC days, today too; None: of all.

    Of one account, or of all where it is None. Raises StoreError with one line.
    """
    since = "" if days is None else f"{_first(today, days)}"
    with looking(path) as connection:
        rules = connection.execute(TALLIES, (since, account_id))
        trend = connection.execute(DAYS, (f"{_first(today, TREND_DAYS)}", account_id))
        slowest = connection.execute(SLOWEST, (since, account_id))
        return stats(_tallies(rules), _tallies(trend), map(audit_row, slowest), today)


def _first(today: date, days: int) -> date:
    return date.fromordinal(max(today.toordinal() - days + 1, 1))


def _tallies(rows: Iterable[Sequence[Any]]) -> Iterable[Tally]:
    for name, success, took_ms, count in rows:
        yield Tally(name, None if success is None else bool(success), took_ms, count)
