"""Databases of the older schemas: the documents' own statements, and rows as life leaves them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from curb.store.backup import opened

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ACCOUNT = 1
MNQ = "CON.F.US.MNQ.Z26"
EP = "CON.F.US.EP.Z26"

V1 = (
    """CREATE TABLE lockouts (
        account_id INTEGER PRIMARY KEY, is_locked BOOLEAN NOT NULL DEFAULT 0, reason TEXT,
        locked_at DATETIME, locked_until DATETIME, rule_id TEXT,
        created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
        updated_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE INDEX idx_lockouts_until ON lockouts(locked_until)",
    """CREATE TABLE daily_pnl (
        account_id INTEGER NOT NULL, date DATE NOT NULL, realized_pnl REAL NOT NULL DEFAULT 0,
        last_updated DATETIME DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (account_id, date))""",
    "CREATE INDEX idx_daily_pnl_date ON daily_pnl(date)",
    """CREATE TABLE contract_cache (
        contract_id TEXT PRIMARY KEY, tick_size REAL NOT NULL, tick_value REAL NOT NULL,
        symbol_id TEXT NOT NULL, name TEXT, cached_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE INDEX idx_contract_cache_symbol ON contract_cache(symbol_id)",
    """CREATE TABLE trade_history (
        id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL,
        timestamp DATETIME NOT NULL, contract_id TEXT NOT NULL, pnl REAL,
        created_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE INDEX idx_trade_history_account_time ON trade_history(account_id, timestamp DESC)",
    "CREATE INDEX idx_trade_history_timestamp ON trade_history(timestamp)",
    """CREATE TABLE session_state (
        account_id INTEGER PRIMARY KEY, session_start DATETIME NOT NULL,
        updated_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
    """CREATE TABLE positions (
        id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, contract_id TEXT NOT NULL,
        type INTEGER NOT NULL, size INTEGER NOT NULL, average_price REAL NOT NULL,
        created_at DATETIME NOT NULL, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE INDEX idx_positions_account ON positions(account_id)",
    "CREATE INDEX idx_positions_contract ON positions(contract_id)",
    """CREATE TABLE orders (
        id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, contract_id TEXT NOT NULL,
        type INTEGER NOT NULL, side INTEGER NOT NULL, size INTEGER NOT NULL, limit_price REAL,
        stop_price REAL, state INTEGER NOT NULL, created_at DATETIME NOT NULL,
        updated_at DATETIME DEFAULT CURRENT_TIMESTAMP)""",
    "CREATE INDEX idx_orders_account ON orders(account_id)",
    "CREATE INDEX idx_orders_contract ON orders(contract_id)",
    "CREATE INDEX idx_orders_state ON orders(state)",
    """CREATE TABLE enforcement_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
        account_id INTEGER NOT NULL, rule_id TEXT NOT NULL, action TEXT NOT NULL,
        reason TEXT NOT NULL, success BOOLEAN NOT NULL DEFAULT 1, details TEXT,
        execution_time_ms INTEGER)""",
    "CREATE INDEX idx_enforcement_account ON enforcement_log(account_id)",
    "CREATE INDEX idx_enforcement_timestamp ON enforcement_log(timestamp DESC)",
    "CREATE INDEX idx_enforcement_rule ON enforcement_log(rule_id)",
    """CREATE TABLE reset_schedule (
        account_id INTEGER PRIMARY KEY, last_reset_date DATE NOT NULL,
        next_reset_time DATETIME NOT NULL, reset_time_config TEXT NOT NULL,
        timezone TEXT NOT NULL)""",
)
V1_TO_V2 = (
    """CREATE TABLE schema_version (
        version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL, description TEXT NOT NULL,
        migration_script TEXT, rollback_script TEXT, execution_time_ms INTEGER,
        success BOOLEAN NOT NULL DEFAULT 1, error_message TEXT)""",
    "CREATE INDEX idx_schema_version_applied ON schema_version(applied_at DESC)",
    """CREATE TABLE daily_unrealized_pnl (
        account_id INTEGER NOT NULL, timestamp TEXT NOT NULL, unrealized_pnl REAL NOT NULL,
        positions_count INTEGER NOT NULL, total_exposure REAL,
        created_at DATETIME DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (account_id, timestamp))""",
    "CREATE INDEX idx_daily_unrealized_pnl_date ON daily_unrealized_pnl(timestamp DESC)",
    """CREATE INDEX idx_daily_unrealized_pnl_account_date
        ON daily_unrealized_pnl(account_id, timestamp DESC)""",
    "CREATE INDEX idx_enforcement_log_success ON enforcement_log(success, timestamp DESC)",
    "CREATE INDEX idx_positions_updated ON positions(updated_at DESC)",
    "CREATE INDEX idx_orders_state_account ON orders(state, account_id)",
)

Rows = dict[str, list[Sequence[Any]]]

_ACTIONS = (
    "CLOSE_ALL_POSITIONS",
    "CLOSE_ALL_AND_LOCKOUT",
    "COOLDOWN",
    "REJECT_ORDER",
    "AUTO_STOP_LOSS",
    "CLOSE_POSITION",
    "REDUCE_TO_LIMIT",
    "SET_LOCKOUT",
    "SOMETHING_ELSE",
    "flatten",
)


def naive(at: datetime) -> str:
    """Return a time as Python's own adapter wrote it: UTC, without saying so."""
    return at.replace(tzinfo=None).isoformat(" ")


def ordinary() -> Rows:
    """Return more than 1,000 rows over the nine tables; columns are those of the statements."""
    made = naive(NOW - timedelta(days=1))
    until = naive(NOW + timedelta(hours=2))
    return {
        "lockouts": [
            (1, 1, "DAILY_LOSS", made, until, "RULE-003", made, made),
            (2, 1, "TRADE_FREQUENCY", made, until, "RULE-006", made, made),
            (3, 0, "ADMIN_OVERRIDE", made, None, None, made, made),
        ],
        "daily_pnl": [
            (account, (NOW - timedelta(days=back)).date().isoformat(), -12.5 * back + 0.1, made)
            for account in (1, 2)
            for back in range(90)
        ],
        "contract_cache": [
            (MNQ, 0.25, 0.5, "F.US.MNQ", "MNQZ6", made),
            (EP, 0.25, 12.5, "F.US.EP", None, made),
        ],
        "trade_history": [
            (
                number,
                1 + number % 2,
                naive(NOW - timedelta(minutes=number)),
                (MNQ, EP)[number % 3 == 0],
                None if number % 4 == 0 else number * 0.1 - 20,
                made,
            )
            for number in range(1, 401)
        ],
        "session_state": [(1, made, made), (2, made, made)],
        "positions": [
            (11, 1, MNQ, 1, 2, 21000.25, made, made),
            (12, 1, EP, 2, 1, 6000.5, made, None),
        ],
        "orders": list(_orders(made)),
        "enforcement_log": list(_log()),
        "reset_schedule": [
            (1, "2026-11-19", naive(NOW + timedelta(hours=7)), "17:00", "America/Chicago"),
            (2, "2026-11-19", naive(NOW + timedelta(hours=7)), "18:00", "America/New_York"),
        ],
    }


def additions() -> Rows:
    """Return the rows that only a file of v2 has."""
    return {
        "schema_version": [
            (1, "2025-10-01T00:00:00", "Baseline", None, None, None, 1, None),
            (2, "2025-10-22T12:00:00Z", "v2", "CREATE TABLE x", "DROP TABLE x", 85, 1, None),
        ],
        "daily_unrealized_pnl": [
            (
                1,
                (NOW - timedelta(days=back)).date().isoformat(),
                -1.1 * back,
                back,
                None,
                naive(NOW),
            )
            for back in range(7)
        ],
    }


def _orders(made: str) -> Iterator[Sequence[Any]]:
    for number in range(1, 61):
        limit = 21000.0 + number if number % 2 else None
        stop = 20900.5 if number % 3 == 0 else None
        side, state = 1 + number % 2, 1 + number % 5
        yield number, 1, MNQ, number % 5 + 1, side, number, limit, stop, state, made, made


def _log() -> Iterator[Sequence[Any]]:
    for number in range(1, 501):
        at = naive(NOW - timedelta(hours=number))
        details = '{"positions_closed": 2}' if number % 2 else None
        rule = f"RULE-{number % 12 + 1:03}"
        action = _ACTIONS[number % len(_ACTIONS)]
        yield number, at, 1, rule, action, "over the limit", number % 7 > 0, details, number * 3


def made(path: Path, *parts: Iterable[str] | Rows, pragmas: Sequence[str] = ()) -> Path:
    """Make a file of statements and rows, in the order in which they are given."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN")
    for part in parts:
        if isinstance(part, dict):
            put(connection, part)
        else:
            for sql in part:
                connection.execute(sql)
    connection.execute("COMMIT")
    for pragma in pragmas:
        connection.execute(pragma)
    connection.close()
    return path


def put(connection: sqlite3.Connection, rows: Rows) -> None:
    """Insert rows that name every column of their table."""
    for table, values in rows.items():
        for each in values:
            marks = ", ".join("?" * len(each))
            connection.execute(f"INSERT INTO {table} VALUES ({marks})", each)  # noqa: S608 - ours


def v1(path: Path, *more: Rows) -> Path:
    """Make a file of schema v1 with rows in every table."""
    return made(path, V1, ordinary(), *more)


def v2(path: Path, *more: Rows) -> Path:
    """Make a file of schema v2 with rows in every table."""
    return made(path, V1, V1_TO_V2, ordinary(), additions(), *more)


def v4(path: Path) -> Path:
    """Make a file of schema v4, as an engine of that time left it."""
    return _scripted(path, "v4.sql")


def v5(path: Path) -> Path:
    """Make a file of schema v5, as an engine of that time left it."""
    return _scripted(path, "v5.sql")


def _scripted(path: Path, name: str) -> Path:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    connection.close()
    return path


def dump(path: Path) -> list[str]:
    """Return everything that a file says: what it is of, its schema and its rows."""
    connection = sqlite3.connect(path)
    connection.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
    try:
        marks = [
            f"{name} {connection.execute(f'PRAGMA {name}').fetchone()}"
            for name in ("user_version", "application_id", "auto_vacuum")
        ]
        return marks + list(connection.iterdump())
    finally:
        connection.close()


def schema(path: Path) -> dict[str, str]:
    """Return the statements of a file's tables and indexes, spaces made alike."""
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOTNULL").fetchall()
    connection.close()
    return {name: " ".join(sql.split()) for name, sql in found}


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return what a query finds."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def copy_of(database: Path) -> Path:
    """Unpack the one backup that was taken before a migration; return the copy in it."""
    (archive,) = (database.parent / "backups").iterdir()
    into = database.with_name("unpacked")
    into.mkdir()
    opened(archive, into)
    return into / "curb.db"
