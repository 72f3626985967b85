"""Where the backups are, as far as the configuration can be read."""

import contextlib
from pathlib import Path

from curb.cli.start import read_config
from curb.domain.errors import ConfigError
from curb.store.recovery import BACKUPS


def folder_of(config: Path, state_dir: Path) -> Path:
    """Return the folder that the configuration names, else the one in the state directory.

    A configuration that cannot be used names none: a damaged database does not wait for it.
    """
    with contextlib.suppress(ConfigError):
        named = read_config(config).backup.folder
        if named:
            return Path(named).expanduser()
    return state_dir / BACKUPS
