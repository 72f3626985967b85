"""A line being typed: letters are letters, and only one key still acts."""

from dataclasses import replace

import pytest

from curb.tui.keys import press
from curb.tui.prompts import ENTERED, paste
from curb.tui.ui import Prompt, Step, Ui
from curb.tui.view import View

from .moments import view

OPEN = Ui(prompt=Prompt("filter", "/"))


def typed(keys: list[str], ui: Ui = OPEN, is_observing: bool = False) -> Ui:
    for key in keys:
        ui, effect = press(ui, key, view(ui=ui, is_observing=is_observing))
        assert effect is None
    return ui


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["X", "Y", "F", "q"], "XYFq"),
        (["a", "space", "b"], "a b"),
        (["a", "b", "backspace"], "a"),
        (["backspace"], ""),
        (["a", "b", "ctrl+u", "c"], "c"),
        (["f5", "up", "ctrl+k", "tab"], ""),
        (["\u202e", "a"], "a"),
    ],
)
def test_keys_are_letters_in_a_prompt(keys: list[str], text: str) -> None:
    assert typed(keys) == replace(OPEN, prompt=Prompt("filter", "/", text))


def test_a_prompt_is_left_and_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    def entered(ui: Ui, text: str, _: View) -> Step:
        return replace(ui, sending=text), None

    monkeypatch.setitem(ENTERED, "filter", entered)
    assert typed(["m", "escape"]) == Ui()
    kept = (("filter", "mq"),)
    assert typed(["m", "q", "space", "enter"]) == Ui(sending="mq", past=kept)
    assert typed(["enter"], Ui(prompt=Prompt("other", "?"))) == Ui()


def test_flattening_all_is_asked_from_a_prompt_too() -> None:
    ui = typed(["m", "ctrl+x"])
    assert ui.prompt is None
    assert ui.ask is not None
    assert ui.ask.key == "Y"
    assert typed(["m", "ctrl+x"], is_observing=True).ask is None


def test_a_pasted_text_is_typed_in_a_prompt_and_nowhere_else() -> None:
    assert paste(OPEN, "X\nY \x1b[2J", view()).prompt == Prompt("filter", "/", "X Y ·[2J")
    assert paste(Ui(), "XY", view()) == Ui()


def test_a_word_is_taken_back() -> None:
    found = []
    for text in ("flatten all", "flatten all ", "flatten", ""):
        prompt = typed(["ctrl+w"], Ui(prompt=Prompt("filter", "/", text))).prompt
        assert prompt is not None
        found.append(prompt.text)
    assert found == ["flatten ", "flatten ", "", ""]


def test_what_was_entered_before_comes_back() -> None:
    ui = Ui()
    for word in ("mnq", "es", "mnq"):
        ui = typed([*word, "enter"], replace(ui, prompt=Prompt("other", "? ")))
    assert ui.past == (("other", "es"), ("other", "mnq"))
    ui = replace(ui, prompt=Prompt("other", "? "))

    def after(*keys: str) -> str:
        prompt = typed(list(keys), ui).prompt
        assert prompt is not None
        return prompt.text

    assert after("x", "up") == "mnq"
    assert after("x", "up", "up", "up") == "es"
    assert after("x", "up", "up", "down") == "mnq"
    assert after("x", "up", "down", "down") == "x"
    assert after("up", "y", "up") == "mnq"
    assert after("up", "y", "up", "down") == "mnqy"
    other = replace(ui, prompt=Prompt("headroom", "symbol: "))
    assert typed(["up"], other).prompt == Prompt("headroom", "symbol: ")


def test_only_so_much_is_remembered() -> None:
    ui = Ui()
    for number in range(30):
        ui = typed([*str(number), "enter"], replace(ui, prompt=Prompt("other", "? ")))
    assert [text for _, text in ui.past] == [str(number) for number in range(10, 30)]
