"""Whether a database can be used, found out without changing it. Blocking."""

import contextlib
import sqlite3
from pathlib import Path

from curb.domain.errors import StoreDamaged
from curb.domain.text import safe_text
from curb.store.failure import failure
from curb.store.opening import header, refuse

_BUSY_S = 1.0


def checked(path: Path) -> int:
    """Return the schema version of a database that is whole by a quick check.

    Raises StoreError with one line where it is not, or is none of ours.
    """
    try:
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_S)
        ) as connection:
            connection.execute("PRAGMA query_only = ON")
            found = header(connection)
            refuse(path, found)
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise StoreDamaged(f"{path}: damaged ({safe_text(verdict, 200)})")
            return found.user_version
    except sqlite3.Error as e:
        raise failure(path, "read it", e) from e
