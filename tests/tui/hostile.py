"""Words that somebody else chose to do harm, and scenes that say nothing else."""

import dataclasses
import itertools
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

_RANGES = (
    range(0x20),  # C0: ESC, BEL, BS, CR, LF …
    range(0x7F, 0xA0),  # DEL and C1: CSI, OSC, ST …
    *(range(0x200B, 0x2010), range(0x2028, 0x202F), range(0x2060, 0x2070), range(0xFFF9, 0xFFFC)),
    *((0xAD, 0x61C, 0x180E, 0xFEFF, 0xFFFE, 0xFFFF, 0xD800, 0xDFFF), (0xF8FF, 0x10FFFF)),
    *(range(0xE0001, 0xE0002), range(0xE0020, 0xE0080), range(0x1D173, 0x1D17B)),
    range(0xFDD0, 0xFDF0),
    range(0xE000, 0xE020),
)
POINTS = tuple(itertools.islice((chr(p) for each in _RANGES for p in each), 256))

_OPENING = (
    *("[/]", "[/bold]", "[", "]", "[[", "[bold]", "[bold red on white]", "[/red]", "\\[", "[]"),
    *("[@click=app.quit]", "[@click=app.flatten('ALL')]", "[@click=app.bell]", "[link=file:///a]"),
    *(
        "{0}",
        "{self}",
        "%s%n",
        "${HOME}",
        "$(reboot)",
        "`id`",
        "#[fg=red]",
        "#(reboot)",
        "<b>",
        "&lt;",
    ),
)
_AROUND = ("{}", "{}x[/]", "x{}", "{0}{0}", "[dim]{}", "{}]", '{}"', "{}\t", "\u202e{}")
MARKUP = tuple(
    dict.fromkeys(
        around.replace("{0}", opening).replace("{}", opening)
        for opening, around in itertools.product(_OPENING, _AROUND)
    )
)[:200]

_BATCH = 8


def controls() -> Iterator[str]:
    """Yield words that have all the code points, some at a time: every pane cuts what is long."""
    for start in range(0, len(POINTS), _BATCH):
        yield "".join(POINTS[start : start + _BATCH])
    yield "\x1b]52;c;QUJD\x07\x1b[2J\x9b31m"


def words() -> Iterator[str]:
    """Yield all of them."""
    yield from controls()
    yield from MARKUP


def saying(value: T, word: str, may: Callable[[str], bool] = lambda _: True) -> T:
    """Return a scene in which every text that `may` be somebody else's is that word."""
    return _changed(value, word, may)  # type: ignore[no-any-return]  # of the type it was


def _changed(value: Any, word: str, may: Callable[[str], bool]) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        changed = {
            name: _changed(found, word, may)
            for name, found in fields.items()
            if may(f"{type(value).__name__}.{name}")
        }
        return dataclasses.replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(_changed(each, word, may) for each in value)
    if isinstance(value, dict):
        return {_changed(k, word, may): _changed(v, word, may) for k, v in value.items()}
    return word if type(value) is str and value else value


def harm_in(text: str) -> list[str]:
    """Return the characters that would do something to a terminal, or hide, but for line ends."""
    return [c for c in text if unicodedata.category(c) in _HARMFUL and c != "\n"]


_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
