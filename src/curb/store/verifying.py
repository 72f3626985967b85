"""Whether the audit is what was written: its rows against its chain, its chain against anchors.

What left for the archive is verified in its files. Blocking; beside a running engine too.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curb.domain.anchors import Head
from curb.store import chain
from curb.store.segments import FOLDER, verified_segments

_TOLD_EACH = 100_000  # rows: somebody may be waiting

_LINKS = "SELECT sequence, row_id, digest, hash FROM audit_chain ORDER BY sequence"
_ROWS = f"""
SELECT {", ".join(chain.COLUMNS)}, (
    SELECT digest FROM audit_chain WHERE row_id = enforcement_log.id ORDER BY sequence DESC LIMIT 1
) FROM enforcement_log ORDER BY id
"""  # noqa: S608 - constants of ours
# Rows of a closed stretch may be on their way out: its file has them then.
_GONE = """
SELECT min(row_id) FROM audit_chain WHERE row_id IS NOT NULL
AND NOT EXISTS (SELECT 1 FROM enforcement_log WHERE id = row_id)
AND NOT EXISTS (SELECT 1 FROM audit_segments WHERE row_id BETWEEN first_id AND last_id)
"""
_CLOSED = "SELECT digest FROM audit_segments ORDER BY first_id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What was found: how many rows, the newest link, and a line for each fault, none if whole."""

    rows: int
    head: Head | None
    faults: tuple[str, ...]


def verified(
    connection: sqlite3.Connection,
    folder: Path,
    anchored: Sequence[Head],
    progress: Callable[[str], None],
) -> AuditVerdict:
    """Return the verdict on the audit of a database in `folder`, as of one moment.

    `anchored` are the links that its anchors saw, read before the database was.
    """
    rows, odd = _rows(connection, progress)
    head, broken = _chain(connection, anchored, progress)
    stretches = (
        f"the rows {each.first_id} to {each.last_id}: {each.words}"
        for each in verified_segments(connection, folder / FOLDER)
        if each.words
    )
    return AuditVerdict(rows, head, (*odd, *broken, *stretches))


def _rows(
    connection: sqlite3.Connection, progress: Callable[[str], None]
) -> tuple[int, tuple[str, ...]]:
    """Return how many rows there are, and the first that is not what its link says."""
    (gone,) = connection.execute(_GONE).fetchone()
    count, odd = 0, ""
    for *row, digest in connection.execute(_ROWS):
        count += 1
        if not odd and digest != chain.digest(*row):
            odd = f"row {row[0]}: {'it was changed' if digest else 'no link of the chain has it'}"
            gone = None if gone is not None and gone > row[0] else gone
        if count % _TOLD_EACH == 0:
            progress(f"{count:,} rows read")
    missing = f"row {gone}: it was deleted" if gone is not None else ""
    return count, tuple(filter(None, (missing or odd,)))


def _chain(
    connection: sqlite3.Connection, anchored: Sequence[Head], progress: Callable[[str], None]
) -> tuple[Head | None, tuple[str, ...]]:
    """Return the newest link, and where the chain breaks or is not the one that anchors saw."""
    faults: list[str] = []
    awaited = {each.sequence: each.hash for each in anchored}
    head: Head | None = None
    first, state = 1, ""
    for sequence, row_id, digest, found in connection.execute(_LINKS):
        if head is None:
            # One that begins later says so in a link of its own, as the stretches before have left.
            first, told = sequence, found if sequence > 1 else chain.link(None, row_id, digest)
        else:
            told = chain.link(head.hash, row_id, digest)
        is_next = head is None or sequence == head.sequence + 1
        if not faults and not (is_next and told == found):
            where = "a stretch" if row_id is None else f"row {row_id}"
            faults.append(f"link {sequence} ({where}): it does not follow the one before it")
        if awaited.pop(sequence, found) != found:
            faults.append(f"link {sequence}: its anchor has seen another one: it was rewritten")
        head, state = Head(sequence, found), digest if row_id is None else state
        if sequence % _TOLD_EACH == 0:
            progress(f"{sequence:,} links read")
    faults += (f"link {each}: an anchor has seen it, and it is gone" for each in sorted(awaited))
    return head, (*faults, *_beginning(connection, first, state))


def _beginning(connection: sqlite3.Connection, first: int, state: str) -> Iterator[str]:
    """Tell where the chain does not begin as its own newest word says."""
    closed = connection.execute(_CLOSED).fetchone()
    if not state and first == 1 and closed is None:
        return
    if state != chain.digest(closed and closed[0], first):
        yield f"link {first}: the chain's beginning, or its closed stretches, are not as it says"
