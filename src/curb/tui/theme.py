"""Colors by role, read from `themes/*.toml`."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.color import Color, ColorParseError
from rich.style import Style

import curb
from curb.domain.errors import ConfigError

DEFAULT = "curb-dark"
PLAIN = "mono"

ROLES = (
    *("text", "title", "border", "focus", "key", "ask", "bar"),
    *("profit", "loss", "good", "warn", "breach", "lock", "stale", "live", "paper"),
)
_PALETTE = ("background", "foreground")
_ATTRIBUTES = {"bold", "italic", "underline", "reverse", "dim"}
_NAME = re.compile(r"[a-z0-9_-]{1,32}")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its background, and a style for every role. `ansi` keeps the user's own colors."""

    name: str
    is_dark: bool
    is_ansi: bool
    background: str
    foreground: str
    styles: dict[str, Style]


def folder() -> Path:
    """Return where the themes are: in the package, or beside its sources."""
    package = Path(curb.__file__).resolve().parent
    inside = package / "themes"
    return inside if inside.is_dir() else package.parents[1] / "themes"


def load(name: str, where: Path | None = None) -> Theme:
    """Return the theme of that name. Raises ConfigError."""
    if not _NAME.fullmatch(name):
        raise ConfigError("themes", None, "theme", "a name of a-z, 0-9, _ and -", "another")
    path = (where or folder()) / f"{name}.toml"
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except OSError as e:
        raise ConfigError(str(path), None, "", "a theme file", e.strerror or "none") from e
    except ValueError as e:
        raise ConfigError(str(path), None, "", "valid TOML", str(e)) from e
    return _theme(str(path), values)


def _theme(path: str, values: dict[str, Any]) -> Theme:
    def wrong(key: str, expected: str, found: object) -> ConfigError:
        return ConfigError(path, None, key, expected, repr(found))

    name, dark, ansi = values.get("name"), values.get("dark"), values.get("ansi")
    if not isinstance(name, str) or not isinstance(dark, bool) or not isinstance(ansi, bool):
        raise wrong("name, dark, ansi", "a name and two booleans", (name, dark, ansi))
    palette, roles = values.get("palette"), values.get("roles")
    if not isinstance(palette, dict) or not isinstance(roles, dict):
        raise wrong("palette, roles", "two tables", "fewer")
    colors = {key: _color(path, f"palette.{key}", palette.get(key)) for key in _PALETTE}
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        raise wrong(f"roles.{unknown[0]}", f"one of {', '.join(ROLES)}", unknown[0])
    base = Style(color=colors["foreground"], bgcolor=colors["background"])
    styles = {role: base + _style(path, f"roles.{role}", roles.get(role, {})) for role in ROLES}
    return Theme(name, dark, ansi, colors["background"], colors["foreground"], styles)


def _style(path: str, key: str, value: object) -> Style:
    if not isinstance(value, dict) or set(value) - {"fg", "bg", "attr"}:
        raise ConfigError(path, None, key, "{ fg, bg, attr }", repr(value))
    words = str(value.get("attr", "")).split()
    for word in words:
        if word not in _ATTRIBUTES:
            raise ConfigError(path, None, key, f"of {', '.join(sorted(_ATTRIBUTES))}", word)
    fg = _color(path, f"{key}.fg", value["fg"]) if "fg" in value else None
    bg = _color(path, f"{key}.bg", value["bg"]) if "bg" in value else None
    colors = Style(color=fg, bgcolor=bg)
    return colors + Style.parse(" ".join(words)) if words else colors


def _color(path: str, key: str, value: object) -> str:
    try:
        Color.parse(str(value))
    except ColorParseError as e:
        raise ConfigError(path, None, key, "a color", repr(value)) from e
    return str(value)
