"""The record: what was asked, sent, filled and decided, each with the venue's time."""

import contextlib
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from curb.paper.clock import stamp
from curb.wire import exact

# What `GET /paper/record` can tell; quotes are in the file only.
_ROWS_KEPT = 5_000

# One older file is kept beside it, so a week of quotes cannot fill a disk.
_FILE_MAX_BYTES = 64 << 20

# A longer body or argument list is cut; no honest one is.
_BRIEF_CHARS = 2_000


def brief(value: Any) -> Any:
    """Return what a client sent, or the beginning of its text where it is long."""
    text = exact.dumps(value)
    return value if len(text) <= _BRIEF_CHARS else text[:_BRIEF_CHARS]


class Record:
    """Rows of `at`, `kind` and what the kind needs; the newest in memory, all in a file."""

    def __init__(self, path: Path | None = None, max_bytes: int = _FILE_MAX_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._recent: deque[dict[str, Any]] = deque(maxlen=_ROWS_KEPT)
        self._file: TextIO | None = None
        self._written = 0

    def open(self) -> None:
        """Open the file, if there is to be one; readable by the owner only."""
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a", encoding="utf-8")
            self.path.chmod(0o600)
            self._written = self._file.tell()

    def add(self, at: datetime, kind: str, row: Mapping[str, Any]) -> None:
        """Add a row that stays in memory, too."""
        entry = {"at": stamp(at), "kind": kind, **row}
        self._recent.append(entry)
        self._write(entry)

    def add_quote(self, at: datetime, row: Mapping[str, Any]) -> None:
        """Add a market event: to the file only."""
        if self._file is not None:
            self._write({"at": stamp(at), "kind": "event", **row})

    def rows(self) -> list[dict[str, Any]]:
        """Return the newest rows but quotes, by time; a request stands at its arrival."""
        return sorted(self._recent, key=lambda row: str(row["at"]))

    def flush(self) -> None:
        """Bring what is buffered to the file; a full disk ends the file, not the gateway."""
        try:
            if self._file is not None:
                self._file.flush()
        except OSError as error:
            self._give_up(error)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, entry: dict[str, Any]) -> None:
        if self._file is None:
            return
        line = exact.dumps(entry) + "\n"
        try:
            if self._written + len(line) > self._max_bytes:
                self._turn_over()
            self._file.write(line)
        except OSError as error:
            self._give_up(error)
        self._written += len(line)

    def _turn_over(self) -> None:
        self.close()
        if self.path is not None:
            self.path.replace(self.path.with_name(self.path.name + ".1"))
        self.open()

    def _give_up(self, error: OSError) -> None:
        with contextlib.suppress(OSError):
            self.close()
        self._file = None
        words = {"kind": "note", "text": f"the record's file ends here: {error.strerror}"}
        self._recent.append({"at": self._recent[-1]["at"] if self._recent else "", **words})
