"""The anchor files: read once at the start, replaced after every sealed write."""

import asyncio
import contextlib
import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from curb.domain.anchors import Anchor, Damaged, Head

# An anchor is below 300 bytes; more is not ours.
_MOST_BYTES = 4096


def read_anchor(path: Path) -> Anchor | Damaged | None:
    """Return what the file says, None where there is none. Blocking."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError:
        return Damaged.DAMAGED
    try:
        return _parsed(os.read(fd, _MOST_BYTES))
    except (OSError, ValueError, LookupError, TypeError):
        return Damaged.DAMAGED
    finally:
        os.close(fd)


def lay_anchor(path: Path, anchor: Anchor) -> None:
    """Write an account's first anchor. A disk that fails is told by the `Keeper`. Blocking."""
    with contextlib.suppress(OSError):
        write_anchor(path, anchor)


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Replace the file in one step, on the disk before its name is. Blocking; raises OSError."""
    temporary = path.with_name(f"{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    fd = os.open(temporary, flags, 0o600)
    try:
        os.write(fd, _text(anchor).encode())
        os.fsync(fd)
    finally:
        os.close(fd)
    temporary.replace(path)


class Keeper:
    """Writes the newest anchor to all its places, beside everything else.

    `word` is "ok", or what is wrong: a disk that fails delays and ends nothing.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)
        self._newest: Anchor | None = None
        self._wake = asyncio.Event()
        self._is_closing = False
        self._task = asyncio.create_task(self._run(), name="anchors")
        self.word = "ok"

    def put(self, anchor: Anchor) -> None:
        """Take the anchor to write; one that still waits is passed over."""
        self._newest = anchor
        self._wake.set()

    async def close(self) -> None:
        """Write what waits, and end."""
        self._is_closing = True
        self._wake.set()
        await self._task

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            anchor, self._newest = self._newest, None
            if anchor is not None:
                self.word = await asyncio.to_thread(_write_all, self._paths, anchor)
            if self._is_closing and self._newest is None:
                return


def _write_all(paths: Sequence[Path], anchor: Anchor) -> str:
    word = "ok"
    for path in paths:
        try:
            write_anchor(path, anchor)
        except OSError as e:
            word = f"{path}: cannot write the anchor of the database: {e.strerror or e}"
    return word


def _text(anchor: Anchor) -> str:
    reset_at = anchor.reset_at.isoformat() if anchor.reset_at else None
    found = {"id": anchor.id, "sequence": anchor.sequence, "seal": anchor.seal}
    audit = [anchor.audit.sequence, anchor.audit.hash] if anchor.audit else None
    return json.dumps(found | {"reset_at": reset_at, "audit": audit}) + "\n"


def _parsed(content: bytes) -> Anchor:
    found = json.loads(content)
    anchor_id, sequence, seal = found["id"], found["sequence"], found["seal"]
    if not (isinstance(anchor_id, str) and isinstance(seal, str) and type(sequence) is int):
        raise TypeError("expected id and seal as text, sequence as a number")
    reset_at = datetime.fromisoformat(found["reset_at"]) if found["reset_at"] else None
    if reset_at is not None and reset_at.tzinfo is None:
        raise ValueError("expected a time with its offset")
    return Anchor(anchor_id, sequence, seal, reset_at, _head(found.get("audit")))


def _head(found: Any) -> Head | None:
    if found is None:
        return None
    sequence, told = found
    if type(sequence) is not int or not isinstance(told, str):
        raise TypeError("expected the audit's link as a number and text")
    return Head(sequence, told)
