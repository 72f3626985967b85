"""The screen's commands by id, and the keys they have unless `[keys]` says otherwise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScreenKey:
    """A command's id and its key, named as the terminal tells it: "F", "f5", "ctrl+x".

    The `fixed` keys do the same and belong to no other command: nobody shall lose the arrows
    or the way out. `is_dangerous` marks what acts on positions, `asks` what is answered by
    another key.
    """

    id: str
    key: str
    fixed: tuple[str, ...] = ()
    is_dangerous: bool = False
    asks: bool = False


KEYS: tuple[ScreenKey, ...] = (
    ScreenKey("flatten", "F", is_dangerous=True, asks=True),
    ScreenKey("flatten_all", "X", ("ctrl+x",), is_dangerous=True, asks=True),
    ScreenKey("reload", "r", asks=True),
    ScreenKey("ack", "a"),
    ScreenKey("lock", "L", is_dangerous=True, asks=True),
    ScreenKey("restart", "u", asks=True),
    ScreenKey("pane_1", "1"),
    ScreenKey("pane_2", "2"),
    ScreenKey("pane_3", "3"),
    ScreenKey("pane_4", "4"),
    ScreenKey("pane_5", "5"),
    ScreenKey("pane_6", "6"),
    ScreenKey("pane_7", "7"),
    ScreenKey("next_pane", "tab"),
    ScreenKey("previous_pane", "shift+tab"),
    ScreenKey("down", "j", ("down",)),
    ScreenKey("up", "k", ("up",)),
    ScreenKey("page_down", "space", ("pagedown",)),
    ScreenKey("page_up", "pageup", ("pageup",)),
    ScreenKey("top", "g", ("home",)),
    ScreenKey("bottom", "G", ("end",)),
    ScreenKey("next_account", "]"),
    ScreenKey("previous_account", "["),
    ScreenKey("help", "?", ("f1",)),
    ScreenKey("back", "escape", ("escape",)),
    ScreenKey("quit", "q", ("ctrl+q", "ctrl+c"), asks=True),
    ScreenKey("zoom", "z", ("+",)),
    ScreenKey("detail", "enter", ("enter",)),
    ScreenKey("command", ":", ("ctrl+p",)),
    ScreenKey("filter", "/"),
    ScreenKey("find_next", "n"),
    ScreenKey("find_previous", "N"),
    ScreenKey("severity", "v"),
    ScreenKey("copy_row", "y"),
    ScreenKey("export", "e"),
    ScreenKey("headroom", "h"),
    ScreenKey("sort", "s"),
    ScreenKey("pause", "p"),
    ScreenKey("theme", "t"),
    ScreenKey("retry", "R", is_dangerous=True, asks=True),
)

FIXED = {key: known.id for known in KEYS for key in known.fixed}
DANGEROUS = frozenset(known.id for known in KEYS if known.is_dangerous)
ASKING = frozenset(known.id for known in KEYS if known.asks)

# What answers a question must not ask one: two presses of one key would do it all.
ANSWERS = frozenset("yYA")

# What the sheet of `quit` is answered with.
WAYS_OUT = frozenset("ds")

_NAMED = frozenset(
    (
        *("tab", "shift+tab", "enter", "space", "escape", "backspace", "delete", "insert"),
        *("home", "end", "pageup", "pagedown", "up", "down", "left", "right"),
        *(f"f{number}" for number in range(1, 13)),
    )
)

# Not those that a terminal tells as others (h i j m), nor those of tmux, screen and the
# terminal itself (a b s z).
_CONTROL = frozenset(f"ctrl+{letter}" for letter in "cdefgklnopqrtuvwxy")

# Ended input and killed lines elsewhere: pressed by habit.
_HABITS = frozenset(("ctrl+d", "ctrl+k"))


def is_key(key: str) -> bool:
    """Tell whether a terminal can tell of a key by that name."""
    return key in _NAMED or key in _CONTROL or (len(key) == 1 and key.isprintable() and key != " ")


def is_deliberate(key: str) -> bool:
    """Tell whether nobody presses the key by habit or while typing small letters.

    A capital letter, a function key, or ctrl with a letter.
    """
    if len(key) == 1:
        return key.isupper()
    is_function = key in _NAMED and key[1:].isdecimal()
    return is_function or (key in _CONTROL and key not in _HABITS)
