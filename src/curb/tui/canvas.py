"""The widgets of the screen, one for every part that it may have."""

from collections.abc import Iterable

from textual.geometry import Region

from curb.tui.arrange import ids
from curb.tui.lines import Lines
from curb.tui.theme import Theme
from curb.tui.whole import Part


class Canvas:
    """Where parts are shown; a part that is not asked for is hidden."""

    def __init__(self, theme: Theme, *, is_ascii: bool) -> None:
        self._lines = {name: Lines(name, theme, is_ascii=is_ascii) for name in ids()}

    @property
    def widgets(self) -> Iterable[Lines]:
        """Every widget, those below first."""
        return self._lines.values()

    @property
    def is_there(self) -> bool:
        """Whether there is a screen to show anything on: not before it stands, nor at its end."""
        return all(lines.is_attached for lines in self.widgets)

    def show(self, parts: Iterable[Part]) -> None:
        """Show the parts where they belong; only rows that changed are painted."""
        shown = set()
        for place, rows in parts:
            lines = self._lines[place.id]
            lines.move(Region(place.x, place.y, place.width, place.height))
            lines.set(rows)
            shown.add(place.id)
        for name, lines in self._lines.items():
            if name not in shown:
                lines.hide()

    def repaint(self) -> None:
        """Paint every row again: nobody knows what the terminal lost."""
        for lines in self.widgets:
            lines.refresh()

    def wear(self, theme: Theme, *, is_ascii: bool) -> None:
        """Take other colors and characters."""
        for lines in self.widgets:
            lines.wear(theme, is_ascii=is_ascii)
