"""Where files live, and what happens when they are not there yet."""

import os
from importlib import resources
from pathlib import Path

from curb.control.paths import socket_path
from curb.domain.errors import CurbError

_HERE = "config.toml"
_EMERGENCY = "emergency.jsonl"
_REPOSITORY = Path(__file__).parents[3]


def default_config() -> str:
    """Return the shipped configuration: from the wheel, else from the source tree."""
    packaged = resources.files("curb") / "config.default.toml"
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (_REPOSITORY / _HERE).read_text(encoding="utf-8")


def config_path(given: str | None) -> Path:
    """Return the configuration to use, absolute, whether or not it can be read.

    The one given; else `config.toml` in the working directory; else the user's own, which
    is written from the shipped one when there is none.
    """
    path = chosen_config(given)
    if given is None and not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(default_config(), encoding="utf-8")
    return path


def chosen_config(given: str | None) -> Path:
    """Return the configuration to use, absolute; the user's own may not be there yet."""
    if given is not None:
        return Path(given).absolute()
    here = Path(_HERE).absolute()
    return here if here.is_file() else own_config()


def own_config() -> Path:
    """Return where the user's own configuration is, whether or not it is there."""
    return _own_folder() / _HERE


def own_themes() -> Path:
    """Return where the user's own themes are, whether or not there are any."""
    return _own_folder() / "themes"


def _own_folder() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base).absolute() / "curb"


def state_path(given: str | None) -> Path:
    """Return where database, logs and keys are, whether or not it is there."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(given).absolute() if given else Path(base) / "curb"


def database_path(state_dir: Path) -> Path:
    """Return where the database of a state directory is, whether or not it is there."""
    return state_dir / "state.db"


def existing(database: Path) -> Path:
    """Return the path of a database that is there. Raises CurbError where no file is."""
    if not database.is_file():
        raise CurbError(f"{database}: expected a database, found no file")
    return database


def spare_places(state_dir: Path) -> tuple[Path, Path]:
    """Return where to keep what the database refuses: beside it, else on another disk."""
    other = socket_path(state_dir)
    return state_dir / _EMERGENCY, other.with_name(f"{other.stem}.{_EMERGENCY}")


def state_dir(given: str | None) -> Path:
    """Return the directory of database, logs and keys, made for its owner only."""
    path = state_path(given)
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.chmod(0o700)
    except OSError as e:
        raise CurbError(
            f"{path}: expected a directory of yours for state, found {e.strerror}; "
            "`--state-dir` names another"
        ) from None
    return path
