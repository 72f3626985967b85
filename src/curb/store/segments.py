"""The audit in closed stretches: a digest over each, and a file before its rows leave.

Every row is a line of JSON; a digest is that of the digest before and the next line. So a
segment's digest stands for all rows up to its end, in the database or in the archive.
"""

import gzip
import hashlib
import json
import os
import secrets
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from curb.domain.errors import StoreError
from curb.domain.retention import GIVEN_UP, months
from curb.store.chain import BEGINNING, COLUMNS
from curb.store.pruning import SEGMENT
from curb.store.syncing import sync_folder
from curb.store.values import time_of, time_text
from curb.store.writing import Statement

FOLDER = Path("archive") / "audit"

_ROWS = f"""
SELECT {", ".join(COLUMNS)} FROM enforcement_log WHERE id BETWEEN ? AND ? ORDER BY id
"""  # noqa: S608 - constants of ours
_SEGMENTS = """
SELECT first_id, last_id, first_at, last_at, row_count, digest, pruned_at IS NOT NULL
FROM audit_segments ORDER BY first_id
"""
_LAST = "SELECT last_id, digest FROM audit_segments ORDER BY first_id DESC LIMIT 1"
_FIRST_ROW = "SELECT id, timestamp FROM enforcement_log WHERE id > ? ORDER BY id LIMIT 1"
_FIRST_LATER = "SELECT min(id) FROM enforcement_log WHERE id > ? AND timestamp >= ?"
_ANY_OPEN = """
SELECT count(*) FROM enforcement_log WHERE success IS NULL AND id BETWEEN ? AND ?
"""
_TIMES = "SELECT min(timestamp), max(timestamp) FROM enforcement_log WHERE id BETWEEN ? AND ?"
_IDS = "SELECT id FROM enforcement_log WHERE id BETWEEN ? AND ? ORDER BY id"
_BEFORE_ALL = -(2**63)


@dataclass(frozen=True, slots=True)
class Segment:
    """A closed stretch of the audit; `previous` is the digest before it."""

    first_id: int
    last_id: int
    first_at: str
    last_at: str
    row_count: int
    digest: str
    previous: str
    is_pruned: bool = False

    @property
    def file(self) -> str:
        """The name of its file in the archive."""
        return f"{self.first_at[:10]}-{self.last_id}.jsonl.gz"

    def statement(self, now: datetime) -> Statement:
        """Return what closes it."""
        told = (self.first_id, self.last_id, self.first_at, self.last_at, self.row_count)
        return SEGMENT, (*told, self.digest, time_text(now))


@dataclass(frozen=True, slots=True)
class SegmentVerdict:
    """Whether a segment's rows are those that were sealed; `words` say what is wrong, or ""."""

    first_id: int
    last_id: int
    words: str


def segments(connection: sqlite3.Connection) -> tuple[Segment, ...]:
    """Return the segments in order."""
    found: list[Segment] = []
    previous = BEGINNING
    for first_id, last_id, first_at, last_at, count, digest, is_pruned in connection.execute(
        _SEGMENTS
    ):
        span = (first_id, last_id, first_at, last_at)
        found.append(Segment(*span, count, digest, previous, bool(is_pruned)))
        previous = digest
    return tuple(found)


def next_segment(connection: sqlite3.Connection, now: datetime) -> Segment | None:
    """Return the oldest month that has settled and is in no segment yet, None where none is.

    One with a row whose outcome is open waits for it, but not for ever. Months are of UTC; ids
    go before times, so that segments leave no row out between them.
    """
    last_id, digest = connection.execute(_LAST).fetchone() or (_BEFORE_ALL, BEGINNING)
    first = connection.execute(_FIRST_ROW, (last_id,)).fetchone()
    ends = months(time_of(first[1]), now) if first else ()
    if not ends:
        return None
    (later,) = connection.execute(_FIRST_LATER, (last_id, _boundary(ends[0]))).fetchone()
    if later is None:
        return None  # the newest row stays with those that follow it
    span = (first[0], later - 1)
    (open_rows,) = connection.execute(_ANY_OPEN, span).fetchone()
    if open_rows and now - ends[0] < GIVEN_UP:
        return None
    return _sealed(connection, span, digest)


