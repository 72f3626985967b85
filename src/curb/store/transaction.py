"""One transaction of the database's own thread: all of a batch or none of it. Blocking."""

import contextlib
import sqlite3
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from curb.store.writing import Column, Statement


def carry_out(
    connection: sqlite3.Connection, batch: Sequence[Statement], then: str
) -> list[tuple[Any, ...]]:
    """Write the batch in its order; return what the query `then` finds after it, "" for none.

    Raises sqlite3.Error or what a value raises that no column can hold; then nothing is written.
    """
    if len(batch) == 1:
        connection.execute(*batch[0])
    else:
        connection.execute("BEGIN IMMEDIATE")
        try:
            for sql, group in groupby(batch, key=itemgetter(0)):
                write(connection, sql, [values for _, values in group])
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # the first error is the one to tell
                connection.rollback()
            raise
    return connection.execute(then).fetchall() if then else []


def write(connection: sqlite3.Connection, sql: str, rows: Sequence[tuple[Column, ...]]) -> None:
    """Carry out one statement for each of the rows."""
    connection.executemany(sql, rows)
