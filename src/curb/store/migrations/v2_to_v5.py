"""Schema v2 to v5: every row moves to today's table of its name, or to `kept_rows`.

Schemas 3 and 4 never held such rows, so there is no step between.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from curb.domain.errors import StoreError
from curb.store.migrations import old_rows
from curb.store.migrations.old_rows import Known, Values
from curb.store.migrations.old_values import Odd, Row, content
from curb.store.migrations.step import Step, Upgrade
from curb.store.names import count, quoted
from curb.store.tables import AUDIT_CHAIN, INDEXES, TABLES
from curb.store.values import time_of, time_text

_VERSION = 2
_ASIDE = "v2_"
_TOLD_EACH = 20_000  # rows: somebody may be waiting

# Today's statements but for those that came with v6.
_TABLES = tuple(sql for sql in TABLES.values() if sql != AUDIT_CHAIN)
_INDEXES = tuple(sql for sql in INDEXES if " ON audit_chain(" not in sql)

_KEEP = """
INSERT INTO kept_rows (from_version, table_name, content, why) VALUES (2, ?, ?, ?)
"""
_SIDE_0 = f"SELECT EXISTS (SELECT 1 FROM {_ASIDE}orders WHERE side = 0)"  # noqa: S608 - constants
_TIMES = """
SELECT timestamp FROM enforcement_log UNION ALL SELECT timestamp FROM trade_history
UNION ALL SELECT updated_at FROM positions UNION ALL SELECT locked_at FROM lockouts
"""
_LATEST = f"SELECT max(timestamp) FILTER (WHERE timestamp <= ?), count(*) FROM ({_TIMES})"  # noqa: S608 - constants
_SEEN = "INSERT INTO engine_state (key, value) VALUES ('last_seen_at', ?)"


@dataclass(frozen=True, slots=True)
class Move:
    """A table: its documented columns, what its rows become, and in which order they are read."""

    table: str
    known: str
    columns: str
    row: Callable[[Row, Known], Values]
    order: str

    @property
    def insert(self) -> str:
        """Put a row into today's table."""
        marks = ", ".join("?" * (self.columns.count(",") + 1))
        return f"INSERT INTO {self.table} ({self.columns}) VALUES ({marks})"  # noqa: S608 - constants

    @property
    def select(self) -> str:
        """Read the rows of the older table."""
        return f"SELECT * FROM {_ASIDE}{self.table} ORDER BY {self.order}"  # noqa: S608 - constants


MOVES = (
    Move(
        "lockouts",
        "account_id is_locked reason locked_at locked_until rule_id created_at updated_at",
        "account_id, rule_id, symbol, kind, is_locked, reason, locked_at, locked_until, ceilings",
        old_rows.lockout,
        "account_id",
    ),
    Move(
        "daily_pnl",
        "account_id date realized_pnl last_updated",
        "account_id, trading_day, realized_pnl_micros, last_updated",
        old_rows.day,
        "account_id, date",
    ),
    Move(
        "daily_unrealized_pnl",
        "account_id timestamp unrealized_pnl positions_count total_exposure created_at",
        "account_id, trading_day, unrealized_pnl_micros, positions_count, "
        "total_exposure_micros, created_at",
        old_rows.open_day,
        "account_id, timestamp",
    ),
    Move(
        "contract_cache",
        "contract_id tick_size tick_value symbol_id name cached_at",
        "contract_id, name, symbol, tick_size, tick_value, description, cached_at",
        old_rows.contract,
        "contract_id",
    ),
    Move(
        "trade_history",
        "id account_id timestamp contract_id pnl created_at",
        "account_id, id, trading_day, timestamp, contract_id, pnl_micros, is_voided",
        old_rows.trade,
        "id",
    ),
    Move(
        "session_state",
        "account_id session_start updated_at",
        "account_id, session_start",
        old_rows.session,
        "account_id",
    ),
    # Of two positions in one contract the one that was touched last is the position.
    Move(
        "positions",
        "id account_id contract_id type size average_price created_at updated_at",
        "account_id, contract_id, id, type, size, average_price, created_at, updated_at",
        old_rows.position,
        "updated_at DESC, id",
    ),
    Move(
        "orders",
        "id account_id contract_id type side size limit_price stop_price state created_at updated_at",
        "account_id, id, contract_id, type, side, size, filled, limit_price, stop_price, state, "
        "created_at, updated_at",
        old_rows.order,
        "id",
    ),
    Move(
        "enforcement_log",
        "id timestamp account_id rule_id action reason success details execution_time_ms",
        "id, timestamp, account_id, rule_id, action, reason, success, execution_time_ms, details",
        old_rows.audit,
        "id",
    ),
    Move(
        "reset_schedule",
        "account_id last_reset_date next_reset_time reset_time_config timezone",
        "account_id, last_reset_date, next_reset_time, reset_time_config, timezone",
        old_rows.reset,
        "account_id",
    ),
    Move(
        "schema_version",
        "version applied_at description execution_time_ms success error_message",
        "version, applied_at, description, checksum, execution_time_ms, success, error_message",
        old_rows.history,
        "version",
    ),
)
_OPTIONAL = "daily_unrealized_pnl"