def archived(connection: sqlite3.Connection, folder: Path, segment: Segment) -> Path:
    """Write the segment's rows to its file, read it again, and return it; a good one stays.

    Raises StoreError where the rows are not those that were sealed.
    """
    path = folder / segment.file
    if not _fault_of_file(path, segment):
        return path
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
            with gzip.GzipFile(fileobj=file, mode="wb", filename="", mtime=0) as packed:
                for line in _lines(connection, segment):
                    packed.write(f"{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        fault = _fault_of_file(draft, segment)
        if fault:
            draft.unlink()
            words = f"expected the rows {segment.first_id} to {segment.last_id} as sealed"
            raise StoreError(f"audit: {words}, found others: they stay; `curb db verify`")
        if path.exists():
            # Not ours to lose: a database before this one may have had other rows.
            path.rename(f"{path}.{secrets.token_hex(4)}")
        draft.replace(path)
        sync_folder(folder)
    except OSError as e:
        raise StoreError(f"{path}: cannot write it: {e.strerror}: free some space") from e
    return path


def row_ids(connection: sqlite3.Connection, segment: Segment) -> tuple[int, ...]:
    """Return the ids of the segment's rows that are in the database, in order."""
    return tuple(number for (number,) in connection.execute(_IDS, _span(segment)))


def verified_segments(connection: sqlite3.Connection, folder: Path) -> tuple[SegmentVerdict, ...]:
    """Return of each segment whether its rows, or those of its file, are what was sealed."""
    found: list[SegmentVerdict] = []
    before = _BEFORE_ALL
    for segment in segments(connection):
        words = "" if segment.first_id > before else "overlaps the segment before it"
        found.append(
            SegmentVerdict(
                segment.first_id, segment.last_id, words or _fault(connection, folder, segment)
            )
        )
        before = segment.last_id
    return tuple(found)


def _fault(connection: sqlite3.Connection, folder: Path, segment: Segment) -> str:
    path = folder / segment.file
    if segment.is_pruned:
        return _fault_of_file(path, segment)
    if _is_whole(_lines(connection, segment), segment):
        return ""
    if _fault_of_file(path, segment):
        return "the rows are not those that were sealed"
    # Its rows are on their way out: what is left must be among those of the file.
    kept = set(_read(path))
    is_rest = all(line in kept for line in _lines(connection, segment))
    return "" if is_rest else "the rows are not those that were sealed"


def _fault_of_file(path: Path, segment: Segment) -> str:
    if not path.exists():
        return f"expected the file {path.name}, found none"
    try:
        is_whole = _is_whole(_read(path), segment)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error):
        return f"the file {path.name} cannot be read"
    return "" if is_whole else f"the file {path.name} has not the rows that were sealed"


def _sealed(connection: sqlite3.Connection, span: tuple[int, int], previous: str) -> Segment:
    first_at, last_at = connection.execute(_TIMES, span).fetchone()
    digest, count, last_id = previous, 0, span[0]
    for row in connection.execute(_ROWS, span):
        digest, count, last_id = _next(digest, _line(row)), count + 1, row[0]
    return Segment(span[0], last_id, first_at, last_at, count, digest, previous)


def _is_whole(lines: Iterator[str], segment: Segment) -> bool:
    digest, count = segment.previous, 0
    for line in lines:
        digest, count = _next(digest, line), count + 1
    return (digest, count) == (segment.digest, segment.row_count)


def _lines(connection: sqlite3.Connection, segment: Segment) -> Iterator[str]:
    return map(_line, connection.execute(_ROWS, _span(segment)))


def _read(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        yield from (line.removesuffix("\n") for line in file)


def _line(row: tuple[Any, ...]) -> str:
    try:
        return json.dumps(dict(zip(COLUMNS, row, strict=True)), separators=(",", ":"))
    except TypeError as e:
        raise StoreError(f"audit: expected text and numbers in row {row[0]}, found others") from e


def _next(digest: str, line: str) -> str:
    return hashlib.sha256(f"{digest}{line}".encode()).hexdigest()


def _span(segment: Segment) -> tuple[int, int]:
    return segment.first_id, segment.last_id


def _boundary(end: datetime) -> str:
    # The audit's times have milliseconds; text order is time order up to the digits both have.
    return end.isoformat(timespec="milliseconds")
