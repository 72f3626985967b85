"""What a screen wears: the theme wanted, as far as the terminal and the theme's file allow."""

from collections.abc import Mapping

from rich.console import Console

from curb.domain.errors import ConfigError
from curb.domain.snapshot import UiView
from curb.tui.glyphs import is_ascii
from curb.tui.theme import DEFAULT, PLAIN
from curb.tui.themes import Themes, stamp

AUTO = "auto"
SIXTEEN = "ansi16"


def suited(wanted: str, environment: Mapping[str, str]) -> str:
    """Return the name of the theme for the one `wanted` in a terminal with that environment.

    NO_COLOR leaves none but the plain one; "auto" is what the terminal's colors allow.
    """
    if environment.get("NO_COLOR") is not None:
        return PLAIN
    if wanted != AUTO:
        return wanted
    console = Console(force_terminal=True, _environ=environment)
    return {"standard": SIXTEEN, None: PLAIN}.get(console.color_system, DEFAULT)


class Look:
    """The theme worn, whether only ASCII is shown, and whether in plain sentences.

    The theme picked on the screen comes before the one `given` with the command line, that
    before the configuration's. `trouble` is why another is worn, or what is wrong in its file.
    """

    def __init__(
        self,
        themes: Themes,
        environment: Mapping[str, str],
        *,
        given: str = "",
        is_plain: bool = False,
        configured: UiView | None = None,
    ) -> None:
        """Put on the theme. Raises ConfigError where the one `given` cannot be used."""
        self._themes = themes
        self._environment = environment
        self._given = given
        self._is_always_plain = is_plain
        self._configured = AUTO
        self._picked = ""
        self._refused = ""
        self.names = self._all_names()
        self.is_ascii = is_ascii("auto", environment)
        self.is_plain = is_plain
        self.name = suited(given or AUTO, environment)
        self._stamp = stamp(themes.path(self.name))
        self.theme = themes.load(self.name)
        self.trouble = "; ".join(self.theme.warnings)
        self.configure(configured or UiView())

    def configure(self, ui: UiView) -> bool:
        """Follow the configuration; tell whether anything is new to see."""
        was = self.is_ascii
        self.is_plain = self._is_always_plain or ui.plain
        # What is read aloud has no glyphs, whatever the terminal can show.
        self.is_ascii = self.is_plain or is_ascii(ui.glyphs, self._environment)
        self._configured = ui.theme
        return self._change() or was != self.is_ascii

    def pick(self, name: str) -> bool:
        """Follow the screen's own choice, "" for none; tell whether anything is new to see."""
        self._picked = name
        return self._change()

    def look_again(self) -> bool:
        """Look at the files; tell whether the theme worn, or what is wrong with it, is new."""
        self.names = self._all_names()
        name = self._refused or self.name
        try:
            found = stamp(self._themes.path(name))
        except ConfigError:
            # Between the halves of an editor's save there is none.
            return False
        return found != self._stamp and self._put_on(name)

    def _change(self) -> bool:
        wanted = self._picked or self._given or self._configured
        name = suited(wanted, self._environment)
        if name == self._refused or (name == self.name and not self._refused):
            return False
        return self._put_on(name)

    def _put_on(self, name: str) -> bool:
        try:
            # Before it is read: what changes after that is seen the next time.
            self._stamp = stamp(self._themes.path(name))
            self.theme = self._themes.load(name)
        except ConfigError as e:
            self._refused = name
            self.trouble = f"THEME {name} NOT TAKEN, {self.name} stays as it was: {e}"
        else:
            self.name, self._refused = name, ""
            self.trouble = "; ".join(self.theme.warnings)
        return True

    def _all_names(self) -> tuple[str, ...]:
        is_plain = suited(DEFAULT, self._environment) == PLAIN
        return (PLAIN,) if is_plain else self._themes.names()
