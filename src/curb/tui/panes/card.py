"""A sheet over the panes: help, leaving, a reload's changes."""

from curb.tui.line import Line, Span, cut
from curb.tui.panes.frame import framed
from curb.tui.ui import Card

_MOST_CELLS = 96


def size(card: Card, width: int, height: int) -> tuple[int, int]:
    """Return the columns and rows of a card on a screen of that size."""
    longest = max((len(text) for text, _ in card.lines), default=0)
    cells = min(max(longest, len(card.title) + 2) + 4, width, _MOST_CELLS)
    return cells, min(len(card.lines) + 2, height)


def lines(card: Card, width: int, height: int) -> list[Line]:
    """Return the card, scrolled to where the user stands."""
    room = max(height - 2, 0)
    top = min(card.top, max(len(card.lines) - room, 0))
    shown = card.lines[top : top + room]
    content: list[Line] = [(Span(f" {cut(text, width - 4)}", role),) for text, role in shown]
    more = f" · {top + len(shown)}/{len(card.lines)} j/k" if len(card.lines) > room else ""
    return framed(card.title + more, content, width, height, is_boxed=True, has_focus=True)
