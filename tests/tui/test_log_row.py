from dataclasses import replace

import pytest

from curb.tui.keys import press
from curb.tui.ui import AUDIT, POSITIONS, Copy, Effect, Explain, Export, Send, Ui
from curb.tui.view import View

from . import scenes
from .moments import text, view


def pressed(keys: list[str], moment: View) -> tuple[Ui, Effect | None]:
    ui, effect = moment.ui, None
    for key in keys:
        ui, effect = press(ui, key, replace(moment, ui=ui))
    return ui, effect


NEWEST = scenes.ROWS[-1]


def test_the_chosen_row_is_copied_as_one_line() -> None:
    _, effect = pressed(["5", "y"], view())
    assert isinstance(effect, Copy)
    assert effect.text.startswith(f"{NEWEST.id} {NEWEST.at.isoformat(timespec='milliseconds')} ")
    assert effect.text.isprintable()
    _, effect = pressed(["5", "j", "y"], view())
    assert isinstance(effect, Copy)
    assert effect.label == f"row {scenes.ROWS[-2].id}"


@pytest.mark.parametrize("words", scenes.HOSTILE)
def test_a_hostile_row_is_copied_as_one_harmless_line(words: str) -> None:
    row = replace(NEWEST, reason=words, symbol="\x1b[2J", success=False)
    _, effect = pressed(["5", "y"], view(rows=(row,)))
    assert isinstance(effect, Copy)
    assert effect.text.isprintable()
    assert "FAILED" in effect.text


@pytest.mark.parametrize("key", ["y", "enter"])
def test_where_no_row_is_there_it_says_so(key: str) -> None:
    ui, effect = pressed([key], view(rows=(), ui=Ui(pane=AUDIT)))
    assert effect is None
    assert ui.result is not None
    assert ui.result.text == "no row of the audit is selected"


@pytest.mark.parametrize(("answer", "ending"), [("c", "csv"), ("j", "jsonl")])
def test_an_export_asks_for_its_format_and_takes_the_filter(answer: str, ending: str) -> None:
    keys = ["/", *"sev:!", "enter", "e"]
    ui, _ = pressed(keys, view())
    assert ui.ask is not None
    assert ui.ask.sentence == 'EXPORT the audit\'s rows that meet "sev:!"'
    _, effect = pressed([*keys, answer], view())
    assert effect == Export(replace(ui.log.query), ending)


@pytest.mark.parametrize("answer", ["y", "escape", "enter", "e"])
def test_no_other_key_exports(answer: str) -> None:
    assert pressed(["e", answer], view())[1] is None


def test_one_export_at_a_time() -> None:
    ui, effect = pressed(["e"], view(ui=Ui(errand="EXPORT")))
    assert (ui.ask, effect) == (None, None)
    assert ui.result is not None
    assert ui.result.text == "EXPORT is still under way"


def test_an_export_under_way_is_told_and_holds_back_no_flatten() -> None:
    moment = view(ui=Ui(errand="EXPORT"))
    assert "EXPORT is under way" in text(moment, part="foot")
    assert isinstance(pressed(["X", "Y"], moment)[1], Send)


@pytest.mark.parametrize("keys", [["y"], ["X", "F", "y"], ["F", "escape", "y"]])
def test_a_yes_to_nothing_copies_nothing(keys: list[str]) -> None:
    ui, effect = pressed(keys, view())
    assert (ui.pane, ui.result, effect) == (POSITIONS, None, None)


def test_enter_asks_why_only_in_the_audit() -> None:
    assert pressed(["5", "enter"], view())[1] == Explain(NEWEST)
    assert not isinstance(pressed(["enter"], view())[1], Explain)
