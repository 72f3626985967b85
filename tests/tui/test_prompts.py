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
    assert typed(["m", "q", "space", "enter"]) == Ui(sending="mq")
    assert typed(["m", "enter"], Ui(prompt=Prompt("other", "?"))) == Ui()


def test_flattening_all_is_asked_from_a_prompt_too() -> None:
    ui = typed(["m", "ctrl+x"])
    assert ui.prompt is None
    assert ui.ask is not None
    assert ui.ask.key == "Y"
    assert typed(["m", "ctrl+x"], is_observing=True).ask is None


def test_a_pasted_text_is_typed_in_a_prompt_and_nowhere_else() -> None:
    assert paste(OPEN, "X\nY \x1b[2J").prompt == Prompt("filter", "/", "X Y ·[2J")
    assert paste(Ui(), "XY") == Ui()
