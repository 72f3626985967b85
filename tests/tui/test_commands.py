"""The one table of commands: help, palette, `curb --help` and the README say the same."""

import re
from pathlib import Path

from curb.domain.keys import KEYS
from curb.tui.commands import COMMANDS, defaults, in_help, known, on_key_line

README = Path(__file__).parents[2] / "README.md"


def test_every_command_has_words_and_no_two_are_called_the_same() -> None:
    assert all(command.long for command in COMMANDS)
    names = [command.name for command in COMMANDS]
    assert len(names) == len(set(names))


def test_every_list_is_of_the_same_commands() -> None:
    for is_observing in (False, True):
        there = set(known(is_observing=is_observing))
        for pane in range(7):
            assert set(in_help(is_observing=is_observing, pane=pane)) == there
            assert len(in_help(is_observing=is_observing, pane=pane)) == len(there)
        assert set(on_key_line(is_observing=is_observing)) <= there
    assert not any(command.is_act for command in known(is_observing=True))


def test_the_command_line_tells_the_keys_of_old() -> None:
    keys = dict(defaults())
    assert keys["F y"] == "flatten the selected symbol, cancel its orders"
    assert keys["X Y"].startswith("EMERGENCY")
    assert not any("{" in text for pair in defaults() for text in pair)


def test_the_readmes_keys_are_keys() -> None:
    table = README.read_text(encoding="utf-8").split("## Keys")[1].split("\n\n")[1]
    first = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert first
    answers = {"y", "Y", "LOCK"}
    keys = {known.key for known in KEYS} | {key for known in KEYS for key in known.fixed}
    for cell in first:
        for word in re.findall(r"`([^`]+)`", cell):
            assert word in keys | answers, cell
