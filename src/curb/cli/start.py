"""What an engine starts with: the file, held against what was in force when the last one ended."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curb.cli import places
from curb.config.models import Config
from curb.config.parse import parse, parse_bytes
from curb.config.revive import revived
from curb.domain.actions import Action
from curb.domain.errors import ConfigError
from curb.domain.kept import KeptConfig
from curb.engine.adoption import Adoption, resumed, slot_of
from curb.engine.core import Core
from curb.engine.reload import read

IN_FORCE = "config.in-force.toml"
"""In the state directory: the configuration in force, to read, and for a lost database."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is in force from the first moment, and what has to be said of the file."""

    adoption: Adoption
    file: Config | None  # None: it cannot be used, see `fault`
    digest: str  # the hash of the file's bytes
    fault: str
    is_first: bool

    def tell(self, core: Core, now: datetime) -> list[Action]:
        """Tell the core of the file; return what it has to keep and say before anything else."""
        actions = core.govern(now, is_first=self.is_first)
        if self.fault:
            actions += core.refuse_config(f"{self.fault}; {self._goes_on}", self.digest, now)
        elif self.file is not None and not self.is_first:
            actions += core.compare(self.file, self.digest)
        return actions

    @property
    def _goes_on(self) -> str:
        return "the file is taken" if self.file else "the configuration that was in force goes on"


def begin(path: Path, kept: Sequence[KeptConfig], copy: Path | None = None) -> Start:
    """Return what an engine starts with. Raises ConfigError where there is nothing at all.

    A file that cannot be used does not end the guard: what was in force goes on. Where the
    database does not know it any more, it is the readable `copy`.
    """
    by_slot = {each.slot: each for each in (*_copied(copy), *kept)}
    try:
        data = read(path)
        file = parse_bytes(data, str(path))
    except ConfigError as e:
        found = by_slot.get("live") or by_slot.get("paper")
        if found is None:
            raise
        in_force = revived(found.in_force, parse(places.default_config(), "as shipped"))
        return Start(resumed(found, in_force), None, "", str(e), is_first=False)
    digest = hashlib.sha256(data).hexdigest()
    found = by_slot.get(slot_of(file))
    if found is None:
        return Start(Adoption(file), file, digest, "", is_first=True)
    try:
        return Start(resumed(found, file), file, digest, "", is_first=False)
    except ConfigError as e:
        # Nobody but a meddler writes such a one: the store's seal answers to that.
        return Start(Adoption(file), file, digest, str(e), is_first=True)


def _copied(path: Path | None) -> tuple[KeptConfig, ...]:
    if path is None:
        return ()
    try:
        data = read(path)
        config = parse_bytes(data, str(path))
    except ConfigError:
        return ()
    return (KeptConfig(slot_of(config), data.decode()),)


def read_config(path: Path) -> Config:
    """Return the configuration in a file. Raises ConfigError."""
    return parse_bytes(read(path), str(path))
