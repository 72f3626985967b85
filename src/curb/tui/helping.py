"""The sheet of every key and command: those of the pane first, and what one looks for."""

from curb.tui.arrange import PANES
from curb.tui.commands import Command, in_help
from curb.tui.line import clean, left
from curb.tui.ui import Card
from curb.tui.view import View

KIND = "help"
_KEY_CELLS, _NAME_CELLS = 10, 16
_WORD_CELLS = 24
_MARKS = (
    "?  unknown, never 0        ~  stale price       ▲▼  gain, loss",
    "x  enforced or failed      !  warning           i .  told, routine",
)
_ANSWERED = {"flatten": " y", "flatten_all": " Y"}


def help_card(view: View, wanted: str = "") -> Card:
    """Return every key, and what the marks mean; with `wanted` the lines with these words."""
    commands = in_help(is_observing=view.is_observing, pane=view.ui.pane)
    here = [row(c, view) for c in commands if view.ui.pane in c.panes]
    rest = [row(c, view) for c in commands if view.ui.pane not in c.panes]
    lines = [
        *([(f"On this pane, {PANES[view.ui.pane]}", "title")] if here else []),
        *((text, "text") for text in here),
        ("Everywhere", "title"),
        *((text, "text") for text in rest),
        ("Marks", "title"),
        *((text, "text") for text in _MARKS),
        ("A pasted text never presses a key.", "text"),
    ]
    if wanted:
        words = wanted.lower().split()
        lines = [
            (text, role)
            for text, role in lines
            if role != "title" and all(word in text.lower() for word in words)
        ]
        lines = lines or [(f"Nothing says {clean(wanted, _WORD_CELLS)}", "warn")]
    keys = view.keys.filled("{filter} search   {down} {up} scroll   any other key closes")
    title = f"Help · {clean(wanted, _WORD_CELLS)}" if wanted else "Help"
    return Card(KIND, title, tuple(lines), ways=((keys, "title"),))


def row(command: Command, view: View) -> str:
    """Return a command with the keys that it has now, its name and its words."""
    words = view.keys.filled(command.long)
    keys = left(keys_of(command, view), _KEY_CELLS)
    return f"{keys} {left(command.call, _NAME_CELLS)} {words}"


def keys_of(command: Command, view: View) -> str:
    """Return the key of a command, and what answers it; "" where it has none."""
    key = view.keys.words[command.id]
    return f"{key}{_ANSWERED.get(command.id, '')}" if key else ""
