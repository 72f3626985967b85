from dataclasses import replace

import pytest
from rich.cells import cell_len

from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.why import Why, explain, markdown
from curb.tui.keys import press
from curb.tui.ui import AUDIT, Card, Copy, Ui
from curb.tui.why_card import why_card

from . import scenes
from .moments import text, view

ROW = scenes.ROWS[-1]
OWN = explain(ROW, None)
TOLD = Why(ROW.id, "Row 7: as told", (("Clause", ("max_contracts = 5 (config.toml:12)",)),))


def words(card: Card) -> str:
    return "\n".join(line for line, _ in card.lines)


@pytest.mark.parametrize(
    ("reply", "title", "sentence"),
    [
        (Reply(ok=True, text="", data=codec.encode(TOLD)), TOLD.title, "config.toml:12"),
        (None, OWN.title, "no lines are known"),
        (Reply(ok=False, text="no engine answers"), OWN.title, "no lines are known"),
        (Reply(ok=True, text="", data={"sections": 3}), OWN.title, "no lines are known"),
    ],
)
def test_the_engine_says_why_and_without_it_the_row(
    reply: Reply | None, title: str, sentence: str
) -> None:
    row = replace(ROW, rule="RULE-006")
    card = why_card(row, reply, "y")
    assert card.title.split(":")[0] == title.split(":", maxsplit=1)[0]
    assert sentence in " ".join(words(card).split())


def test_its_copy_is_the_same_as_markdown() -> None:
    card = why_card(ROW, None, "y")
    ui, effect = press(Ui(pane=AUDIT, card=card), "y", view())
    assert effect == Copy(markdown(OWN), f"why of row {ROW.id}")
    assert ui.card is None


@pytest.mark.parametrize("hostile", scenes.HOSTILE)
def test_hostile_words_stay_within_the_sheet(hostile: str) -> None:
    row = replace(ROW, reason=hostile, details={"event": hostile, hostile: hostile})
    card = why_card(row, None, "y")
    assert all(line.isprintable() and cell_len(line) <= 76 for line, _ in card.lines)
    assert "Arithmetic" in text(view(ui=Ui(card=card)), 80, 60)
