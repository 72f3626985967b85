"""Backups of the database, taken beside the engine that writes it. Blocking, all of it.

A backup is one archive: manifest, database, configuration. It gets its name once it is whole
and on the disk, so a name is never that of half a backup.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curb.domain.errors import StoreDamaged, StoreError
from curb.domain.shelf import Counts, Shelved, Why, surplus
from curb.domain.text import safe_text
from curb.store.bundle import MOST, pack, unpack, unpacking
from curb.store.failure import failure
from curb.store.looking import looking
from curb.store.manifest import CONFIG, DATABASE, Content, Manifest, Member, content_of, text_of
from curb.store.syncing import sync_folder

BACKUPS = "backups"  # the folder beside the database, where none is named
_BUSY_S = 10.0  # the engine's longest transaction is far shorter
_TURNS, _TURN_S = 100, 0.1  # another one that is being taken here is waited for this often
_WORK = ".taking-"
_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"curb-(\d{8}T\d{6}Z)-([a-z]+)(-\d+)?\.tar\.gz", re.ASCII)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was taken; `bytes` is the size of the archive."""

    path: Path
    bytes: int
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Listed:
    """A backup in a folder; `manifest` is None and `fault` says why where it is damaged."""

    path: Path
    bytes: int
    shelved: Shelved
    manifest: Manifest | None
    fault: str = ""


def take(
    database: Path, folder: Path, why: str, now: datetime, config: Path | None, curb_version: str
) -> Backup:
    """Back up the database as it is at one moment, and the configuration if it is there.

    `why` is a word of `domain.shelf.Why`. A running engine goes on writing meanwhile. Raises
    StoreError with one line where it cannot be done; then nothing is left of it.
    """
    reason = Why(why)
    try:
        with _workplace(folder) as place:
            content = _snapshot(database, place / DATABASE)
            files = [(DATABASE, place / DATABASE)]
            if config is not None and _copied(config, place / CONFIG):
                files.append((CONFIG, place / CONFIG))
            members = {name: _member(path) for name, path in files}
            manifest = Manifest(now.astimezone(UTC), reason, curb_version, content, members)
            packed = place / "packed"
            with os.fdopen(_new(packed), "wb") as out:
                pack(out, text_of(manifest).encode(), files, now)
                out.flush()
                os.fsync(out.fileno())
            size, path = packed.stat().st_size, _free_name(folder, why, now)
            packed.rename(path)
            sync_folder(folder)
            return Backup(path, size, manifest)
    except OSError as e:
        raise failure(folder, "keep a backup there", e) from e


def listed(folder: Path) -> tuple[Listed, ...]:
    """Return the backups of a folder, the newest first; none where there is no folder.

    Only their manifests are read: `verified` tells whether the rest is whole.
    """
    try:
        names = [entry.name for entry in os.scandir(folder) if _NAME.fullmatch(entry.name)]
    except FileNotFoundError:
        return ()
    except OSError as e:
        raise failure(folder, "list it", e) from e
    found = [each for each in map(_listed, (folder / name for name in names)) if each]
    return tuple(sorted(found, key=lambda e: (e.shelved.taken_at, e.path.name), reverse=True))


def verified(path: Path) -> Manifest:
    """Unpack a backup beside nothing of ours and look at every row; return its manifest.

    Raises StoreDamaged where anything is not as its manifest says.
    """
    with tempfile.TemporaryDirectory(prefix="curb-backup-") as place:
        return opened(path, Path(place))


def opened(path: Path, into: Path) -> Manifest:
    """Unpack a backup into an empty directory of ours, and check it whole.

    It then holds `curb.db`, and `config.toml` where the backup has one. Raises StoreDamaged
    where anything is not as the manifest says, StoreError where it cannot be unpacked.
    """
    with unpacking(path) as (manifest, packed):
        need = sum(member.bytes for member in manifest.members.values())
        if need > (free := free_bytes(into)):
            raise StoreError(f"{into}: expected {need} bytes of free disk, found {free}: free some")
        unpack(packed, manifest, into)
    try:
        found = _checked(into / DATABASE)
    except sqlite3.Error as e:
        raise StoreDamaged(str(failure(path, "read its database", e))) from e
    except StoreDamaged as e:
        raise StoreDamaged(f"{path}: damaged: its database is not whole ({e})") from e
    if found != manifest.content:
        raise StoreDamaged(f"{path}: damaged: its rows are not those of its manifest: name another")
    return manifest


