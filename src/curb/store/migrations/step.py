"""What a step from one schema to the next is."""

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

Tell = Callable[[str], None]


def in_silence(_line: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The leave to migrate: the time of it, UTC, and who is told of each step and each table.

    `backups` is the folder of the backup that is taken before, None for the one beside.
    """

    now: datetime
    tell: Tell = in_silence
    progress: Tell = in_silence
    backups: Path | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step, carried out inside a transaction that its runner began.

    `run` returns how many rows it moved. `history` notes the step in `schema_version`, with
    the named parameters version, at, description, script, checksum and ms.
    """

    before: int
    after: int
    description: str
    statements: tuple[str, ...]
    run: Callable[[sqlite3.Connection, Upgrade], int]
    history: str

    @property
    def script(self) -> str:
        """The statements as one text."""
        return ";\n".join(sql.strip() for sql in self.statements)

    @property
    def checksum(self) -> str:
        """The SHA-256 of the script."""
        return checksum(self.script)

    @property
    def name(self) -> str:
        """What the trader reads."""
        return f"schema v{self.before} to v{self.after}"


def checksum(script: str) -> str:
    """Return the SHA-256 of a script, as hexadecimal digits."""
    return hashlib.sha256(script.encode()).hexdigest()
