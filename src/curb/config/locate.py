"""Where each key of a TOML text stands: tomllib keeps no lines.

The locator reads valid TOML exactly and survives any other text: what it cannot read, it
leaves out up to the end of that line.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

from curb.domain.text import safe_text

Path = tuple[str | int, ...]
"""A key's place: names, and the number of the element inside a list."""

# Deeper nesting than any key of ours needs; ends the recursion on hostile text.
_DEPTH_MAX = 32

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}\n#]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?!"")(?:\\[^\n]|[^"\\\n])*"'
    r"|'(?!'')[^'\n]*'",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Lines:
    """The line of every key and table header, counted from 1."""

    keys: Mapping[Path, int]
    sightings: tuple[tuple[int, Path], ...]
    """Every line with a key or header and its path, repeated ones too."""
    last: int
    """The last line of the text."""
    unclosed: int | None = None
    """Where the first text or list begins that never ends."""

    def of(self, path: Path) -> int:
        """Return the line of `path`, else of the nearest table around it, else the last."""
        for end in range(len(path), 0, -1):
            line = self.keys.get(path[:end])
            if line is not None:
                return line
        return self.last

    def at(self, line: int) -> Path:
        """Return the first path that stands on `line`, empty where none does."""
        return next((path for seen, path in self.sightings if seen == line), ())


def locate(text: str) -> Lines:
    """Return the lines of the keys in `text`; never raises, whatever the text is."""
    scanner = _Scanner(text)
    scanner.run()
    breaks = text.count("\n")
    last = breaks if text.endswith("\n") else breaks + 1
    keys = scanner.implied | scanner.explicit
    return Lines(keys, tuple(scanner.sightings), max(last, 1), scanner.unclosed)


def dotted(path: Path) -> str:
    """Return `path` as the trader would write it: `rules.cooldown.tiers[0].loss`."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step}]"
        else:
            name = safe_text(step)
            words += ("." if words else "") + (name if _BARE.fullmatch(name) else f'"{name}"')
    return words


class _LostError(Exception):
    """The text at this place is no TOML that the scanner knows."""


class _Scanner:
    """Walks the text once, statement by statement."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.explicit: dict[Path, int] = {}
        self.implied: dict[Path, int] = {}
        self.sightings: list[tuple[int, Path]] = []
        self.unclosed: int | None = None
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._elements: dict[Path, int] = {}

    def run(self) -> None:
        """Find every key."""
        table: Path = ()
        while True:
            self._skip(_BLANK)
            if self.pos >= len(self.text):
                return
            try:
                if self.text.startswith("[", self.pos):
                    table = self._header()
                else:
                    self._pair(table, 0)
            except _LostError:
                pass
            end = self.text.find("\n", self.pos)
            self.pos = len(self.text) if end < 0 else end + 1

    def _header(self) -> Path:
        start = self.pos
        is_list = self.text.startswith("[[", start)
        self.pos += 2 if is_list else 1
        path: Path = ()
        names = self._key()
        for place, name in enumerate(names):
            path += (name,)
            is_last = place == len(names) - 1
            if is_list and is_last:
                self._elements[path] = self._elements.get(path, -1) + 1
                self._see(path, start)
            if path in self._elements:
                path += (self._elements[path],)
        self._see(path, start)
        return path

    def _pair(self, table: Path, depth: int) -> None:
        start = self.pos
        path = table + self._key()
        self._see(path, start)
        if not self.text.startswith("=", self.pos):
            raise _LostError
        self.pos += 1
        self._value(path, depth)

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            match = _BARE.match(self.text, self.pos)
            if match is not None:
                parts.append(match[0])
            else:
                match = _STRING.match(self.text, self.pos)
                if match is None:
                    raise _LostError
                parts.append(_unquoted(match[0]))
            self.pos = match.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.pos):
                return tuple(parts)
            if len(parts) > _DEPTH_MAX:
                raise _LostError
            self.pos += 1

    def _value(self, path: Path, depth: int) -> None:
        if depth > _DEPTH_MAX:
            raise _LostError
        self._skip(_SPACE)
        if self.text.startswith("[", self.pos):
            self._list(path, depth)
        elif self.text.startswith("{", self.pos):
            self._inline_table(path, depth)
        else:
            self._scalar()

    def _scalar(self) -> None:
        match = _STRING.match(self.text, self.pos)
        if match is None:
            if self.text[self.pos : self.pos + 1] in ('"', "'"):
                self._miss_end(self.pos)
            match = _PLAIN.match(self.text, self.pos)
        self.pos = match.end() if match else self.pos

    def _list(self, path: Path, depth: int) -> None:
        start = self.pos
        self.pos += 1
        place = 0
        while not self._closes("]", start):
            element = (*path, place)
            self._see(element, self.pos)
            before = self.pos
            self._value(element, depth + 1)
            self._next(before)
            place += 1

    def _inline_table(self, path: Path, depth: int) -> None:
        start = self.pos
        self.pos += 1
        while not self._closes("}", start):
            before = self.pos
            self._pair(path, depth + 1)
            self._next(before)

    def _closes(self, bracket: str, start: int) -> bool:
        self._skip(_BLANK)
        if self.pos >= len(self.text):
            self._miss_end(start)
            raise _LostError
        if self.text.startswith(bracket, self.pos):
            self.pos += 1
            return True
        return False

    def _next(self, before: int) -> None:
        self._skip(_BLANK)
        if self.text.startswith(",", self.pos):
            self.pos += 1
        if self.pos == before:
            raise _LostError

    def _see(self, path: Path, at: int) -> None:
        line = self._line(at)
        self.sightings.append((line, path))
        self.explicit.setdefault(path, line)
        for end in range(len(path) - 1, 0, -1):
            if path[:end] in self.implied or path[:end] in self.explicit:
                break
            self.implied[path[:end]] = line

    def _miss_end(self, start: int) -> None:
        if self.unclosed is None:
            self.unclosed = self._line(start)

    def _line(self, at: int) -> int:
        return bisect_left(self._breaks, at) + 1

    def _skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self.text, self.pos)
        if match is not None:
            self.pos = match.end()


def _unquoted(raw: str) -> str:
    try:
        return str(tomllib.loads(f"key = {raw}")["key"])
    except tomllib.TOMLDecodeError:
        return raw
