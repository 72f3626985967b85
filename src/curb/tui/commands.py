"""Everything a key can do. Help and the key line are made from this table.

The keys themselves stand in `curb.domain.keys`; here `{id}` is the key of that command.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its id, and its words for the key line and the help.

    `is_act` marks what reaches the engine: an observing screen has none of it.
    """

    id: str
    shown: str
    short: str  # for the key line; "" keeps it out
    long: str
    is_act: bool = False


COMMANDS: tuple[Command, ...] = (
    Command(
        "flatten",
        "{flatten} y",
        "flatten",
        "flatten the selected position's symbol and cancel its orders",
        is_act=True,
    ),
    Command(
        "flatten_all",
        "{flatten_all} Y",
        "flatten ALL",
        "EMERGENCY: flatten every position and cancel every order",
        is_act=True,
    ),
    Command(
        "reload",
        "{reload}",
        "reload",
        "read config.toml again: shows what changed, then asks",
        is_act=True,
    ),
    Command("ack", "{ack}", "", "acknowledge red alerts", is_act=True),
    Command(
        "lock",
        "{lock}",
        "",
        "lock yourself out: choose how long, then type LOCK",
        is_act=True,
    ),
    Command(
        "restart",
        "{restart}",
        "",
        "start the engine, or restart one of another version",
        is_act=True,
    ),
    Command(
        "pane_1",
        "{pane_1}-{pane_7}",
        "",
        "positions, daily P&L, trade frequency, timers, audit, rules, health",
    ),
    Command("pane_2", "", "", ""),
    Command("pane_3", "", "", ""),
    Command("pane_4", "", "", ""),
    Command("pane_5", "", "", ""),
    Command("pane_6", "", "", ""),
    Command("pane_7", "", "", ""),
    Command("next_pane", "{next_pane}", "", "next pane; {previous_pane} goes back"),
    Command("previous_pane", "", "", ""),
    Command("down", "{down} {up}", "", "next or previous row, arrows too; in the audit, time"),
    Command("up", "", "", ""),
    Command("page_down", "{page_down}", "", "a page down, pgdn too; {page_up} goes back"),
    Command("page_up", "", "", ""),
    Command("top", "{top} {bottom}", "", "first or last row; with {top} the audit follows again"),
    Command("bottom", "", "", ""),
    Command("next_account", "{next_account} {previous_account}", "", "next or previous account"),
    Command("previous_account", "", "", ""),
    Command("help", "{help}", "help", "this help"),
    Command("back", "{back}", "", "close, cancel, follow; never quits"),
    Command("quit", "{quit}", "quit", "leave; asks whether enforcing goes on"),
    Command("zoom", "{zoom}", "zoom", "the pane alone, and back"),
    Command("detail", "{detail}", "", "more of the selected row"),
    Command("command", "{command}", "", "every command by its name"),
    Command("filter", "{filter}", "", "the audit's rows with these words"),
    Command("find_next", "{find_next} {find_previous}", "", "the next such row, the one before"),
    Command("find_previous", "", "", ""),
    Command("severity", "{severity}", "", "the audit's rows of one severity"),
    Command("copy_row", "{copy_row}", "", "copy the selected row"),
    Command("export", "{export}", "", "write the audit's rows to a file"),
    Command("headroom", "{headroom}", "", "how far from each limit, for a symbol"),
    Command("sort", "{sort}", "", "the positions by another column"),
    Command("pause", "{pause}", "", "the picture stands still; enforcing goes on"),
    Command("theme", "{theme}", "", "the next colors"),
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def on_key_line(*, is_observing: bool) -> tuple[Command, ...]:
    """Return the commands of the key line, most urgent first."""
    return tuple(c for c in COMMANDS if c.short and not (c.is_act and is_observing))


def in_help(*, is_observing: bool) -> tuple[Command, ...]:
    """Return the commands that the help explains."""
    return tuple(c for c in COMMANDS if c.shown and not (c.is_act and is_observing))
