"""Everything a key can do. Bindings, help and the key line are made from this table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its id, its keys, and its words for the key line and the help.

    `is_act` marks what reaches the engine: an observing screen has none of it.
    """

    id: str
    keys: tuple[str, ...]
    shown: str
    short: str  # for the key line; "" keeps it out
    long: str
    is_act: bool = False


COMMANDS: tuple[Command, ...] = (
    Command(
        "flatten",
        ("F",),
        "F y",
        "flatten",
        "flatten the selected position's symbol and cancel its orders",
        is_act=True,
    ),
    Command(
        "flatten_all",
        ("X", "ctrl+x"),
        "X Y",
        "flatten ALL",
        "EMERGENCY: flatten every position and cancel every order",
        is_act=True,
    ),
    Command(
        "reload",
        ("r",),
        "r",
        "reload",
        "read config.toml again: shows what changed, then y",
        is_act=True,
    ),
    Command("ack", ("a",), "a", "", "acknowledge red alerts", is_act=True),
    Command(
        "lock",
        ("L",),
        "L",
        "",
        "lock yourself out: choose how long, then type LOCK",
        is_act=True,
    ),
    Command(
        "restart",
        ("u",),
        "u",
        "",
        "start the engine, or restart one of another version",
        is_act=True,
    ),
    Command("pane_1", ("1",), "1-5", "", "positions, daily P&L, trade frequency, timers, audit"),
    Command("pane_2", ("2",), "", "", ""),
    Command("pane_3", ("3",), "", "", ""),
    Command("pane_4", ("4",), "", "", ""),
    Command("pane_5", ("5",), "", "", ""),
    Command("next_pane", ("tab",), "tab", "", "next pane; shift+tab goes back"),
    Command("previous_pane", ("shift+tab",), "", "", ""),
    Command(
        "down", ("down", "j"), "j k", "", "next or previous row, arrows too; in the audit, time"
    ),
    Command("up", ("up", "k"), "", "", ""),
    Command(
        "page_down", ("pagedown", "space"), "space", "", "a page down, pgdn too; pgup goes back"
    ),
    Command("page_up", ("pageup",), "", "", ""),
    Command("top", ("home", "g"), "g G", "", "first or last row; with g the audit follows again"),
    Command("bottom", ("end", "G"), "", "", ""),
    Command("next_account", ("]",), "] [", "", "next or previous account"),
    Command("previous_account", ("[",), "", "", ""),
    Command("help", ("?", "f1"), "?", "help", "this help"),
    Command("back", ("escape",), "esc", "", "close, cancel, follow; never quits"),
    Command(
        "quit", ("q", "ctrl+q", "ctrl+c"), "q", "quit", "leave; asks whether enforcing goes on"
    ),
    Command("zoom", ("z", "enter"), "z", "zoom", "the pane alone, and back"),
)

BY_KEY: dict[str, Command] = {key: command for command in COMMANDS for key in command.keys}


def find(key: str, *, is_observing: bool) -> Command | None:
    """Return what a key does, None where it does nothing here."""
    command = BY_KEY.get(key)
    return None if command is None or (command.is_act and is_observing) else command


def on_key_line(*, is_observing: bool) -> tuple[Command, ...]:
    """Return the commands of the key line, most urgent first."""
    return tuple(c for c in COMMANDS if c.short and not (c.is_act and is_observing))


def in_help(*, is_observing: bool) -> tuple[Command, ...]:
    """Return the commands that the help explains."""
    return tuple(c for c in COMMANDS if c.shown and not (c.is_act and is_observing))
