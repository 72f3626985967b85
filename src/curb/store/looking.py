"""A connection that can look at the database and change nothing."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from curb.store.failure import failure
from curb.store.sealing import teach

_BUSY_S = 1.0


@contextlib.contextmanager
def looking(path: Path, mode: str = "ro", busy_s: float = _BUSY_S) -> Iterator[sqlite3.Connection]:
    """Open the database beside a running engine, which never waits for it, as of one moment.

    It may be handed to another thread, to be used by that one only. Raises StoreError with one line, also where what is found there cannot be understood.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}",
                uri=True,
                timeout=busy_s,
                isolation_level=None,
                check_same_thread=False,
            )
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            teach(connection)
            connection.execute("BEGIN")
            yield connection
    except (sqlite3.Error, ValueError, TypeError, LookupError, ArithmeticError) as e:
        raise failure(path, "read it", e) from e
