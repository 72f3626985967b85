"""What a check found, how bad it is, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from textwrap import wrap

from curb.domain.text import safe_text

_WORDS_CELLS = 300
_ABOUT_CELLS = 12
_WIDTH = 200
_LEAST_CELLS = 20
_TODO = "> "


class Level(IntEnum):
    """How bad it is; the greatest of all decides the exit code."""

    OK = 0
    NOTE = 1
    WARN = 2
    FAIL = 3


_MARKS = {Level.OK: "ok", Level.NOTE: "note", Level.WARN: "WARN", Level.FAIL: "FAIL"}
_CODES = {Level.OK: 0, Level.NOTE: 0, Level.WARN: 1, Level.FAIL: 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `words` say what was found, `todo` what to do or ""."""

    level: Level
    about: str
    words: str
    todo: str = ""

    def lines(self, width: int = _WIDTH) -> list[str]:
        """Return the finding for a person to read, no line longer than `width`."""
        head = f"{_MARKS[self.level]:<5} {safe_text(self.about, _ABOUT_CELLS):<{_ABOUT_CELLS}} "
        indent = " " * len(head)
        room = max(width - len(head), _LEAST_CELLS)
        words = wrap(safe_text(self.words, _WORDS_CELLS), room)
        todo = wrap(f"{_TODO}{safe_text(self.todo, _WORDS_CELLS)}", room) if self.todo else []
        return [(indent if i else head) + row for i, row in enumerate((*words, *todo))]

    def record(self) -> dict[str, str]:
        """Return the finding as it stands in a JSON line."""
        level = self.level.name.lower()
        return {"level": level, "about": self.about, "words": self.words, "todo": self.todo}


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 where all is well, 1 for warnings, 2 for a failure; a note is well."""
    return max((_CODES[finding.level] for finding in findings), default=0)
