"""Where the backups are, and what the engine puts there."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from curb import __version__
from curb.cli.start import read_config
from curb.domain.errors import ConfigError, StoreError
from curb.domain.shelf import Counts, Why, last_taken
from curb.domain.upkeep import BackupPlan
from curb.store.backup import BACKUPS, listed, rotate, take


def folder_of(config: Path, state_dir: Path) -> Path:
    """Return the folder that the configuration names, else the one in the state directory.

    A configuration that cannot be used names none: a damaged database does not wait for it.
    """
    named = ""
    with contextlib.suppress(ConfigError):
        named = read_config(config).backup.folder
    return named_folder(named, state_dir)


def named_folder(named: str, state_dir: Path) -> Path:
    """Return the folder of that name, the one in the state directory where it is ""."""
    return Path(named).expanduser() if named else state_dir / BACKUPS


@dataclass(frozen=True, slots=True)
class Archives:
    """The daily backups of a database and of the configuration beside it. All of it blocks."""

    database: Path
    config: Path
    now: Callable[[], datetime]

    def take(self, folder: Path, plan: BackupPlan, now: datetime) -> Mapping[str, object]:
        """Take one, delete what the plan does not keep; return its numbers for the audit.

        Raises StoreError where it cannot be taken. What cannot be deleted is only told.
        """
        done = take(self.database, folder, Why.DAILY.value, now, self.config, __version__)
        numbers: dict[str, object] = {
            "file": done.path.name,
            "bytes": done.bytes,
            "rows": done.manifest.rows,
        }
        try:
            gone = rotate(folder, Counts(plan.daily, plan.weekly, plan.monthly), now)
        except StoreError as e:
            return numbers | {"fault": str(e)}
        return numbers | {"deleted": [path.name for path in gone]}

    def newest(self, folder: Path) -> datetime | None:
        """Return when the newest whole one was taken, None without one. Raises StoreError."""
        shelf = [each.shelved for each in listed(folder) if not each.fault]
        return last_taken(shelf, self.now())
