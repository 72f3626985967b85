"""Colors by role, as a theme's TOML file gives them."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any, NoReturn

from rich.color import Color, ColorParseError
from rich.style import Style

from curb.domain.errors import ConfigError
from curb.domain.text import safe_text

DEFAULT = "curb-dark"
PLAIN = "mono"

ROLES = (
    *("text", "title", "border", "focus", "key", "ask", "bar", "found"),
    *("profit", "loss", "good", "warn", "breach", "lock", "stale", "live", "paper"),
)
_TOP = ("name", "dark", "ansi", "palette", "roles")
_PALETTE = ("background", "foreground")
_STYLE = ("fg", "bg", "attr")
# No blink: it distracts, and some must not see it.
_ATTRIBUTES = ("bold", "italic", "underline", "reverse", "dim")
_AT_LINE = re.compile(r"\(at line (\d+)")
_SHOWN_CELLS = 60


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: its background, and a style for every role. `ansi` keeps the user's own colors.

    `warnings` are what its file says and no theme knows, each with its line.
    """

    name: str
    is_dark: bool
    is_ansi: bool
    background: str
    foreground: str
    styles: dict[str, Style]
    warnings: tuple[str, ...] = ()


def parse(text: str, file: str) -> Theme:
    """Return the theme in `text`. Raises ConfigError with the line that is wrong."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError) as e:
        at = _AT_LINE.search(str(e))
        line = int(at[1]) if at else None
        raise ConfigError(file, line, "", "valid TOML", safe_text(e, _SHOWN_CELLS)) from e
    return _Reader(text, file).theme(values)


class _Reader:
    """Takes a theme out of its values; what is wrong is told with its line."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        self._warnings: list[str] = []

    def theme(self, values: dict[str, Any]) -> Theme:
        self._know(values, _TOP)
        name, dark, ansi = (values.get(key) for key in _TOP[:3])
        if not isinstance(name, str):
            self._refuse(("name",), "a name", name)
        for key, flag in (("dark", dark), ("ansi", ansi)):
            if not isinstance(flag, bool):
                self._refuse((key,), "true or false", flag)
        palette, roles = self._table(values, "palette"), self._table(values, "roles")
        self._know(palette, _PALETTE, "palette")
        self._know(roles, ROLES, "roles")
        back, fore = (self._color(palette.get(key), "palette", key) for key in _PALETTE)
        base = Style(color=fore, bgcolor=back)
        styles = {role: base + self._style(roles.get(role, {}), role) for role in ROLES}
        title = safe_text(name, 32)
        return Theme(title, bool(dark), bool(ansi), back, fore, styles, tuple(self._warnings))

    def _table(self, values: dict[str, Any], name: str) -> dict[str, Any]:
        table = values.get(name)
        if not isinstance(table, dict):
            self._refuse((name,), f"a table [{name}]", table)
        return table

    def _style(self, value: object, role: str) -> Style:
        if not isinstance(value, dict):
            self._refuse(("roles", role), "{ fg, bg, attr }", value)
        self._know(value, _STYLE, "roles", role)
        words = str(value.get("attr", "")).split()
        for word in words:
            if word not in _ATTRIBUTES:
                self._refuse(("roles", role, "attr"), f"of {', '.join(_ATTRIBUTES)}", word)
        fg, bg = (
            self._color(value[key], "roles", role, key) if key in value else None
            for key in ("fg", "bg")
        )
        colors = Style(color=fg, bgcolor=bg)
        return colors + Style.parse(" ".join(words)) if words else colors

    def _color(self, value: object, *path: str) -> str:
        try:
            Color.parse(str(value))
        except ColorParseError:
            self._refuse(path, 'a color like "#6CB6FF" or "bright_blue"', value)
        return str(value)

    def _know(self, table: dict[str, Any], names: tuple[str, ...], *path: str) -> None:
        for key in table:
            if key not in names:
                line = line_of(self._text, (*path, key))
                place = f"{self._file}:{line}" if line else self._file
                known = f"none of {', '.join(names)}"
                self._warnings.append(f"{place}: {safe_text(key, 32)} is {known}; it is left out")

    def _refuse(self, path: tuple[str, ...], expected: str, found: object) -> NoReturn:
        line = line_of(self._text, path)
        what = "nothing" if found is None else repr(safe_text(found, _SHOWN_CELLS))
        raise ConfigError(self._file, line, ".".join(path), expected, what)


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """Return the line where what `path` leads to stands, or what is nearest around it."""
    places: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words.startswith("["):
            table = tuple(words.split("]", maxsplit=1)[0].strip("[ ").split("."))
            places.setdefault(table, number)
        elif "=" in words:
            key = words.split("=", maxsplit=1)[0].strip(" \"'")
            places.setdefault((*table, key), number)
    around = (path[:size] for size in range(len(path), 0, -1))
    return next((places[step] for step in around if step in places), None)
