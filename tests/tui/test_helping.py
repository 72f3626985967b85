"""The sheet of every key: nothing is missing, and each is found."""

from dataclasses import replace

import pytest

from curb.domain.keys import KEYS
from curb.domain.snapshot import KeyView
from curb.tui.commands import COMMANDS
from curb.tui.helping import help_card, row
from curb.tui.keys import press
from curb.tui.ui import AUDIT, HEALTH, Ui
from curb.tui.view import View

from . import scenes
from .moments import text, view


def said(moment: View, wanted: str = "") -> list[str]:
    return [line for line, _ in help_card(moment, wanted).lines]


@pytest.mark.parametrize("pane", range(7))
def test_every_command_and_every_key_stands_in_it(pane: int) -> None:
    moment = view(ui=Ui(pane=pane))
    lines = said(moment)
    for command in COMMANDS:
        assert lines.count(row(command, moment)) == 1
        assert command.call in row(command, moment)
    for known in KEYS:
        assert any(line.startswith(moment.keys.words[known.id]) for line in lines)


def test_the_panes_own_commands_come_first() -> None:
    audit = said(view(ui=Ui(pane=AUDIT)))
    assert audit[0] == "On this pane, audit"
    own = audit[1 : audit.index("Everywhere")]
    assert [line.split()[0] for line in own] == ["/", "n", "N", "v", "y", "e"]
    assert said(view(ui=Ui(pane=HEALTH)))[0] == "Everywhere"


def test_keys_are_those_in_force() -> None:
    moment = view(replace(scenes.CALM, keys=(KeyView("pane_3", "f3"), KeyView("headroom", "H"))))
    lines = said(moment)
    assert any(line.startswith("f3 ") and "trade frequency" in line for line in lines)
    assert any(line.startswith("H ") and "headroom" in line for line in lines)
    assert not any("{" in line for line in lines)


def test_an_observer_reads_of_nothing_that_acts() -> None:
    lines = "\n".join(said(view(is_observing=True)))
    assert "EMERGENCY" not in lines
    assert "lock yourself" not in lines


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("trade frequency", ["pane 3"]),
        ("EMERG", ["flatten all"]),
        ("zzz", []),
    ],
)
def test_words_are_searched_in_it(wanted: str, found: list[str]) -> None:
    lines = said(view(), wanted)
    assert [name for line in lines for name in found if name in line] == found
    assert ("Nothing says" in lines[0]) is (not found)
    assert "Everywhere" not in lines


def test_a_search_is_typed_in_the_help_and_nowhere_else() -> None:
    moment = view()
    ui = moment.ui
    for key in ("?", "/", *"emerg"):
        ui, effect = press(ui, key, replace(moment, ui=ui))
        assert effect is None
    assert "search: emerg_" in text(replace(moment, ui=ui), part="foot")
    shown = text(replace(moment, ui=ui), part="card")
    assert "Help · emerg" in shown
    assert "pane 3" not in shown
    entered, _ = press(ui, "enter", replace(moment, ui=ui))
    assert entered.prompt is None
    assert entered.card == ui.card
    closed, _ = press(entered, "x", replace(moment, ui=entered))
    assert closed.card is None


def test_it_fits_eighty_columns_whole() -> None:
    assert "…" not in "\n".join(said(view()))
    assert max(map(len, said(view()))) <= 76
