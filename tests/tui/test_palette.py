"""Every command by its name, through the keys that reach it."""

from dataclasses import replace

import pytest

from curb.domain.keys import DANGEROUS
from curb.domain.snapshot import KeyView
from curb.tui.commands import COMMANDS
from curb.tui.keys import press
from curb.tui.palette import matches
from curb.tui.ui import Effect, Inquiry, Send, Ui
from curb.tui.view import View

from . import scenes
from .moments import text, view


def typed(keys: list[str], moment: View | None = None) -> tuple[Ui, list[Effect]]:
    moment = moment or view()
    ui, effects = moment.ui, []
    for key in keys:
        ui, effect = press(ui, key, replace(moment, ui=ui))
        effects += [effect] if effect is not None else []
    return ui, effects


def spelled(words: str) -> list[str]:
    return ["space" if letter == " " else letter for letter in words]


def found(words: str, moment: View | None = None) -> list[str]:
    return [match.command.id for match in matches(words, moment or view())]


def test_every_command_is_reached_and_first_by_its_whole_name() -> None:
    for command in COMMANDS:
        assert found(command.name)[0] == command.id
        assert command.long
    assert found("") == [command.id for command in COMMANDS]
    assert found("  ") == found("")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("fa", "flatten_all"),
        ("flat", "flatten"),
        ("FLATTEN ALL", "flatten_all"),
        ("hroom", "headroom"),
        ("p3", "pane_3"),
        ("frequency", "pane_3"),
        ("cfgp", "config_path"),
        ("emergency", "flatten_all"),
        ("lock 30m", "lock"),
        ("head room", None),
        ("zzz", None),
    ],
)
def test_letters_in_order_find_the_nearest_name(words: str, first: str | None) -> None:
    assert next(iter(found(words)), None) == first


def test_what_stands_behind_a_name_goes_with_it() -> None:
    (match,) = matches("Lock  1h30m", view())
    assert (match.command.id, match.argument) == ("lock", "1h30m")
    assert matches("headroom", view())[0].argument == ""
    assert not any(match.argument for match in matches("zoom 3", view()))


def test_an_observer_is_offered_nothing_that_acts() -> None:
    acts = {command.id for command in COMMANDS if command.is_act}
    moment = view(is_observing=True)
    assert not acts & set(found("", moment))
    assert typed([":", *spelled("flatten all"), "enter", "Y"], moment)[1] == []


@pytest.mark.parametrize(
    ("keys", "effects"),
    [
        (["flatten all", "Y"], [Send("flatten", {"symbol": None}, "FLATTEN ALL")]),
        (["flatten all", "y"], []),
        (["flatten all", "enter", "enter"], []),
        (["flatten all"], []),
        (["fa", "Y"], [Send("flatten", {"symbol": None}, "FLATTEN ALL")]),
        (
            ["lock 30m", *"LOCK"],
            [Send("lock", {"account_id": scenes.ACCOUNT, "duration_s": 1800}, "LOCK")],
        ),
        (
            ["lock reset", *"LOCK"],
            [Send("lock", {"account_id": scenes.ACCOUNT, "duration_s": "reset"}, "LOCK")],
        ),
        (["lock 30m", *"lock"], []),
        (["lock soon", *"LOCK"], []),
        (["test alerts"], [Send("alerts_test", {}, "ALERTS")]),
        (
            ["headroom es"],
            [Inquiry("headroom", {"account_id": scenes.ACCOUNT, "symbol": "es"})],
        ),
        (["zzz", "Y", "y"], []),
    ],
)
def test_a_command_by_its_name_asks_as_its_key_does(keys: list[str], effects: list[Effect]) -> None:
    words, *answers = keys
    assert typed([":", *spelled(words), "enter", *answers])[1] == effects


def test_what_is_dangerous_still_asks() -> None:
    for name in DANGEROUS - {"lock", "retry"}:
        ui, effects = typed(["ctrl+p", *spelled(name.replace("_", " ")), "enter"])
        assert effects == []
        assert ui.ask is not None


def test_the_row_chosen_is_run() -> None:
    ui, _ = typed([":", "down", "down", "down", "up", "enter"])
    assert ui.sending == "RELOAD"
    ui, _ = typed([":", *["up"] * 3, "enter", "y"])
    assert ui.prompt is None
    last, _ = typed([":", *["down"] * 99])
    assert last.prompt is not None
    assert last.prompt.at == len(COMMANDS) - 1
    assert typed(["down", "backspace"], view(ui=last))[0].prompt == replace(last.prompt, at=0)


def test_the_sheet_shows_what_fits_its_keys_and_what_is_chosen() -> None:
    keys = (KeyView("flatten_all", "f5"),)
    moment = view(replace(scenes.CALM, keys=keys))
    ui, _ = typed([":", *"fla", "down"], moment)
    shown = text(replace(moment, ui=ui), part="card")
    assert "Commands · fla_ · 2/3" in shown
    assert ">f5 Y      flatten all      EMERGENCY" in shown
    assert ":fla_" in text(replace(moment, ui=ui), part="foot")
    assert "no command is called so" in text(view(ui=typed([":", *"zzz"])[0]), part="card")
    assert "lock [30m]" in text(view(ui=typed([":", *"lock"])[0]), part="card")
    assert ":fla_" in text(replace(moment, ui=ui), 50, 10)


def test_it_closes_and_says_what_it_does_not_know() -> None:
    ui, _ = typed([":", *"fla", "escape"])
    assert (ui.prompt, ui.card) == (None, None)
    ui, _ = typed([":", *"zzz", "enter"])
    assert ui.result is not None
    assert ui.result.text == "no command is called 'zzz': nothing was done"
