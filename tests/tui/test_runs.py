"""What a command does by its name that no key does."""

from dataclasses import replace

import pytest

from curb.tui.commands import COMMANDS
from curb.tui.runs import run
from curb.tui.ui import TIMERS, Card, Inquiry, Send, Ui

from . import scenes
from .moments import view

_LATER = ("copy_row", "export", "pause")


def test_every_command_does_something_or_says_why_not() -> None:
    """From the middle of a list, zoomed, with two accounts: none leaves everything as it was."""
    middle = Ui(pane=TIMERS, is_zoomed=True, tops=(1,) * 7)
    timers = (scenes.RESET, scenes.GRACE, scenes.COOL)
    others = scenes.TWO.accounts[1:]
    snapshot = scenes.snapshot(scenes.account(timers=timers), *others)
    moment = view(snapshot, ui=middle, themes=("dark", "light"), theme="dark")
    for command in COMMANDS:
        if command.id in ("pane_4", "find_next", "find_previous", *_LATER):
            continue
        ui, effect = run(middle, command.id, "f9", moment)
        assert effect is not None or ui != middle, command.id


@pytest.mark.parametrize(
    ("end", "place"), [("0077", 1), ("8841", 0), ("77", 1), ("", None), ("99", None)]
)
def test_an_account_is_chosen_by_its_end(end: str, place: int | None) -> None:
    moment = view(scenes.TWO, ui=Ui(account=1))
    ui, effect = run(moment.ui, "account", "enter", moment, end)
    assert effect is None
    if place is not None:
        assert (ui.account, ui.result) == (place, None)
        return
    assert ui.result is not None
    assert ui.result.text == "expected the end of one account's name, of …8841, …0077"


@pytest.mark.parametrize(
    ("name", "found"), [("", "light"), ("mono", "mono"), ("LIGHT", "light"), ("o", "mono")]
)
def test_a_theme_is_chosen_by_its_name(name: str, found: str) -> None:
    moment = view(themes=("dark", "light", "mono"), theme="dark")
    assert run(moment.ui, "theme", "enter", moment, name)[0].theme == found
    assert run(moment.ui, "theme", "enter", moment, "zzz")[0].theme == ""


def test_where_the_configuration_is_can_be_asked() -> None:
    ui, _ = run(Ui(), "config_path", "enter", view())
    assert ui.result is not None
    assert (ui.result.text, ui.result.is_good) == ("the configuration is config.toml", True)
    ui, _ = run(Ui(), "config_path", "enter", view(None))
    assert ui.result is not None
    assert not ui.result.is_good


def test_alerts_are_tried_only_where_an_engine_can() -> None:
    assert run(Ui(), "test_alerts", "enter", view())[1] == Send("alerts_test", {}, "ALERTS")
    ui, effect = run(Ui(), "test_alerts", "enter", view(engine="ENGINE DIED"))
    assert effect is None
    assert ui.result is not None


def test_detail_of_a_position_is_its_headroom() -> None:
    asked = Inquiry("headroom", {"account_id": scenes.ACCOUNT, "symbol": "MNQ"})
    assert run(Ui(), "detail", "enter", view())[1] == asked
    assert run(Ui(), "detail", "enter", view(scenes.FLAT)) == (Ui(is_zoomed=True), None)


def test_help_lies_on_top() -> None:
    card = run(Ui(), "help", "?", view())[0].card
    assert isinstance(card, Card)
    assert replace(card, lines=()).title == "Help"
