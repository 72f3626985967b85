"""The terminal around the screen: its bell, its desktop's notes, its window's title.

Everything is written through `write`, in the order of the paints; nothing where the terminal
is backed up, for then there is no paint.
"""

from collections.abc import Callable, Mapping

from curb.domain.text import safe_text
from curb.tui.signals import Heard, step
from curb.tui.terminal import TITLE_BACK, Terminal
from curb.tui.title import title
from curb.tui.view import View

BELL = "\a"
KEEP_TITLE = "\x1b[22;2t"
_TITLE_S = 1.0  # between two titles
_TITLE_CELLS = 60
_NOTE_CELLS = 240
# These take both kinds of note and would show each.
_TAKES_BOTH = ("kitty", "ghostty", "wezterm", "foot")
# The console of a machine without windows prints what it does not understand.
_CONSOLE = "linux"


class Outside:
    """What was told outside the screen, so that nothing is told twice.

    `terminal` gives the window its own title back, whatever ends the screen.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        environment: Mapping[str, str],
        terminal: Terminal | None = None,
    ) -> None:
        self._write = write
        self._environment = environment
        self._terminal = terminal
        self._heard = Heard()
        self._title = ""
        self._titled_at = 0.0

    def tell(self, view: View) -> None:
        """Ring, note and name the window, as the configuration wants it."""
        self._heard, signals = step(self._heard, view)
        if signals.bell:
            self._write(BELL)
        if self._environment.get("TERM") == _CONSOLE:
            return
        if signals.note:
            self._write(note(signals.note, self._environment))
        if view.snapshot is not None:
            self._name(view, is_wanted=view.snapshot.ui.title)

    def _name(self, view: View, *, is_wanted: bool) -> None:
        words = title(view) if is_wanted else ""
        if words == self._title or (self._title and view.moment - self._titled_at < _TITLE_S):
            return
        if not self._title:
            self._write(KEEP_TITLE)
        self._write(f"\x1b]2;{safe_text(words, _TITLE_CELLS)}{BELL}" if words else TITLE_BACK)
        self._title, self._titled_at = words, view.moment
        if self._terminal is not None:
            self._terminal.is_titled = bool(words)


def note(text: str, environment: Mapping[str, str]) -> str:
    """Return what makes a terminal with that environment show a note on its desktop.

    Terminals know one of two ways; none tells which, and most ignore the other one.
    """
    # A semicolon would end the title, or begin another command of the terminal.
    safe = safe_text(text, _NOTE_CELLS).replace(";", ",")
    names = f"{environment.get('TERM', '')} {environment.get('TERM_PROGRAM', '')}".lower()
    ways = [f"777;notify;Curb;{safe}"]
    if not any(name in names for name in _TAKES_BOTH):
        ways.insert(0, f"9;Curb: {safe}")
    return "".join(_through(f"\x1b]{way}{BELL}", environment) for way in ways)


def _through(sequence: str, environment: Mapping[str, str]) -> str:
    """Return a sequence wrapped for tmux where the terminal is behind one."""
    if not environment.get("TMUX"):
        return sequence
    escaped = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{escaped}\x1b\\"
