"""What went wrong with the database, in one line that says what to do."""

import sqlite3
from pathlib import Path

from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.text import safe_text

_WORDS_MAX = 200  # characters: the error stays one line, whatever a damaged file holds

# By the start of SQLite's own name of the error, the longer names first.
_DAMAGES = ("SQLITE_NOTADB", "SQLITE_CORRUPT")

_CAUSES = (
    ("SQLITE_BUSY", "locked by another program: close what has it open, then try again"),
    ("SQLITE_LOCKED", "locked by another program: close what has it open, then try again"),
    ("SQLITE_FULL", "the disk is full: free some space"),
    ("SQLITE_READONLY", "read-only: make the file and its directory writable for you"),
    ("SQLITE_CANTOPEN", "it cannot be opened: check that its directory exists and is yours"),
    ("SQLITE_PERM", "access was refused: make the file and its directory writable for you"),
    ("SQLITE_NOTADB", "not a database: move it away, or name another file"),
    ("SQLITE_CORRUPT", "damaged: move it away and restore a copy"),
    ("SQLITE_IOERR", "the disk failed to read or write: check that it is whole and not full"),
)


def failure(path: Path, doing: str, e: Exception) -> StoreError:
    """Return the error that names the file, what was being done to it, and the cause."""
    if isinstance(e, OSError):
        return StoreError(f"{path}: cannot {doing}: {e.strerror or e}")
    # Only what SQLite itself reports has a name; the module's own complaints have none.
    name = str(getattr(e, "sqlite_errorname", ""))
    for start, words in _CAUSES:
        if isinstance(e, sqlite3.Error) and name.startswith(start):
            kind = StoreDamaged if start in _DAMAGES else StoreError
            return kind(f"{path}: cannot {doing}: {words} ({name})")
    return StoreError(f"{path}: cannot {doing}: {safe_text(e, _WORDS_MAX)}")
