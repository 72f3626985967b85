"""Whether a database can be used, found out without changing it."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from curb.domain.errors import StoreDamaged
from curb.domain.text import safe_text
from curb.store.looking import looking
from curb.store.opening import AUDIT, header, refuse
from curb.store.sealing import SEALED
from curb.store.tables import CREATE

_CHECK_AUDIT = f"PRAGMA quick_check('{AUDIT}')"
_KEPT_SEAL = "SELECT value FROM engine_state WHERE key = 'anchor_seal'"


def checked(path: Path) -> int:
    """Return the schema version of a database that is whole by a quick check. Blocking.

    Raises StoreError with one line where it is not, or is none of ours.
    """
    with looking(path) as connection:
        found = header(connection)
        refuse(path, found)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise StoreDamaged(f"{path}: damaged ({safe_text(verdict, 200)})")
        return found.user_version


def faults(path: Path) -> tuple[str, ...]:
    """Return what is wrong with a database, a line each, none where it is whole and ours.

    Reads every row, beside a running engine too, which never waits for it. No row is changed;
    what a crash left in the log may be moved into the file. Raises as `checked` does.
    """
    # Of a file that is opened only for reading SQLite does not check the CHECK clauses.
    with looking(path, mode="rw") as connection:
        refuse(path, header(connection))
        verdicts = connection.execute("PRAGMA integrity_check").fetchall()
        broken = [safe_text(verdict, 200) for (verdict,) in verdicts if verdict != "ok"]
        return (*broken, *_strange(connection), *_unsealed(connection))


async def check_audit(path: Path) -> None:
    """Read the audit and its indexes, in a thread; ends at once where it is cancelled.

    Raises StoreDamaged where they are not whole, StoreError where they cannot be read.
    """
    with looking(path) as connection:
        reading = asyncio.ensure_future(asyncio.to_thread(_verdict, connection))
        try:
            verdict = await asyncio.shield(reading)
        except asyncio.CancelledError:
            connection.interrupt()
            await asyncio.wait([reading])
            reading.exception()  # of the interruption, and nobody's to hear
            raise
    if verdict != "ok":
        raise StoreDamaged(f"{path}: damaged ({safe_text(verdict, 200)})")


def _verdict(connection: sqlite3.Connection) -> str:
    return str(connection.execute(_CHECK_AUDIT).fetchone()[0])


def _strange(connection: sqlite3.Connection) -> Iterator[str]:
    """Tell what of the schema is not as a new file has it."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as fresh:
        for sql in CREATE:
            fresh.execute(sql)
        expected = _schema(fresh)
    found = _schema(connection)
    for kind, name in sorted(expected.keys() | found.keys()):
        words = f"{kind} {safe_text(name)}"
        if (kind, name) not in found:
            yield f"{words}: expected it, found none"
        elif (kind, name) not in expected:
            yield f"{words}: expected none such, found one"
        elif found[kind, name] != expected[kind, name]:
            yield f"{words}: expected it as this version makes it, found it made otherwise"


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql NOTNULL")
    own = ((kind, name, sql) for kind, name, sql in rows if not name.startswith("sqlite_"))
    return {(kind, name): " ".join(sql.split()) for kind, name, sql in own}


def _unsealed(connection: sqlite3.Connection) -> Iterator[str]:
    kept = connection.execute(_KEPT_SEAL).fetchone()
    (digest,) = connection.execute(SEALED).fetchone()
    if kept and kept[0] != digest:
        yield "the seal: expected that of the rows, found another: they were changed without Curb"
