"""What the database refused, kept beside it: one line a record, synced, until it is in it.

Anybody can write such a file, so of what a restart finds there only what forbids or tells is
taken: it may lengthen a lock and never end one.
"""

import asyncio
import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from curb.domain import codec
from curb.domain.actions import EndLock, Record, SaveAudit, SaveLock
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.events import Restored
from curb.domain.locks import Lock
from curb.domain.severity import DEEDS

_KINDS = SaveLock | EndLock | SaveAudit
# A day of trading is far below; a disk that fails for longer has been told for long.
_MOST = 50_000
_LARGEST = 64 << 20


class Emergency:
    """The files, at the first place of `places` that can be written.

    `word` says where what was refused is kept, "" where nothing was.
    """

    def __init__(self, places: Sequence[Path]) -> None:
        self._places = places
        self._count = 0
        self.word = ""
        self._is_there = any(place.exists() for place in places)

    def recalled(self, restored: Restored) -> tuple[Restored, tuple[Record, ...]]:
        """Return what a restart needs, and what of it is still to be kept in the database."""
        return merged(restored, _read(self._places))

    async def keep(self, records: Sequence[Record]) -> None:
        """Keep what forbids and what tells; never raises."""
        kept = [record for record in records if isinstance(record, _KINDS)]
        if kept and self._count < _MOST:
            self._count += len(kept)
            await asyncio.to_thread(self._append, kept)

    async def clear(self) -> None:
        """Put the files aside: all that counts is in the database now."""
        if self._is_there:
            self._is_there, self._count, self.word = False, 0, ""
            await asyncio.to_thread(self._put_aside)

    def _append(self, records: Iterable[Record]) -> None:
        told = (json.dumps(codec.encode_as(_KINDS, each), default=str) for each in records)
        # A line break first: the line before may have been cut by a full disk.
        data = "\n".join(("", *told, "")).encode()
        self._is_there = True
        for place in self._places:
            try:
                _write(place, data)
            except OSError as e:
                self.word = f"in memory only: {place}: {e.strerror}"
            else:
                self.word = f"in {place}"
                return

    def _put_aside(self) -> None:
        for place in self._places:
            with contextlib.suppress(OSError):  # the next start finds nothing new in it
                place.replace(place.with_name(f"{place.name}.1"))


def _read(places: Iterable[Path]) -> Iterator[Record]:
    """Tell what the files hold, in order; what cannot be read of them is left out."""
    for place in places:
        try:
            with place.open("rb") as file:
                lines = file.read(_LARGEST).splitlines()
        except OSError:
            continue
        for line in lines[:_MOST]:
            with contextlib.suppress(FrameError, ValueError, RecursionError):
                record: Record = codec.decode_as(_KINDS, json.loads(line))
                yield record


def merged(restored: Restored, records: Iterable[Record]) -> tuple[Restored, tuple[Record, ...]]:
    """Return what a restart needs with what the disk had refused, and what of it is to be kept."""
    locks: dict[tuple[int, str, str | None], Lock] = {}
    rows: dict[int, AuditRow] = {}
    ids = range(restored.next_audit_id, restored.next_audit_id + _MOST)
    for record in records:
        match record:
            case SaveLock(lock):
                locks[lock.key] = lock
            case EndLock(lock):
                locks.pop(lock.key, None)
            case SaveAudit(row) if row.id in ids:
                rows[row.id] = row
            case _:
                pass
    standing = {lock.key: lock for lock in restored.locks}
    longer = {key: lock for key, lock in locks.items() if _is_longer(lock, standing.get(key))}
    open_rows = (row for row in rows.values() if row.success is None and row.action in DEEDS)
    both = replace(
        restored,
        locks=(*(standing | longer).values(),),
        unfinished=(*restored.unfinished, *open_rows),
        next_audit_id=max((*(number + 1 for number in rows), restored.next_audit_id)),
    )
    return both, (*map(SaveLock, longer.values()), *map(SaveAudit, rows.values()))


def _is_longer(lock: Lock, standing: Lock | None) -> bool:
    if standing is None:
        return True
    # Without an end it is a condition that ends it: no time is longer.
    if standing.until is None or lock.until is None:
        return standing.until is not None
    return lock.until > standing.until


def _write(place: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(place, flags, 0o600)
    try:
        if os.write(fd, data) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(fd)
    finally:
        os.close(fd)
