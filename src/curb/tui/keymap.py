"""Which key does what: as the engine's configuration says, until then the keys of old."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from curb.domain.keys import FIXED, KEYS
from curb.domain.snapshot import KeyView, Snapshot
from curb.tui.commands import BY_ID, Command
from curb.tui.line import clean

_SHORT = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}
_CELLS = 12


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of a moment."""

    commands: Mapping[str, Command]  # by key
    words: Mapping[str, str]  # how each command's key is called, by the command's id

    def find(self, key: str, *, is_observing: bool) -> Command | None:
        """Return what a key does, None where it does nothing here."""
        command = self.commands.get(key)
        return None if command is None or (command.is_act and is_observing) else command

    def key_of(self, name: str) -> str:
        """Return the key of a command as the terminal tells it, "" where it has none."""
        return next((key for key, known in self.commands.items() if known.id == name), "")

    def filled(self, text: str) -> str:
        """Return the words of a command with the keys that they speak of."""
        return text.format_map(self.words)


def keymap(snapshot: Snapshot | None) -> Keymap:
    """Return the keys that the engine told last; without an engine those of old."""
    return _of(snapshot.keys if snapshot is not None else ())


@lru_cache(maxsize=8)
def _of(told: tuple[KeyView, ...]) -> Keymap:
    # An engine of another version may know fewer commands, or more.
    chosen = {view.id: view.key for view in told if view.id in BY_ID}
    taken = {key: BY_ID[name] for name, key in chosen.items()}
    for known in KEYS:
        if known.id not in chosen and known.key not in taken:
            chosen[known.id] = known.key
            taken[known.key] = BY_ID[known.id]
    commands = taken | {key: BY_ID[name] for key, name in FIXED.items()}
    words = {name: clean(_SHORT.get(key, key), _CELLS) for name, key in chosen.items()}
    # What never has a key is said to have none; what lost its key has an unknown one.
    none = dict.fromkeys(BY_ID, "") | {known.id: "?" for known in KEYS}
    return Keymap(commands, none | words)
