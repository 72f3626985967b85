"""Opening the trader's database at a start: one that is damaged gives way to a backup."""

import asyncio
from datetime import datetime
from pathlib import Path

from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.events import Restored
from curb.store.backup import BACKUPS, listed
from curb.store.database import Database
from curb.store.migrations.step import Tell, Upgrade, in_silence
from curb.store.restoring import LOST, Restoration, finish, restore, set_aside


async def recovered(
    path: Path, now: datetime, tell: Tell = in_silence, backups: Path | None = None
) -> tuple[Database, Restored, str]:
    """Return the database and what it restores, and why it is not the one left, or "".

    One of an older schema is backed up and migrated. A damaged one is kept aside, and the newest
    backup that is whole restored in its place, a new one made where there is none. `tell` gets
    a line now and then: both may take long. Raises StoreError where the file is of another
    program or version, or cannot be used.
    """
    await asyncio.to_thread(finish, path)
    backups = backups or path.with_name(BACKUPS)
    upgrade = Upgrade(now, tell, tell, backups)
    try:
        return (*await _loaded(path, upgrade), "")
    except StoreDamaged as e:
        return await _replaced(path, backups, upgrade, e)


async def _replaced(
    path: Path, backups: Path, upgrade: Upgrade, e: StoreDamaged
) -> tuple[Database, Restored, str]:
    aside, fault, now = None, "", upgrade.now
    for archive in await asyncio.to_thread(_archives, backups):
        upgrade.tell(f"{path}: damaged: trying the backup {archive.name}")
        try:
            done: Restoration = await asyncio.to_thread(restore, archive, path, now, aside=LOST)
            aside = aside or done.aside
            loaded = await _loaded(path, upgrade)
        except StoreError as odd:
            fault = fault or str(odd)
            continue
        words = f"the backup of {done.manifest.taken_at:%Y-%m-%d %H:%M} UTC was restored"
        return (*loaded, f"{_kept(aside)}; {words} ({e})")
    # What stands there now is damaged too, or what nothing could be restored over.
    moved = await asyncio.to_thread(set_aside, path, now)
    words = f"; no backup could be restored: {fault}" if fault else ""
    return (*await _loaded(path, upgrade), f"{_kept(aside or moved)}{words} ({e})")


def _kept(aside: Path | None) -> str:
    return f"the database was damaged, and is kept as {aside.name if aside else 'nothing'}"


def _archives(folder: Path) -> list[Path]:
    try:
        return [each.path for each in listed(folder) if not each.fault]
    except StoreError:
        return []


async def _loaded(path: Path, upgrade: Upgrade) -> tuple[Database, Restored]:
    database = await Database.open(path, upgrade=upgrade)
    try:
        return database, await database.load()
    except BaseException:
        await database.close()
        raise
