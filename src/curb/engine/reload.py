"""Reads `config.toml` while somebody edits it, and says what a new one would change."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from curb.config.diff import Change, diff
from curb.config.models import Config
from curb.config.parse import SIZE_MAX, parse_bytes
from curb.domain.errors import ConfigError

# An editor writes in several steps; a file that rests this long is whole, or refused.
_REST_S = 0.3
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file that parses, against what is in force. `config` keeps the gateway of today."""

    config: Config
    changes: tuple[Change, ...]

    @property
    def looser(self) -> tuple[Change, ...]:
        """The changes that may allow more."""
        return tuple(c for c in self.changes if c.direction == "looser" and not c.needs_restart)


async def read_stable(path: Path) -> bytes:
    """Return the file's bytes once size, mtime and inode have rested for 300 ms."""
    before = _mark(path)
    for _ in range(_TRIES):
        await asyncio.sleep(_REST_S)
        after = _mark(path)
        if after == before:
            return _bytes(path)
        before = after
    raise ConfigError(str(path), None, "", "a file that rests for 0.3 s", "one being written")


async def propose(path: Path, in_force: Config) -> Proposal:
    """Return what the file would change. Raises ConfigError where it cannot be used."""
    data = await read_stable(path)
    # In a thread: a hostile file keeps the parser busy for seconds.
    found = await asyncio.to_thread(parse_bytes, data, str(path))
    return Proposal(replace(found, gateway=in_force.gateway), diff(in_force, found))


def refusal(proposal: Proposal, in_force: Config, is_locked: Callable[[], bool]) -> str:
    """Return why a proposal cannot be applied now, "" where it can."""
    if not proposal.looser:
        return ""
    keys = ", ".join(change.key for change in proposal.looser)
    if is_locked():
        return f"{keys}: nothing is loosened while a lock or cooldown runs"
    if not in_force.is_loosened_at_once:
        return f"{keys}: a looser limit is not applied in the middle of a trading day"
    return ""


def _mark(path: Path) -> tuple[int, int, int]:
    try:
        info = path.stat()
    except OSError as e:
        raise _unreadable(path, e) from e
    return (info.st_size, info.st_mtime_ns, info.st_ino)


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_MAX + 1)
    except OSError as e:
        raise _unreadable(path, e) from e


def _unreadable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(str(path), None, "", "a readable file", error.strerror or "none")
