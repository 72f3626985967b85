"""What a database holds, found out without changing it. Blocking."""

import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from curb.domain.errors import StoreError
from curb.store.failure import failure
from curb.store.looking import looking
from curb.store.names import count
from curb.store.opening import header, refuse

_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
ORDER BY name
"""
# An index takes room for its table.
_BYTES = """
SELECT tables.tbl_name, sum(pages.pgsize)
FROM dbstat AS pages JOIN sqlite_master AS tables ON tables.name = pages.name
WHERE pages.aggregate = TRUE GROUP BY tables.tbl_name
"""
_HISTORY = "SELECT * FROM schema_version ORDER BY version, applied_at"


@dataclass(frozen=True, slots=True)
class Noted:
    """A step in the history of the schema. `took_ms` is None where nobody measured it."""

    version: int
    applied_at: str
    description: str
    checksum: str | None
    took_ms: int | None
    success: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its rows, and the bytes of it and its indexes; None where SQLite cannot tell."""

    name: str
    rows: int
    bytes: int | None


@dataclass(frozen=True, slots=True)
class Survey:
    """A database. `log_bytes` are those written and not yet moved into the file."""

    path: Path
    version: int
    bytes: int
    log_bytes: int
    free_bytes: int
    history: tuple[Noted, ...] = field(default=())
    tables: tuple[Table, ...] = field(default=())


def surveyed(path: Path) -> Survey:
    """Return what a database of this or an older schema holds. Raises StoreError."""
    try:
        size = path.stat().st_size
        log = Path(f"{path}-wal")
        log_size = log.stat().st_size if log.exists() else 0
    except OSError as e:
        raise failure(path, "read it", e) from e
    with looking(path) as connection:
        found = header(connection)
        if found.is_empty:
            raise StoreError(f"{path}: expected a database, found an empty file")
        if not found.is_older:
            refuse(path, found)
        sizes = table_bytes(connection)
        names = [str(name) for (name,) in connection.execute(_TABLES)]
        return Survey(
            path=path,
            version=found.version,
            bytes=size,
            log_bytes=log_size,
            free_bytes=_pragma(connection, "freelist_count") * _pragma(connection, "page_size"),
            history=_history(connection) if "schema_version" in names else (),
            tables=tuple(
                Table(name, count(connection, name), sizes.get(name) if sizes else None)
                for name in names
            ),
        )


def _history(connection: sqlite3.Connection) -> tuple[Noted, ...]:
    cursor = connection.execute(_HISTORY)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return tuple(
        Noted(
            version=row["version"],
            applied_at=str(row["applied_at"]),
            description=str(row.get("description") or ""),
            checksum=row.get("checksum"),
            took_ms=row.get("execution_time_ms"),
            success=row.get("success") != 0,
            error=row.get("error_message"),
        )
        for row in rows
    )


def table_bytes(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many bytes each table takes, its indexes with it; {} where SQLite cannot tell."""
    try:
        return {str(name): int(size) for name, size in connection.execute(_BYTES)}
    except sqlite3.OperationalError:
        return {}  # a SQLite that was built without the table of pages


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (found,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(found)
