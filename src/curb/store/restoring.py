"""A backup put in the database's place, and the drill that shows it could be. Blocking.

The checked copy is first given a name beside the database, `….incoming-…`. From then on the
exchange is only ever finished, by whoever comes next: a crash leaves the old file or the new.
"""

import asyncio
import contextlib
import glob
import json
import os
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from curb.domain.errors import StoreError
from curb.domain.text import safe_text
from curb.store.backup import listed, opened
from curb.store.database import Database
from curb.store.failure import failure
from curb.store.manifest import CONFIG, DATABASE, Manifest
from curb.store.migrations.step import Upgrade
from curb.store.syncing import sync_folder
from curb.store.tables import USER_VERSION

REPLACED, LOST = "replaced", "lost"  # why a file was set aside, as its name says it
_SIDES = ("-wal", "-shm", "-journal")  # SQLite's own files beside the database belong to it
_STAMP = "%Y%m%dT%H%M%S.%fZ"
_LAST = "last-drill.json"
_MOST_BYTES = 1 << 16
_WORDS_MAX = 400


@dataclass(frozen=True, slots=True)
class Restoration:
    """What was done: `aside` is the file that was there, None where there was none.

    `config` is where the configuration of the backup stands now, None where none was asked
    for or the backup has none.
    """

    manifest: Manifest
    aside: Path | None
    config: Path | None


@dataclass(frozen=True, slots=True)
class Drill:
    """How a drill went. `name` is the backup that could be restored, "" where none could.

    It is not `ok` where a newer one than that could not.
    """

    at: datetime
    name: str
    ok: bool
    seconds: float
    words: str


def restore(
    archive: Path,
    database: Path,
    now: datetime,
    *,
    aside: str = REPLACED,
    has_config: bool = False,
) -> Restoration:
    """Put what a backup holds in the database's place, which no engine may have open.

    The file that is there is kept as `….replaced-…`, with what it has in its log. With
    `has_config` the configuration is put beside, under a name that nothing reads. Raises
    StoreError with one line where it cannot be done; the database is then as it was, or the next
    start finishes the exchange.
    """
    try:
        finish(database)
        for left in database.parent.glob(f".{glob.escape(database.name)}.restoring-*"):
            shutil.rmtree(left, ignore_errors=True)
        stamp = f"{now.astimezone(UTC):{_STAMP}}"
        with tempfile.TemporaryDirectory(
            prefix=f".{database.name}.restoring-", dir=database.parent
        ) as place:
            manifest = opened(archive, Path(place))
            _refuse_newer(archive, manifest)
            config = None
            if has_config and CONFIG in manifest.members:
                config = database.with_name(f"config.restored-{stamp}.toml")
                Path(place, CONFIG).rename(config)
            word = _free_word(database, f"{aside}-{stamp}")
            Path(place, DATABASE).rename(database.with_name(f"{database.name}.incoming-{word}"))
        return Restoration(manifest, finish(database), config)
    except OSError as e:
        raise failure(database, "put a backup in its place", e) from e


def finish(database: Path) -> Path | None:
    """Finish the exchange that a crash cut short; return the file set aside by it, if any.

    Nobody may have the database open. Raises StoreError; it can be tried again.
    """
    kept = None
    try:
        for incoming in sorted(database.parent.glob(f"{glob.escape(database.name)}.incoming-*")):
            word = incoming.name.removeprefix(f"{database.name}.incoming-")
            kept = _set_aside(database, database.with_name(f"{database.name}.{word}"))
            incoming.replace(database)
            sync_folder(database.parent)
    except OSError as e:
        raise failure(database, "put a backup in its place", e) from e
    return kept


def set_aside(database: Path, now: datetime) -> Path:
    """Rename a damaged database and its side files; return the new name."""
    word = _free_word(database, f"{LOST}-{now.astimezone(UTC):{_STAMP}}")
    aside = database.with_name(f"{database.name}.{word}")
    try:
        _set_aside(database, aside)
        database.unlink(missing_ok=True)
    except OSError as e:
        raise failure(database, "set it aside", e) from e
    return aside


def drill(folder: Path, now: datetime) -> Drill:
    """Restore the newest backup into a directory of its own and load it as an engine would.

    What came of it is kept in the folder, for `last_drill`. Raises StoreError where it cannot
    be kept. Call it in a thread that runs no event loop.
    """
    began, faults, done = time.monotonic(), [], ("", 0)
    for each in listed(folder):
        try:
            done = each.path.name, _rehearsed(each.path, now)
            break
        except StoreError as e:
            faults.append(str(e))
    name, rows = done
    words = (
        [f"{rows} rows were restored and loaded"]
        if name
        else [f"{folder}: no backup could be restored"]
    )
    found = Drill(
        at=now.astimezone(UTC),
        name=name,
        ok=bool(name) and not faults,
        seconds=round(time.monotonic() - began, 3),
        words=safe_text("; ".join(words + faults), _WORDS_MAX),
    )
    _keep(folder / _LAST, found)
    return found


def last_drill(folder: Path) -> Drill | None:
    """Return how the last drill went, None where none is known."""
    try:
        with (folder / _LAST).open("rb") as file:
            found = json.loads(file.read(_MOST_BYTES))
        at, seconds = datetime.fromisoformat(found["at"]), float(found["seconds"])
        if at.tzinfo is None:
            return None
        return Drill(at, str(found["name"]), found["ok"] is True, seconds, str(found["words"]))
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return None


def _refuse_newer(archive: Path, manifest: Manifest) -> None:
    schema = manifest.content.schema
    if schema > USER_VERSION:
        raise StoreError(
            f"{archive}: made by a newer Curb ({safe_text(manifest.curb, 20)}): expected schema "
            f"version {USER_VERSION} or below, found {schema}: install that version"
        )


def _set_aside(database: Path, aside: Path) -> Path | None:
    """Give the database and its side files the other name; the file may keep its own too."""
    for side in _SIDES:
        with contextlib.suppress(FileNotFoundError):
            Path(f"{database}{side}").rename(f"{aside}{side}")
    if not database.exists():
        return aside if aside.exists() else None
    if not aside.exists():
        # With two names there is no moment without a database.
        try:
            aside.hardlink_to(database)
        except OSError:
            database.rename(aside)
    return aside


def _free_word(database: Path, word: str) -> str:
    free, number = word, 2
    while database.with_name(f"{database.name}.{free}").exists():
        free, number = f"{word}-{number}", number + 1
    return free


def _rehearsed(archive: Path, now: datetime) -> int:
    """Restore and load in a directory of its own; return how many rows."""

    async def load(path: Path) -> None:
        database = await Database.open(path, upgrade=Upgrade(now))
        try:
            await database.load()
        finally:
            await database.close()

    with tempfile.TemporaryDirectory(prefix="curb-drill-") as place:
        path = Path(place, "state.db")
        found = restore(archive, path, now)
        asyncio.run(load(path))
        return found.manifest.rows


def _keep(path: Path, found: Drill) -> None:
    text = json.dumps(asdict(found) | {"at": found.at.isoformat()}) + "\n"
    temporary = path.with_name(f"{path.name}.new")
    try:
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w"
        ) as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError as e:
        raise failure(path, "keep how the drill went", e) from e
