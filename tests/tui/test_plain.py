"""The screen in sentences: everything is said, nothing is drawn."""

from dataclasses import replace

import pytest

from curb.domain.snapshot import Snapshot
from curb.tui.cards import quit_card
from curb.tui.glyphs import plain as in_ascii
from curb.tui.line import width_of
from curb.tui.ui import AUDIT, HEALTH, PANE_COUNT, Ui
from curb.tui.whole import whole

from . import scenes
from .moments import text, view

SCENES = {
    "calm": scenes.CALM,
    "locked": scenes.LOCKED,
    "unknown": scenes.UNKNOWN,
    "hostile": scenes.BAD,
    "two": scenes.TWO,
    "none": None,
}


@pytest.mark.parametrize("pane", range(PANE_COUNT))
@pytest.mark.parametrize("name", SCENES)
def test_every_pane_is_said_in_as_many_rows_as_there_are(name: str, pane: int) -> None:
    for width, height in ((80, 24), (120, 40), (40, 8), (1, 1)):
        parts = whole(view(SCENES[name], Ui(pane=pane), is_plain=True), width, height)
        (only,) = parts
        assert len(only.rows) == height
        assert {width_of(row) for row in only.rows} == {width}


def said(pane: int, snapshot: Snapshot | None = scenes.CALM) -> str:
    return in_ascii(text(view(snapshot, Ui(pane=pane), is_plain=True), 100, 40))


@pytest.mark.parametrize(
    ("pane", "words"),
    [
        (0, "PAPER, armed 5 of 5 rules, account ending 8841: OPEN. REST ok, MKT ok, USER ok."),
        (0, "day -386.00, limit -500.00, 77% used"),
        (0, "Pane 1, positions:"),
        (0, "Selected: LONG 2 MNQZ6 at 21350.25, open -26.00, stop ok, last 21343.75"),
        (0, "Latest, the newest first:"),
        (0, "MANUAL flatten MNQ: by key"),
        (1, "Realized -350.00."),
        (2, "minute: 2 of 3, a slot frees in 00:41."),
        (3, "GRACE MES RULE-008, 00:18 left, no stop-loss"),
        (4, "RULE-002 reduce_position MNQ: 3 contracts of MNQ, limit 2"),
        (5, "RULE-003 DailyRealizedLoss: -386.00 of 500, ok."),
        (6, "REST"),
    ],
)
def test_what_is_said(pane: int, words: str) -> None:
    assert words in said(pane)


def test_nothing_is_drawn() -> None:
    drawn = set("│┌┐└┘─█▏·▲▼↑↓→>")
    # What the engine wrote in its reasons is another matter: ASCII stands for it when painted.
    for pane in set(range(PANE_COUNT)) - {AUDIT, HEALTH}:
        shown = text(view(ui=Ui(pane=pane), is_plain=True), 100, 38)
        body = shown.splitlines()[:-1]  # the last row names the keys
        assert not drawn & set("".join(body)), pane


def test_a_sheet_and_a_question_are_said_too() -> None:
    sheet = text(view(ui=Ui(card=quit_card(view())), is_plain=True))
    assert "Sheet: Leave." in sheet
    assert "detach: leave the screen" in sheet
    silent = replace(view(is_plain=True), silent_s=9.0)
    assert "ENGINE NOT RESPONDING" in text(silent)
    assert "OPEN" not in text(silent).splitlines()[1]
