"""Everything a screen can do. Keys, help, palette and `curb --help` are made from this table.

The keys themselves stand in `curb.domain.keys`; here `{id}` is the key of that command. What
has none there is reached by its name.
"""

from dataclasses import dataclass

from curb.domain.keys import KEYS

_POSITIONS, _TIMERS, _AUDIT = 0, 3, 4  # the panes' places


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its id, and its words for the key line, the help and the palette.

    `is_act` marks what reaches the engine: an observing screen has none of it. `panes` are
    those that it is about, none for all; `takes` is what may be typed behind its name.
    """

    id: str
    shown: str
    short: str  # for the key line; "" keeps it out
    long: str
    is_act: bool = False
    panes: tuple[int, ...] = ()
    takes: str = ""

    @property
    def call(self) -> str:
        """Its name with what may be typed behind it."""
        return f"{self.name} [{self.takes}]" if self.takes else self.name

    @property
    def name(self) -> str:
        """How it is called where it is typed."""
        return self.id.replace("_", " ")


COMMANDS: tuple[Command, ...] = (
    Command(
        "flatten",
        "{flatten} y",
        "flatten",
        "flatten the selected symbol, cancel its orders",
        is_act=True,
        panes=(_POSITIONS,),
    ),
    Command(
        "flatten_all",
        "{flatten_all} Y",
        "flatten ALL",
        "EMERGENCY: flatten everything, cancel all orders",
        is_act=True,
    ),
    Command(
        "reload",
        "{reload}",
        "reload",
        "read config.toml again, show what changed, ask",
        is_act=True,
    ),
    Command("ack", "{ack}", "", "acknowledge red alerts", is_act=True),
    Command(
        "lock",
        "{lock}",
        "",
        "lock yourself out, by the typed word LOCK",
        is_act=True,
        panes=(_TIMERS,),
        takes="30m",
    ),
    Command(
        "restart",
        "{restart}",
        "",
        "start the engine, or restart another version",
        is_act=True,
    ),
    Command("pane_1", "{pane_1}", "", "positions"),
    Command("pane_2", "{pane_2}", "", "daily P&L"),
    Command("pane_3", "{pane_3}", "", "trade frequency"),
    Command("pane_4", "{pane_4}", "", "timers"),
    Command("pane_5", "{pane_5}", "", "audit"),
    Command("pane_6", "{pane_6}", "", "rules"),
    Command("pane_7", "{pane_7}", "", "health"),
    Command("next_pane", "{next_pane}", "", "the next pane"),
    Command("previous_pane", "{previous_pane}", "", "the pane before"),
    Command("down", "{down}", "", "the next row, arrow too; in the audit, earlier"),
    Command("up", "{up}", "", "the row before, arrow too"),
    Command("page_down", "{page_down}", "", "a page down, pgdn too"),
    Command("page_up", "{page_up}", "", "a page up"),
    Command("top", "{top}", "", "the first row; the audit follows again"),
    Command("bottom", "{bottom}", "", "the last row"),
    Command("next_account", "{next_account}", "", "the next account"),
    Command("previous_account", "{previous_account}", "", "the account before"),
    Command("help", "{help}", "help", "every key and command, f1 too"),
    Command("back", "{back}", "", "close, cancel, follow; never quits"),
    Command("quit", "{quit}", "quit", "leave; asks whether enforcing goes on"),
    Command("zoom", "{zoom}", "zoom", "the pane alone, and back"),
    Command("detail", "{detail}", "", "more of the selected row: why, its headroom"),
    Command("command", "{command}", "command", "every command by its name, ctrl+p too"),
    Command(
        "filter",
        "{filter}",
        "",
        "the audit's rows with words, rule:006, sev:x",
        panes=(_AUDIT,),
    ),
    Command("find_next", "{find_next}", "", "the next such row", panes=(_AUDIT,)),
    Command("find_previous", "{find_previous}", "", "such a row before", panes=(_AUDIT,)),
    Command("severity", "{severity}", "", "the audit's rows of one severity", panes=(_AUDIT,)),
    Command(
        "copy_row", "{copy_row}", "", "copy the selected row, through tmux too", panes=(_AUDIT,)
    ),
    Command(
        "export", "{export}", "", "write the audit's rows to a csv or json file", panes=(_AUDIT,)
    ),
    Command(
        "headroom",
        "{headroom}",
        "",
        "room to each limit, and what may still be added",
        panes=(_POSITIONS,),
        takes="MNQ",
    ),
    Command("sort", "{sort}", "", "the positions by another column", panes=(_POSITIONS,)),
    Command("pause", "{pause}", "", "the picture stands still; enforcing goes on"),
    Command("theme", "{theme}", "", "the next colors, or those of a name", takes="dark"),
    Command(
        "retry",
        "{retry}",
        "",
        "flatten once more what failed; asks again",
        is_act=True,
    ),
    Command("account", "", "", "another account, by the end of its name", takes="0077"),
    Command("config_path", "", "", "where the configuration is"),
    Command(
        "test_alerts",
        "",
        "",
        "send a test message to every alert service",
        is_act=True,
    ),
)

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def on_key_line(*, is_observing: bool) -> tuple[Command, ...]:
    """Return the commands of the key line, most urgent first."""
    return tuple(c for c in known(is_observing=is_observing) if c.short)


def known(*, is_observing: bool) -> tuple[Command, ...]:
    """Return the commands that there are on such a screen."""
    return tuple(c for c in COMMANDS if not (c.is_act and is_observing))


def in_help(*, is_observing: bool, pane: int) -> tuple[Command, ...]:
    """Return the commands that the help explains, those about a pane first."""
    commands = known(is_observing=is_observing)
    return (
        *(c for c in commands if pane in c.panes),
        *(c for c in commands if pane not in c.panes),
    )


def defaults() -> tuple[tuple[str, str], ...]:
    """Return the keys that act, or stand on the key line, as they are without a configuration."""
    keys = {known.id: known.key for known in KEYS}
    told = (c for c in COMMANDS if c.short or (c.is_act and c.shown))
    return tuple((c.shown.format_map(keys), c.long.format_map(keys)) for c in told)
