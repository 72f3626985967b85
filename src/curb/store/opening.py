"""Opening the file: ours, new, or refused with the reason. Blocking; run it off the loop."""

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from curb.domain.errors import StoreDamaged, StoreError, StoreOlder
from curb.domain.text import safe_text
from curb.store.failure import failure
from curb.store.migrations.runner import migrate
from curb.store.migrations.step import Upgrade
from curb.store.sealing import teach
from curb.store.tables import APPLICATION_ID, CREATE, TABLES, USER_VERSION

# Reading a larger file whole would keep a start waiting for seconds: of such a one only what
# decides is read first, and the audit right after the start.
WHOLE_BELOW = 64 * 1024 * 1024

# Nothing is decided by the rows of the audit, and they are nearly all of a large file.
AUDIT = "enforcement_log"
_CHECK_WHOLE = ("PRAGMA quick_check(1)",)
_CHECK_DECIDING = tuple(f"PRAGMA quick_check('{name}')" for name in TABLES if name != AUDIT)

# Every page is a multiple of it. SQLite takes a shorter file for an empty one and writes over
# what was cut, and reads what is missing of a page as zeros.
SECTOR = 512

_DOCUMENTED = 2  # the versions of the documents, whose files carry no mark of ours
_LAB = 3  # existed for a day
_MIGRATED = frozenset((1, 2, 4, 5))


@dataclass(frozen=True, slots=True)
class Header:
    """What a database says of itself before anything is believed."""

    application_id: int
    user_version: int
    tables: frozenset[str]

    @property
    def is_empty(self) -> bool:
        """Whether nobody made anything of the file yet."""
        return not self.tables and not self.user_version and not self.application_id

    @property
    def version(self) -> int:
        """The version of the schema; the documents' own files do not say it themselves."""
        if self.user_version or "lockouts" not in self.tables:
            return self.user_version
        return 2 if "schema_version" in self.tables else 1

    @property
    def is_older(self) -> bool:
        """Whether it is of an older schema that can be migrated."""
        owners = (0, APPLICATION_ID) if self.version <= _DOCUMENTED else (APPLICATION_ID,)
        return self.application_id in owners and self.version in _MIGRATED


def connect(
    path: Path, busy_timeout_s: float, upgrade: Upgrade | None = None
) -> sqlite3.Connection:
    """Open the database, or make an absent or empty file ours in one transaction.

    With `upgrade` an older one is backed up and migrated. A file that is refused stays as it
    was. Raises StoreError with one line that says why. The connection commits each statement
    by itself unless a transaction is begun, and may be handed to another thread, to be used by
    that one only.
    """
    doing = "open it"
    try:
        _make_file(path)
        _refuse_cut(path)
        if _is_to_be_whole(path):
            _read_through(path)
        connection = sqlite3.connect(
            path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
        )
        try:
            _migrate_or_refuse(path, connection, upgrade)
            _configure(path, connection)
            teach(connection)
            doing = "write to it"
            _create_or_probe(connection)
            _suspicion(path).unlink(missing_ok=True)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error) as e:
        raise failure(path, doing, e) from e
    return connection


def header(connection: sqlite3.Connection) -> Header:
    """Read what the database says of itself; changes nothing."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (user_version,) = connection.execute("PRAGMA user_version").fetchone()
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return Header(application_id, user_version, frozenset(name for (name,) in names))


def refuse(path: Path, found: Header) -> None:
    """Raise StoreError unless the database is empty or of this schema."""
    if found.is_empty:
        return
    if found.application_id not in (0, APPLICATION_ID):
        raise StoreError(f"{path}: made by another program: name another file")
    if found.user_version > USER_VERSION:
        raise StoreError(
            f"{path}: made by a newer Curb: expected schema version {USER_VERSION}, found "
            f"{found.user_version}: install that version, or move the file away"
        )
    if found.is_older:
        raise StoreOlder(
            f"{path}: made by schema v{found.version} of Curb: start `curb` or run "
            "`curb db migrate`, which back it up and migrate it"
        )
    if found.application_id != APPLICATION_ID or found.user_version < USER_VERSION:
        raise StoreError(f"{path}: {_unknown(found)}")
    missing = sorted(TABLES.keys() - found.tables)
    if missing:
        raise StoreDamaged(
            f"{path}: damaged: expected the table {missing[0]}, found none: restore a copy"
        )


def _unknown(found: Header) -> str:
    if found.version == _LAB and found.application_id == APPLICATION_ID:
        return f"made by schema v{_LAB}, which nobody used: move it away, and a new one is made"
    return "made by another program: name another file"


def _migrate_or_refuse(path: Path, connection: sqlite3.Connection, upgrade: Upgrade | None) -> None:
    found = header(connection)
    if upgrade is None or not found.is_older:
        refuse(path, found)
    is_whole = found.is_older or _is_to_be_whole(path)
    _check(path, connection, _CHECK_WHOLE if is_whole else _CHECK_DECIDING)
    if upgrade is not None and not found.is_empty:
        migrate(path, connection, found.version, upgrade)
        refuse(path, header(connection))


def _make_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite would use the umask, and gives its side files the mode of this one.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _refuse_cut(path: Path) -> None:
    # After a crash the log beside the file holds the rest of it; without one it must be whole.
    size, is_alone = path.stat().st_size, not Path(f"{path}-wal").exists()
    if 0 < size < SECTOR or (is_alone and size % SECTOR):
        raise StoreDamaged(
            f"{path}: not a database, or damaged: expected whole pages, found {size} bytes: "
            "move it away and restore a copy, or name another file"
        )


def suspect(path: Path) -> None:
    """Have the next start read the whole file before anything, whatever its size."""
    _suspicion(path).touch(mode=0o600)


def _suspicion(path: Path) -> Path:
    return path.with_name(f"{path.name}.suspect")


def _is_to_be_whole(path: Path) -> bool:
    return _suspicion(path).exists() or path.stat().st_size < WHOLE_BELOW


def _read_through(path: Path) -> None:
    # From a disk that is three times as fast as the check's own way through its trees. Never
    # while the database is open: closing the file would take SQLite's locks away.
    buffer = bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def _check(path: Path, connection: sqlite3.Connection, checks: Iterable[str]) -> None:
    for check in checks:
        (verdict,) = connection.execute(check).fetchone()
        if verdict != "ok":
            words = safe_text(verdict, 200)
            raise StoreDamaged(f"{path}: damaged: move it away and restore a copy ({words})")
    planted = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
    ).fetchone()
    if planted:
        # A trigger could undo what is written here, and nobody would be told.
        raise StoreDamaged(
            f"{path}: tampered with: expected tables only, found {safe_text(planted[0], 40)}"
        )


def _configure(path: Path, connection: sqlite3.Connection) -> None:
    if header(connection).is_empty:
        # Before the first page is written: what is freed later can be given back bit by bit.
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StoreError(
            f"{path}: expected a disk that can keep a write-ahead log, found one that cannot: "
            "use a local disk"
        )
    connection.execute("PRAGMA synchronous = FULL")  # a commit outlives a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA mmap_size = 0")  # a disk error must be an error, not a signal


def _create_or_probe(connection: sqlite3.Connection) -> None:
    # An empty transaction shows that the file can be written before a trader relies on it.
    connection.execute("BEGIN IMMEDIATE")
    try:
        if header(connection).is_empty:
            for sql in CREATE:
                connection.execute(sql)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