def rotate(folder: Path, counts: Counts, now: datetime) -> tuple[Path, ...]:
    """Delete the backups that are not to be kept; return them. Damaged ones are left alone."""
    gone = []
    shelf = [each.shelved for each in listed(folder) if not each.fault]
    for each in surplus(shelf, counts, now):
        path = folder / each.name
        try:
            path.unlink()
        except OSError as e:
            raise failure(path, "delete it", e) from e
        gone.append(path)
    return tuple(gone)


def free_bytes(folder: Path) -> int:
    """Return how much a disk can still take. Raises OSError."""
    return shutil.disk_usage(folder).free


@contextlib.contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """Give a directory to work in, of one taker at a time, and remove it at the end."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _await_turn(fd, folder)
        # Nobody else is in: these are of takers that were killed.
        for left in folder.glob(f"{_WORK}*"):
            shutil.rmtree(left, ignore_errors=True)
        place = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(fd)


def _await_turn(fd: int, folder: Path) -> None:
    for _ in range(_TURNS):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_TURN_S)
    raise StoreError(f"{folder}: another backup is being taken there: try again when it is done")


def _snapshot(database: Path, copy: Path) -> Content:
    """Copy the database as it is at one moment; return what the copy holds."""
    os.close(_new(copy))
    try:
        with looking(database, busy_s=_BUSY_S) as source:
            # A read that has begun waits for no one any more; `backup` alone would wait forever.
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as target:
                target.execute("PRAGMA synchronous = OFF")
                source.backup(target, pages=-1)
                target.execute("PRAGMA journal_mode = DELETE").fetchone()
        return _checked(copy)
    except sqlite3.Error as e:
        raise failure(database, f"copy it to {copy.parent.parent}", e) from e
    except StoreDamaged as e:
        raise StoreDamaged(f"{database}: damaged: it cannot be backed up ({e})") from e


def _checked(path: Path) -> Content:
    """Return what a database of a backup holds, once every page of it was looked at."""
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
        for pragma in ("query_only = ON", "trusted_schema = OFF", "cell_size_check = ON"):
            connection.execute(f"PRAGMA {pragma}")
        (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise StoreDamaged(safe_text(verdict, 200))
        return content_of(connection)


def _copied(config: Path, copy: Path) -> bool:
    """Copy the configuration; return whether there was one."""
    try:
        content = config.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as e:
        raise failure(config, "read it", e) from e
    if len(content) > MOST[CONFIG]:
        raise StoreError(f"{config}: expected at most {MOST[CONFIG]} bytes, found {len(content)}")
    with os.fdopen(_new(copy), "wb") as out:
        out.write(content)
    return True


def _member(path: Path) -> Member:
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return Member(path.stat().st_size, digest)


def _new(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


def _free_name(folder: Path, why: str, now: datetime) -> Path:
    stem = f"curb-{now.astimezone(UTC):{_STAMP}}-{why}"
    path, number = folder / f"{stem}.tar.gz", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}.tar.gz", number + 1
    return path


def _listed(path: Path) -> Listed | None:
    stamp, why = path.name.split("-")[1], path.name.split("-")[2].split(".")[0]
    try:
        named_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        size = path.lstat().st_size
    except (ValueError, OSError):
        return None  # no time of this world, or deleted meanwhile
    try:
        with unpacking(path) as (manifest, _):
            shelved = Shelved(path.name, manifest.taken_at, manifest.why)
            return Listed(path, size, shelved, manifest)
    except StoreError as e:
        return Listed(path, size, Shelved(path.name, named_at, why), None, str(e))
