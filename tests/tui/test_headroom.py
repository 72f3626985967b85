"""The room to each limit, asked for and shown."""

import pytest

from curb.control.frames import Reply
from curb.domain import codec
from curb.tui.headroom import card
from curb.tui.keys import press
from curb.tui.ui import AUDIT, Inquiry, Prompt, Step, Ui
from curb.tui.view import View

from . import scenes
from .moments import view
from .test_rooms import ROOM


def pressed(keys: list[str], moment: View) -> Step:
    ui, effect = moment.ui, None
    for key in keys:
        ui, effect = press(ui, key, view(moment.snapshot, ui=ui, engine=moment.engine))
    return ui, effect


def room(symbol: str) -> Inquiry:
    return Inquiry("headroom", {"account_id": scenes.ACCOUNT, "symbol": symbol})


@pytest.mark.parametrize(
    ("keys", "moment", "asked"),
    [
        (["h"], view(), room("MNQ")),
        (["j", "h"], view(), room("MES")),
        (["enter"], view(), room("MNQ")),
        (["h"], view(scenes.FLAT), None),
        (["h", *"es", "enter"], view(scenes.FLAT), room("es")),
        (["h", "enter"], view(scenes.FLAT), None),
        (["h"], view(ui=Ui(pane=AUDIT)), None),
        (["h", "N", "Q", "enter"], view(ui=Ui(pane=AUDIT)), room("NQ")),
    ],
)
def test_it_is_asked_of_the_selected_position_or_of_a_symbol(
    keys: list[str], moment: View, asked: Inquiry | None
) -> None:
    assert pressed(keys, moment)[1] == asked


def test_a_symbol_is_typed_at_the_foot() -> None:
    assert pressed(["h"], view(scenes.FLAT))[0].prompt == Prompt("headroom", "symbol: ")


def test_without_an_engine_nothing_is_known() -> None:
    ui, effect = pressed(["h"], view(engine="ENGINE DIED"))
    assert effect is None
    assert ui.result is not None
    assert "not known" in ui.result.text


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(ok=True, text="", data=codec.encode(ROOM)), "May add LONG: 3 MNQ"),
        (Reply(ok=True, text="", data={"strange": 1}), "the engine answers otherwise"),
        (Reply(ok=True, text="", data=None), "the engine answers otherwise"),
    ],
)
def test_an_answer_is_a_sheet(reply: Reply, words: str) -> None:
    found = card(reply, view())
    assert words in "\n".join(text for text, _ in found.lines)
    assert found.title.startswith("Headroom")


def test_its_key_asks_again_of_the_same() -> None:
    shown = card(Reply(ok=True, text="", data=codec.encode(ROOM)), view())
    ui, effect = press(Ui(card=shown, contract_id=scenes.MES.contract_id), "h", view())
    assert (ui.card, effect) == (None, room("MNQ"))
