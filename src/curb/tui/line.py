"""A line of the screen as plain values: pieces of text, each with the role it plays.

Text here is never markup. What came from outside goes through `clean` before its width
is taken, and once more when it is painted.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from curb.domain.text import safe_text


class Span(NamedTuple):
    """A piece of text and its role, which a theme turns into colors."""

    text: str
    role: str = "text"


Line = tuple[Span, ...]

EMPTY: Line = ()


def clean(text: object, cells: int) -> str:
    """Return outside text as one harmless line of at most `cells` columns."""
    safe = safe_text(text, cells) if cells > 0 else ""
    return safe if cell_len(safe) <= cells else cut(safe, cells)


def cut(text: str, cells: int) -> str:
    """Return `text` in at most `cells` columns, with an ellipsis where something is lost."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…" if cells > 0 else ""


def left(text: str, cells: int) -> str:
    """Return `text` in exactly `cells` columns, at the left."""
    return set_cell_size(cut(text, cells), cells)


def right(text: str, cells: int) -> str:
    """Return `text` in exactly `cells` columns, at the right."""
    short = cut(text, cells)
    return " " * (cells - cell_len(short)) + short


def width_of(line: Iterable[Span]) -> int:
    """Return the columns a line takes."""
    return sum(cell_len(span.text) for span in line)


def fit(line: Sequence[Span], cells: int, role: str = "text") -> Line:
    """Return `line` in exactly `cells` columns, cut or filled up in `role`."""
    spans: list[Span] = []
    room = cells
    for span in line:
        text = cut(span.text, room)
        spans.append(Span(text, span.role))
        room -= cell_len(text)
        if room <= 0 or text != span.text:
            break
    if room > 0:
        spans.append(Span(" " * room, role))
    return tuple(spans)


def wrap(text: str, cells: int, most: int) -> list[str]:
    """Return `text` broken at spaces into at most `most` lines of at most `cells` columns."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= cells:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [cut(item, cells) for item in lines]
