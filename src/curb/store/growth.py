"""What takes the room in the database, read beside the engine. Blocking."""

import sqlite3
from decimal import Decimal
from pathlib import Path

from curb.domain.text import safe_text
from curb.store.looking import looking

# Below, nobody needs to know.
LARGE = 10_000_000

_MEGABYTE = 1_000_000

# An index takes room for its table.
_BYTES = """
SELECT tables.tbl_name, sum(pages.pgsize) AS bytes
FROM dbstat AS pages JOIN sqlite_master AS tables ON tables.name = pages.name
WHERE pages.aggregate = TRUE GROUP BY tables.tbl_name ORDER BY bytes DESC LIMIT 1
"""
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
_ROWS = """
SELECT 'enforcement_log', count(*) FROM enforcement_log
UNION ALL SELECT 'trade_history', count(*) FROM trade_history
UNION ALL SELECT 'daily_pnl', count(*) FROM daily_pnl
UNION ALL SELECT 'contract_cache', count(*) FROM contract_cache
UNION ALL SELECT 'kept_rows', count(*) FROM kept_rows
ORDER BY 2 DESC LIMIT 1
"""


def growing(path: Path, least: int = LARGE) -> str:
    """Return which table takes most of a database above `least` bytes, "" below.

    Where SQLite cannot tell bytes, rows are counted. Raises StoreError.
    """
    with looking(path) as connection:
        (size,) = connection.execute(_SIZE).fetchone()
        return _largest(connection, size) if size > least else ""


def _largest(connection: sqlite3.Connection, size: int) -> str:
    try:
        table, count = connection.execute(_BYTES).fetchone()
    except sqlite3.OperationalError:
        table, count = connection.execute(_ROWS).fetchone()
        return f"{table} {count:,} rows in {_megabytes(size)}"
    return f"{safe_text(table, 40)} {_megabytes(count)} of {_megabytes(size)}"


def _megabytes(count: int) -> str:
    return f"{Decimal(count) / _MEGABYTE:.1f} MB"
