"""Where themes are found: the user's own before those that are shipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import curb
from curb.domain.errors import ConfigError
from curb.domain.text import safe_text
from curb.tui.theme import Theme, parse

_SUFFIX = ".toml"
_NAME_MAX = 32
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")
# A hundred times the largest shipped one.
_SIZE_MAX = 128 << 10


def shipped() -> Path:
    """Return where the shipped themes are: in the package, or beside its sources."""
    package = Path(curb.__file__).resolve().parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parents[1] / "themes"


@dataclass(frozen=True, slots=True)
class Themes:
    """The folders of themes, the first one first; a name in it hides the same name in others."""

    folders: tuple[Path, ...]

    @classmethod
    def at(cls, own: Path | None = None) -> "Themes":
        """Return the user's `own` folder before the shipped one."""
        return cls((shipped(),) if own is None else (own, shipped()))

    def names(self) -> tuple[str, ...]:
        """Return every name there is, in the order of the alphabet."""
        paths = (path for folder in self.folders for path in folder.glob(f"*{_SUFFIX}"))
        return tuple(sorted({path.stem for path in paths if _is_name(path.stem)}))

    def path(self, name: str) -> Path:
        """Return the file of the theme of that name. Raises ConfigError where there is none."""
        if not _is_name(name):
            raise ConfigError("themes", None, "theme", "a name of a-z, 0-9, _ and -", "another")
        for folder in self.folders:
            path = folder / f"{name}{_SUFFIX}"
            if path.is_file():
                return path
        known = f"one of {', '.join(self.names())}"
        raise ConfigError("themes", None, "theme", known, safe_text(name))

    def load(self, name: str) -> Theme:
        """Return the theme of that name. Raises ConfigError."""
        return read(self.path(name))


def read(path: Path) -> Theme:
    """Return the theme in a file. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(_SIZE_MAX + 1)
        text = data.decode()
    except OSError as e:
        raise ConfigError(str(path), None, "", "a theme file", e.strerror or "none") from e
    except UnicodeDecodeError as e:
        raise ConfigError(str(path), None, "", "UTF-8 text", "other bytes") from e
    if len(data) > _SIZE_MAX:
        raise ConfigError(str(path), None, "", f"at most {_SIZE_MAX} bytes", "more")
    return parse(text, str(path))


def stamp(path: Path) -> Sequence[int]:
    """Return what changes when the file at `path` does; nothing where it cannot be looked at."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _NAME_MAX and set(name) <= _NAME
