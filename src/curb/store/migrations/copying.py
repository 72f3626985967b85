"""The copy of the file that is made before the first step. Blocking."""

import contextlib
import glob
import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from curb.domain.errors import StoreDamaged
from curb.domain.text import safe_text

_DRAFT = ".part"
_MODE = 0o600


def copied(path: Path, connection: sqlite3.Connection, version: int, now: datetime) -> Path:
    """Return a whole and durable copy of the database beside it, named after its version.

    Raises OSError, sqlite3.Error or StoreError; what was begun of the copy is gone then.
    """
    for left in path.parent.glob(f"{glob.escape(path.name)}.v*.backup{_DRAFT}"):
        left.unlink()  # of a process that was killed
    target = path.with_name(f"{path.name}.v{version}-{now:%Y%m%dT%H%M%S.%fZ}.backup")
    draft = Path(f"{target}{_DRAFT}")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, _MODE))
        with contextlib.closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            with _reading(connection):
                connection.backup(copy)
            # As a file of the log mode it would need a log beside it to be read.
            copy.execute("PRAGMA journal_mode = DELETE")
            _expect_whole(path, copy)
        _sync(draft)
        draft.rename(target)
        _sync(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return target


def _expect_whole(path: Path, copy: sqlite3.Connection) -> None:
    (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StoreDamaged(f"{path}: its copy is damaged ({safe_text(verdict, 200)})")


@contextlib.contextmanager
def _reading(connection: sqlite3.Connection) -> Iterator[None]:
    # Python copies on for ever while another program writes; a reader's lock is waited for once.
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield
    finally:
        connection.rollback()


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
