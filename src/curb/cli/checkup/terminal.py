"""Whether the terminal, and tmux around it, show the screen as it is meant."""

from dataclasses import dataclass

from curb.cli.checkup.finding import Finding, Level

# What the screen is drawn with; each of one cell.
SAMPLE = "▲▼ █▊▌▎ ┌─┐│└┘ ▸ …"
_MIN = (60, 16)
_GOOD = (80, 24)
# Longer, and the escape key feels broken.
_MOST_ESCAPE_MS = 50
_DEEP, _SOME = 256, 8


@dataclass(frozen=True, slots=True)
class Tmux:
    """The tmux around us; "" for what it does not tell."""

    version: str
    set_clipboard: str
    escape_time: str
    focus_events: str
    default_terminal: str
    features: str  # what it believes of the terminal outside, "256,RGB,title"


@dataclass(frozen=True, slots=True)
class Terminal:
    """The terminal as the environment and the system tell it."""

    is_tty: bool
    term: str
    color_term: str
    no_color: bool
    depth: int  # colors of the terminal's description; 0: unknown
    encoding: str
    columns: int
    rows: int
    tmux: Tmux | None


def findings(terminal: Terminal) -> list[Finding]:
    """Return what is to be said of the terminal."""
    if not terminal.is_tty or terminal.term in ("", "dumb"):
        name = terminal.term or "none"
        words = f"no terminal here for the screen (TERM {name})"
        return [Finding(Level.NOTE, "terminal", words, "`curb run` enforces without one")]
    found = [_colors(terminal), _glyphs(terminal), _size(terminal)]
    return found + (_tmux(terminal.tmux) if terminal.tmux else [])


def _colors(terminal: Terminal) -> Finding:
    name = f"TERM {terminal.term}"
    if terminal.no_color:
        return Finding(Level.OK, "colors", f"{name}, NO_COLOR: the theme `mono`")
    if terminal.color_term.lower() in ("truecolor", "24bit"):
        return Finding(Level.OK, "colors", f"{name}, 24 bits")
    if terminal.depth >= _DEEP:
        todo = "a terminal with 24 bits says so: export COLORTERM=truecolor"
        return Finding(Level.NOTE, "colors", f"{name}, 256 colors", todo)
    if terminal.depth >= _SOME:
        todo = "export TERM=xterm-256color where the terminal can do more"
        return Finding(Level.NOTE, "colors", f"{name}, {terminal.depth} colors", todo)
    todo = "export TERM=xterm-256color, or NO_COLOR=1 for none"
    return Finding(Level.WARN, "colors", f"{name}, which is not known to have colors", todo)


def _glyphs(terminal: Terminal) -> Finding:
    if terminal.encoding.lower().replace("-", "") == "utf8":
        words = f"UTF-8; these stand in a row of single cells: {SAMPLE}"
        return Finding(Level.OK, "glyphs", words)
    words = f"expected UTF-8, found {terminal.encoding or 'nothing'}: frames and bars are garbled"
    return Finding(Level.WARN, "glyphs", words, "export LANG=C.UTF-8 before `curb`")


def _size(terminal: Terminal) -> Finding:
    words = f"{terminal.columns}x{terminal.rows}"
    if (terminal.columns, terminal.rows) >= _GOOD and terminal.rows >= _GOOD[1]:
        return Finding(Level.OK, "size", words)
    if terminal.columns >= _MIN[0] and terminal.rows >= _MIN[1]:
        return Finding(Level.NOTE, "size", f"{words}: some columns are left out below 80x24")
    words = f"{words}: below 60x16 there is only the emergency view"
    return Finding(Level.WARN, "size", words, "make the window larger, or its letters smaller")


def _tmux(tmux: Tmux) -> list[Finding]:
    found = [Finding(Level.OK, "tmux", tmux.version or "of an unknown version")]
    advice = (
        (
            tmux.set_clipboard in ("", "on"),
            f"set-clipboard {tmux.set_clipboard}: what `y` copies stays in tmux",
            "set -s set-clipboard on",
        ),
        (
            not tmux.escape_time.isdecimal() or int(tmux.escape_time) <= _MOST_ESCAPE_MS,
            f"escape-time {tmux.escape_time} ms: the escape key comes late",
            f"set -s escape-time {_MOST_ESCAPE_MS}",
        ),
        (
            tmux.focus_events in ("", "on"),
            "focus-events off: programs do not learn which pane is looked at",
            "set -g focus-events on",
        ),
        (
            tmux.default_terminal in ("", "tmux-256color", "screen-256color", "tmux-direct"),
            f"default-terminal {tmux.default_terminal}: few colors",
            'set -g default-terminal "tmux-256color"',
        ),
        (
            not tmux.features or "RGB" in tmux.features.split(","),
            "tmux does not pass 24 bits of color on",
            'set -as terminal-features ",*:RGB"',
        ),
    )
    return found + [
        Finding(Level.NOTE, "tmux", words, f"in ~/.tmux.conf: {line}")
        for is_good, words, line in advice
        if not is_good
    ]
