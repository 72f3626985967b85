"""Tables by a name that a file brought along."""

import sqlite3


def quoted(name: str) -> str:
    """Return a name as SQL reads it."""
    return '"' + name.replace('"', '""') + '"'


def count(connection: sqlite3.Connection, table: str) -> int:
    """Return how many rows a table has."""
    (found,) = connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()  # noqa: S608 - quoted
    return int(found)
