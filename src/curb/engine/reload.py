"""Reads `config.toml` while somebody edits it."""

import asyncio
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from curb.config.models import Config
from curb.config.parse import SIZE_MAX, parse_bytes
from curb.domain.errors import ConfigError

# An editor writes in several steps; a file that rests this long is whole, or refused.
_REST_S = 0.3
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A file that parses, and the SHA-256 of its bytes."""

    config: Config
    file: str


async def read_stable(path: Path) -> bytes:
    """Return the file's bytes once size, mtime and inode have rested for 300 ms."""
    before = mark(path)
    for _ in range(_TRIES):
        await asyncio.sleep(_REST_S)
        after = mark(path)
        if after == before:
            return read(path)
        before = after
    raise ConfigError(str(path), None, "", "a file that rests for 0.3 s", "one being written")


async def read_whole(path: Path) -> Found:
    """Return what the file holds once it rests. Raises ConfigError where it cannot be used."""
    data = await read_stable(path)
    # In a thread: a hostile file keeps the parser busy for seconds.
    config = await asyncio.to_thread(parse_bytes, data, str(path))
    return Found(config, hashlib.sha256(data).hexdigest())


def mark(path: Path) -> tuple[int, int, int]:
    """Return size, mtime and inode: what changes when a file does. Raises ConfigError."""
    try:
        info = path.stat()
    except OSError as e:
        raise _unreadable(path, e) from e
    _refuse_odd(path, info)
    return (info.st_size, info.st_mtime_ns, info.st_ino)


def read(path: Path) -> bytes:
    """Return a file's bytes, more than a configuration may have at most. Raises ConfigError."""
    try:
        with open(path, "rb", opener=_unblocked) as file:
            _refuse_odd(path, os.fstat(file.fileno()))
            return file.read(SIZE_MAX + 1)
    except OSError as e:
        raise _unreadable(path, e) from e


def _unblocked(path: str, flags: int) -> int:
    # Opening a pipe would wait for somebody who writes to it.
    return os.open(path, flags | os.O_NONBLOCK)


def _refuse_odd(path: Path, info: os.stat_result) -> None:
    if not stat.S_ISREG(info.st_mode):
        # A pipe or a device would keep the reader waiting for ever.
        raise ConfigError(str(path), None, "", "a readable file", "no regular file")


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(str(path), None, "", "a readable file", error.strerror or "none")
