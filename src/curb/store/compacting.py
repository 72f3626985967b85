"""Gives back to the disk what a database no longer needs. Blocking."""

import contextlib
import sqlite3
from pathlib import Path

from curb.store.failure import failure
from curb.store.opening import connect

_BUSY_S = 1.0


def compacted(path: Path) -> tuple[int, int]:
    """Write the database anew without its gaps; return its bytes before and after.

    Nobody else may have it open: while it lasts the disk holds it twice. Raises StoreError,
    and the file is then as it was.
    """
    before = path.stat().st_size
    with contextlib.closing(connect(path, _BUSY_S)) as connection:
        try:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as e:
            raise failure(path, "write it anew", e) from e
    return before, path.stat().st_size
