"""Schema v4 to v5: what older fills and orders leave open, and the tables that v4 had not."""

import sqlite3

from curb.domain.errors import StoreError
from curb.store.migrations.step import Step, Upgrade
from curb.store.names import count
from curb.store.tables import ENFORCEMENT_SEVERITY, ENFORCEMENT_TIMES, INDEXES, TABLES

# Rebuilt, not altered: the schema is then word for word that of a new file.
_COLUMNS = {
    "trade_history": (
        "account_id, id, trading_day, timestamp, contract_id, order_id, side, size, price, "
        "pnl_micros, fees_micros, commissions_micros, is_voided"
    ),
    "orders": (
        "account_id, id, contract_id, type, side, size, filled, limit_price, stop_price, state, "
        "tag, parent_id, created_at, updated_at"
    ),
    "schema_version": (
        "id, version, applied_at, description, execution_time_ms, success, error_message"
    ),
}
_NEW = ("daily_unrealized_pnl", "audit_segments", "kept_rows")


def _is_touched(index: str) -> bool:
    return any(f" ON {table}(" in index for table in (*_COLUMNS, *_NEW))


def _rebuilt(table: str, columns: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} RENAME TO v4_{table}",
        TABLES[table],
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM v4_{table}",  # noqa: S608 - constants
    )


_REBUILDS = {table: _rebuilt(table, columns) for table, columns in _COLUMNS.items()}
_OTHERS = (
    *(f"DROP TABLE v4_{table}" for table in _COLUMNS),
    *(TABLES[table] for table in _NEW),
    *filter(_is_touched, INDEXES),
    ENFORCEMENT_TIMES,
    ENFORCEMENT_SEVERITY,
)


def _run(connection: sqlite3.Connection, upgrade: Upgrade) -> int:
    moved = 0
    for table, statements in _REBUILDS.items():
        expected = count(connection, table)
        for sql in statements:
            connection.execute(sql)
        found = count(connection, table)
        if found != expected:
            raise StoreError(f"expected {expected} rows in {table}, found {found}")
        upgrade.progress(f"{table}: {found} rows")
        moved += found
    for sql in _OTHERS:
        connection.execute(sql)
    return moved


STEP = Step(
    before=4,
    after=5,
    description="Fills of older schemas, days' open results, sealed stretches of the audit",
    statements=(*(sql for each in _REBUILDS.values() for sql in each), *_OTHERS),
    run=_run,
    history="""
INSERT INTO schema_version (version, applied_at, description, checksum, execution_time_ms, success)
VALUES (:version, :at, :description, :checksum, :ms, 1)
""",
)
