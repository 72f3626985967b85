"""A sheet over the panes: help, leaving, a reload's changes."""

from curb.domain.text import safe_text
from curb.tui.line import Line, Span, cut
from curb.tui.panes.frame import framed
from curb.tui.ui import Card

_MOST_CELLS = 96
_SCROLLED_CELLS = 18  # of "· 120/200 j/k" in the title


def size(card: Card, width: int, height: int) -> tuple[int, int]:
    """Return the columns and rows of a card on a screen of that size."""
    every = (*card.lines, *card.ways)
    longest = max((len(text) for text, _ in every), default=0)
    rows = len(every) + 2
    title = len(card.title) + 2 + (_SCROLLED_CELLS if rows > height else 0)
    return min(max(longest, title) + 4, width, _MOST_CELLS), min(rows, height)


def lines(card: Card, width: int, height: int) -> list[Line]:
    """Return the card, scrolled to where the user stands."""
    room = max(height - 2 - len(card.ways), 0)
    top = min(card.top, max(len(card.lines) - room, 0))
    shown = card.lines[top : top + room]
    content: list[Line] = [
        (Span(f" {cut(safe_text(text, _MOST_CELLS), width - 4)}", role),)
        for text, role in (*shown, *card.ways)
    ]
    more = f" · {top + len(shown)}/{len(card.lines)} j/k" if len(card.lines) > room else ""
    return framed(card.title + more, content, width, height, is_boxed=True, has_focus=True)
