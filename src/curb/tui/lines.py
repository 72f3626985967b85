"""The one widget: rows of text that repaints only what changed.

No layout, no markup, no per-cell cache: setting the same lines costs a comparison.
"""

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from curb.domain.text import safe_text
from curb.tui.glyphs import plain
from curb.tui.line import EMPTY, Line, fit
from curb.tui.theme import Theme

# Wider than any terminal; the panes have cut to their width before.
_MAX_CELLS = 1000


class Lines(Widget, can_focus=False):
    """A rectangle of lines."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Lines { position: absolute; width: 0; height: 0; display: none; }
    """

    def __init__(self, name: str, theme: Theme, *, is_ascii: bool = False) -> None:
        super().__init__(id=name)
        self._theme = theme
        self._is_ascii = is_ascii
        self._rows: tuple[Line, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._place: Region | None = None

    def move(self, place: Region) -> None:
        """Take a rectangle of the screen."""
        if place != self._place:
            self._place = place
            self._rows = ()
            self._strips.clear()
            self.styles.offset = (place.x, place.y)
            self.styles.width = place.width
            self.styles.height = place.height
            self.display = True

    def wear(self, theme: Theme, *, is_ascii: bool) -> None:
        """Paint everything anew in these colors and characters."""
        self._theme, self._is_ascii = theme, is_ascii
        self._strips.clear()
        self.refresh()

    def hide(self) -> None:
        """Leave the screen."""
        if self._place is not None:
            self._place = None
            self.display = False

    def set(self, rows: Sequence[Line]) -> None:
        """Show `rows`; only those that differ are painted again."""
        new, old = tuple(rows), self._rows
        if new == old or self._place is None:
            return
        self._rows = new
        changed = [
            y
            for y in range(max(len(new), len(old)))
            if y >= len(new) or y >= len(old) or new[y] != old[y]
        ]
        for y in changed:
            self._strips.pop(y, None)
        self.refresh(*(Region(0, y, self._place.width, 1) for y in changed))

    def render_line(self, y: int) -> Strip:
        """Return one row for the compositor."""
        width = self.size.width
        strip = self._strips.get(y)
        if strip is None or strip.cell_length != width:
            line = self._rows[y] if y < len(self._rows) else EMPTY
            strip = self._strips[y] = self._painted(line, width)
        return strip

    def _painted(self, line: Line, width: int) -> Strip:
        styles = self._theme.styles
        segments = [
            # The last gate: whatever a pane let through does not reach the terminal raw.
            Segment(self._shown(text), styles[role])
            for text, role in fit(line, width)
            if text
        ]
        return Strip(segments, width).simplify()

    def _shown(self, text: str) -> str:
        safe = safe_text(text, _MAX_CELLS)
        return plain(safe) if self._is_ascii else safe
