"""Takes an older database to today's schema: a backup, then a transaction a step. Blocking.

A step that fails leaves the file as it was, to the byte where no other program wrote: a failure
is told, not noted in `schema_version`. What a killed process began SQLite takes back at the
next opening, which goes on at the step that was due.
"""

import contextlib
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

from curb import __version__
from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.shelf import Why
from curb.domain.text import safe_text
from curb.store.backup import BACKUPS, take
from curb.store.failure import failure
from curb.store.migrations import v1_to_v2, v2_to_v5, v4_to_v5, v5_to_v6
from curb.store.migrations.step import Step, Upgrade
from curb.store.tables import APPLICATION_ID, USER_VERSION
from curb.store.values import time_text

STEPS: tuple[Step, ...] = (v1_to_v2.STEP, v2_to_v5.STEP, v4_to_v5.STEP, v5_to_v6.STEP)

_INCREMENTAL = 2


def pending(version: int, steps: Sequence[Step] = STEPS) -> tuple[Step, ...]:
    """Return the steps from `version` to today's schema, none where it is today's.

    Raises StoreError where none leads there.
    """
    found: list[Step] = []
    for step in steps:
        if step.before == version:
            found.append(step)
            version = step.after
    if version != USER_VERSION:
        raise StoreError(f"expected a way to schema v{USER_VERSION}, found none from v{version}")
    return tuple(found)


def migrate(
    path: Path,
    connection: sqlite3.Connection,
    version: int,
    upgrade: Upgrade,
    steps: Sequence[Step] = STEPS,
) -> None:
    """Carry out what is pending; the connection is in no transaction. Raises StoreError."""
    due = pending(version, steps)
    copy: Path | None = None
    if due:
        connection.execute("PRAGMA synchronous = FULL")
        upgrade.progress("backing the database up before its migration")
        folder = upgrade.backups or path.with_name(BACKUPS)
        copy = take(path, folder, Why.MIGRATION, upgrade.now, None, __version__).path
    for step in due:
        try:
            _carry_out(path, connection, step, upgrade, copy)
        except BaseException:
            if step is due[0] and copy:
                copy.unlink(missing_ok=True)  # the file itself is as it was
            raise
    _make_incremental(path, connection, upgrade)


def _carry_out(
    path: Path, connection: sqlite3.Connection, step: Step, upgrade: Upgrade, copy: Path | None
) -> None:
    started = time.monotonic()
    factory, connection.text_factory = connection.text_factory, _text
    try:
        connection.execute("BEGIN IMMEDIATE")
        rows = step.run(connection, upgrade)
        took = time.monotonic() - started
        _note(connection, step, upgrade, round(took * 1000))
        upgrade.progress("reading the migrated file whole")
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise StoreError(f"the migrated file is not whole ({safe_text(verdict, 100)})")  # noqa: TRY301 - one way out
        connection.execute("COMMIT")
    except BaseException as e:
        with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
            connection.rollback()
        if isinstance(e, Exception):
            raise _told(path, step, e) from e
        raise
    finally:
        connection.text_factory = factory
    before = f"; as it was before: {copy.name}" if copy else ""
    upgrade.tell(f"{path}: {step.name}: {rows} rows in {took:.1f} s{before}")


def _note(connection: sqlite3.Connection, step: Step, upgrade: Upgrade, took_ms: int) -> None:
    known = {
        "version": step.after,
        "at": time_text(upgrade.now),
        "description": step.description,
        "script": step.script,
        "checksum": step.checksum,
        "ms": took_ms,
    }
    connection.execute(step.history, known)
    # PRAGMA takes no bound parameters; both are whole numbers of ours.
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {step.after:d}")


def _told(path: Path, step: Step, e: Exception) -> StoreError:
    told = failure(path, f"migrate it from {step.name}", e)
    kind = StoreDamaged if isinstance(told, StoreDamaged) else StoreError
    return kind(f"{told}; it is as it was before")


def _make_incremental(path: Path, connection: sqlite3.Connection, upgrade: Upgrade) -> None:
    """Let the file give back what is freed later. A file that cannot yet is still a good one."""
    if connection.execute("PRAGMA auto_vacuum").fetchone() == (_INCREMENTAL,):
        return
    upgrade.progress("laying the file out anew")
    try:
        connection.execute(f"PRAGMA auto_vacuum = {_INCREMENTAL}")
        connection.execute("VACUUM")
    except sqlite3.Error as e:
        upgrade.tell(f"{failure(path, 'lay it out anew', e)}; tried again at the next start")


def _text(raw: bytes) -> str:
    # A byte that is no UTF-8 must not keep the rest of the file from its migration.
    return raw.decode("utf-8", "backslashreplace")
