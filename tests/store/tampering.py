"""Edits of the audit that somebody makes without Curb, on each row of a database.

`python -m tests.store.tampering --rows 1000` makes each of them on every row of one database
and counts those that `curb audit verify` would not see.
"""

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from curb.domain.actions import SaveAudit
from curb.domain.anchors import Head
from curb.store import chain, sealing, writing
from curb.store.migrations import v5_to_v6
from curb.store.verifying import AuditVerdict, verified

from .samples import ROW, audit, inline

Edit = Callable[[sqlite3.Connection, int], None]
NOWHERE = Path("/nonexistent")
LAST = "SELECT max(id) FROM enforcement_log"


def told(count: int) -> sqlite3.Connection:
    """Return a database in memory with so many rows; every third was written twice."""
    connection = inline(())
    sealing.teach(connection)
    for number in range(1, count + 1):
        outcomes = (None, True) if number % 3 == 0 else (number % 7 != 0,)
        for success in outcomes:
            row = replace(ROW, id=number, reason=f"{number} contracts", success=success)
            keep(connection, writing.statements(SaveAudit(row)))
    return connection


def keep(connection: sqlite3.Connection, steps: Iterable[writing.Statement]) -> None:
    """Carry statements out as the product does, with their links."""
    steps = tuple(steps)
    for sql, values in (*steps, *chain.links(steps)):
        connection.execute(sql, values)


def head(connection: sqlite3.Connection) -> Head:
    """Return the newest link, as an anchor has it."""
    found = sealing.head_of(connection.execute(sealing.STATE))
    assert found is not None
    return found


def judged(connection: sqlite3.Connection, *anchored: Head) -> AuditVerdict:
    return verified(connection, NOWHERE, anchored, lambda _: None)


def flip(connection: sqlite3.Connection, row: int) -> None:
    connection.execute("UPDATE enforcement_log SET reason = reason || '.' WHERE id = ?", (row,))


def delete(connection: sqlite3.Connection, row: int) -> None:
    connection.execute("DELETE FROM enforcement_log WHERE id = ?", (row,))


def insert(connection: sqlite3.Connection, row: int) -> None:
    """Put another row behind this one; those after it move up."""
    (last,) = connection.execute(LAST).fetchone()
    for table, key in (("enforcement_log", "id"), ("audit_chain", "row_id")):
        connection.execute(f"UPDATE {table} SET {key} = -{key} WHERE {key} > ?", (row,))  # noqa: S608 - ours
        connection.execute(f"UPDATE {table} SET {key} = 1 - {key} WHERE {key} < 0")  # noqa: S608 - ours
    columns = ", ".join(chain.COLUMNS[1:])
    connection.execute(
        f"INSERT INTO enforcement_log (id, {columns}) SELECT ?, {columns} FROM enforcement_log "  # noqa: S608 - ours
        "WHERE id = ?",
        (row + 1, row),
    )
    assert connection.execute(LAST).fetchone() == (last + 1,)


def swap(connection: sqlite3.Connection, row: int) -> None:
    """Exchange all that the row and another one say."""
    other = row + 1 if (row + 1,) <= connection.execute(LAST).fetchone() else row - 1
    for old, new in ((row, -1), (other, row), (-1, other)):
        connection.execute("UPDATE enforcement_log SET id = ? WHERE id = ?", (new, old))


def truncate(connection: sqlite3.Connection, row: int) -> None:
    """Let the audit end before the row."""
    connection.execute("DELETE FROM enforcement_log WHERE id >= ?", (row,))


EDITS: dict[str, Edit] = {each.__name__: each for each in (flip, delete, insert, swap, truncate)}


def rechained(connection: sqlite3.Connection) -> None:
    """Make a chain that fits the rows as they are now, as one who knows Curb would."""
    connection.execute("DELETE FROM audit_chain")
    for row in connection.execute(v5_to_v6.ROWS).fetchall():
        connection.execute(chain.ROW, row)


def longer(connection: sqlite3.Connection, until: int) -> None:
    """Add rows until the chain is longer than `until` links: as if the anchor were late."""
    (number,) = connection.execute(LAST).fetchone()
    while (connection.execute("SELECT max(sequence) FROM audit_chain").fetchone()[0] or 0) <= until:
        number = (number or 0) + 1
        keep(connection, writing.statements(audit(number)))


def unseen(
    connection: sqlite3.Connection, rows: Iterable[int], *, is_clever: bool
) -> Iterator[str]:
    """Make each edit on each of the rows, and take it back; yield those that nobody would see."""
    anchored = head(connection)
    for row in rows:
        for name, edit in EDITS.items():
            connection.execute("BEGIN")
            edit(connection, row)
            if is_clever:
                rechained(connection)
                longer(connection, anchored.sequence)
            if not judged(connection, anchored).faults:
                yield f"{name} of row {row}"
            connection.execute("ROLLBACK")


def main(rows: int) -> int:
    with closing(told(rows)) as connection:
        assert not judged(connection, head(connection)).faults
        began = time.monotonic()
        found = list(unseen(connection, range(1, rows + 1), is_clever=False))
    took = time.monotonic() - began
    sys.stdout.write(f"{rows * len(EDITS)} edits in {took:.0f} s, {len(found)} not seen {found}\n")
    return bool(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000)
    sys.exit(main(parser.parse_args().rows))
