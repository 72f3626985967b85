"""What takes the room in the database, read beside the engine. Blocking."""

import sqlite3
from decimal import Decimal
from pathlib import Path

from curb.domain.text import safe_text
from curb.store.looking import looking
from curb.store.survey import table_bytes

# Below, nobody needs to know.
LARGE = 10_000_000

_MEGABYTE = 1_000_000

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
    sizes = table_bytes(connection)
    if not sizes:
        table, count = connection.execute(_ROWS).fetchone()
        return f"{table} {count:,} rows in {_megabytes(size)}"
    table = max(sizes, key=sizes.__getitem__)
    return f"{safe_text(table, 40)} {_megabytes(sizes[table])} of {_megabytes(size)}"


def _megabytes(count: int) -> str:
    return f"{Decimal(count) / _MEGABYTE:.1f} MB"
