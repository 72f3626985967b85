"""A connection that can look at the database and change nothing."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from curb.store.failure import failure

_BUSY_S = 1.0


@contextlib.contextmanager
def looking(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database beside a running engine, which never waits for it.

    Raises StoreError with one line, also where what is found there cannot be understood.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro",
                uri=True,
                timeout=_BUSY_S,
                isolation_level=None,
            )
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield connection
    except (sqlite3.Error, ValueError, TypeError, LookupError, ArithmeticError) as e:
        raise failure(path, "read it", e) from e
