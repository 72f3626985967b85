"""Opening the trader's database at a start: one that is damaged is set aside, never repaired."""

import asyncio
from datetime import datetime
from pathlib import Path

from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.events import Restored
from curb.store.database import Database
from curb.store.failure import failure

# SQLite's own files beside the database belong to it.
_SIDES = ("", "-wal", "-shm")


async def recovered(path: Path, now: datetime) -> tuple[Database, Restored, str]:
    """Return the database and what it restores, and why it is a new one, "" where it is not.

    Raises StoreError where the file is of another program or version, or cannot be used.
    """
    try:
        return (*await _loaded(path), "")
    except StoreDamaged as e:
        aside = await asyncio.to_thread(set_aside, path, now)
        why = f"the database was damaged, and is kept as {aside.name} ({e})"
    return (*await _loaded(path), why)


def set_aside(path: Path, now: datetime) -> Path:
    """Rename the database and its side files; return the new name. Blocking."""
    aside = path.with_name(f"{path.name}.lost-{now:%Y%m%dT%H%M%S.%fZ}")
    try:
        for side in _SIDES:
            part = Path(f"{path}{side}")
            if part.exists():
                part.rename(f"{aside}{side}")
    except OSError as e:
        raise StoreError(str(failure(path, "set it aside", e))) from e
    return aside


async def _loaded(path: Path) -> tuple[Database, Restored]:
    database = await Database.open(path)
    try:
        return database, await database.load()
    except BaseException:
        await database.close()
        raise