def run(connection: sqlite3.Connection, upgrade: Upgrade, moves: Sequence[Move] = MOVES) -> int:
    """Move every row; return how many there were. Raises StoreError where one would be lost."""
    found = _set_aside(connection)
    for sql in _TABLES:
        connection.execute(sql)
    schedule = _rows(connection, f"SELECT * FROM {_ASIDE}reset_schedule")  # noqa: S608 - constants
    known = Known(
        now=upgrade.now,
        days=old_rows.days_in(schedule),
        counts_sides_from_0=connection.execute(_SIDE_0).fetchone() == (1,),
    )
    total = 0
    for move in moves:
        if move.table in found:
            total += _moved(connection, move, known, upgrade)
    for table in found:
        if table not in {move.table for move in moves}:
            total += _kept_whole(connection, table, upgrade)
    for table in found:
        connection.execute(f"DROP TABLE {quoted(_ASIDE + table)}")
    for sql in _INDEXES:
        connection.execute(sql)
    _keep_time(connection, upgrade)
    return total


def _set_aside(connection: sqlite3.Connection) -> list[str]:
    """Rename every table of the file; return their names as they were."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "ORDER BY name"
    )
    names = [str(name) for (name,) in found]
    missing = sorted({move.table for move in MOVES} - {_OPTIONAL, *names})
    if missing:
        raise StoreError(f"expected the table {missing[0]}, found none")
    for name in names:
        connection.execute(f"ALTER TABLE {quoted(name)} RENAME TO {quoted(_ASIDE + name)}")
    return names


def _moved(connection: sqlite3.Connection, move: Move, known: Known, upgrade: Upgrade) -> int:
    expected, kept = count(connection, _ASIDE + move.table), 0
    for number, row in enumerate(_rows(connection, move.select), 1):
        if number % _TOLD_EACH == 0:
            upgrade.progress(f"{move.table}: {number:,} of {expected:,} rows")
        try:
            connection.execute(move.insert, move.row(row, known))
        except (Odd, sqlite3.IntegrityError, ValueError, TypeError, ArithmeticError) as e:
            connection.execute(_KEEP, (move.table, content(row), _why(e)))
            kept += 1
        else:
            _keep_more(connection, move, row)
    found = count(connection, move.table)
    if expected != found + kept:
        raise StoreError(
            f"expected {expected} rows of {move.table}, found {found} and {kept} kept aside"
        )
    aside = f", {kept} of them kept aside" if kept else ""
    upgrade.progress(f"{move.table}: {expected} rows{aside}")
    return expected


def _keep_more(connection: sqlite3.Connection, move: Move, row: Row) -> None:
    """Keep what stands in columns that no schema has, with what names their row."""
    known = move.known.split()
    more = [name for name in row if name not in known and row[name] is not None]
    if more:
        why = f"it moved, but today's table has no {', '.join(more)}"
        names = [part.split()[0] for part in move.order.split(",")]
        kept = {name: row.get(name) for name in (*names, *more)}
        connection.execute(_KEEP, (move.table, content(kept), why))


def _kept_whole(connection: sqlite3.Connection, table: str, upgrade: Upgrade) -> int:
    """Keep every row of a table that no schema has; return how many."""
    kept = 0
    for row in _rows(connection, f"SELECT * FROM {quoted(_ASIDE + table)}"):  # noqa: S608 - quoted
        connection.execute(_KEEP, (table, content(row), "no schema has such a table"))
        kept += 1
    upgrade.progress(f"{table}: {kept} rows, all of them kept aside")
    return kept


def _keep_time(connection: sqlite3.Connection, upgrade: Upgrade) -> None:
    """Let the engine's clock begin at the latest time that has been, not at one of a typing error."""
    latest, rows = connection.execute(_LATEST, (time_text(upgrade.now),)).fetchone()
    if rows:
        connection.execute(_SEEN, (time_text(time_of(latest) if latest else upgrade.now),))


def _rows(connection: sqlite3.Connection, sql: str) -> Iterator[Row]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield dict(zip(names, values, strict=True))


def _why(e: Exception) -> str:
    if isinstance(e, sqlite3.IntegrityError) and "UNIQUE" in str(e):
        return "another row has its place"
    return str(e)


def _select(moves: Iterable[Move]) -> tuple[str, ...]:
    return tuple(sql for move in moves for sql in (move.select, move.insert))


STEP = Step(
    before=_VERSION,
    after=5,
    description="Exact money and prices, zones of time, words instead of numbers",
    statements=(*_TABLES, *_select(MOVES), _KEEP, _SEEN, *_INDEXES),
    run=run,
    history="""
INSERT INTO schema_version (version, applied_at, description, checksum, execution_time_ms, success)
VALUES (:version, :at, :description, :checksum, :ms, 1)
""",
)
