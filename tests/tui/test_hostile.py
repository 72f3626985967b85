"""Row 30: 256 code points and 200 pieces of markup in every text of every pane and command."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from curb.cli import ask, bar, report
from curb.cli.audit import _sentence
from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.query import AuditQuery
from curb.domain.snapshot import Snapshot
from curb.domain.text import safe_text
from curb.domain.why import explain, markdown
from curb.store.archive import AuditArchive
from curb.tui import headroom, results, sentences, theme
from curb.tui.arrange import PANES
from curb.tui.cards import lock_card, quit_card, reload_card
from curb.tui.line import Span
from curb.tui.lines import Lines
from curb.tui.log_row import plain as copied
from curb.tui.rule_card import rule_card
from curb.tui.themes import Themes
from curb.tui.ui import Leave, Result, Send, Ui
from curb.tui.view import View
from curb.tui.why_card import why_card
from tests.store.samples import audited

from . import scenes
from .hostile import MARKUP, POINTS, controls, harm_in, saying, words
from .moments import text, view
from .test_rooms import ROOM
from .test_rule_card import DATA

SIZES = ((80, 24), (200, 60), (50, 12))
# What the screen takes for a word of the engine's own language, and asks what it means.
OWN = frozenset(
    ("TimerView.kind", "AccountView.state", "RuleView.word", "LinkView.word", "PositionView.side")
)


def moment(word: str, ui: Ui | None = None, scene: Snapshot = scenes.BAD) -> View:
    """A view in which everything that can be somebody else's is that word."""
    snapshot = saying(scene, word, lambda name: name not in OWN)
    rows = saying(scenes.BAD_ROWS, word)
    return view(snapshot, ui, rows=rows, engine=word, engine_version=word, version="0.1.0")


def test_there_are_as_many_as_are_asked_for() -> None:
    assert len(set(POINTS)) == 256
    assert all(harm_in(point) or point == "\n" for point in POINTS)
    assert len(set(MARKUP)) == 200
    assert set("".join(words())) >= set(POINTS)


@pytest.mark.parametrize("scene", [scenes.BAD, scenes.CALM, scenes.LOCKED, scenes.TWO])
def test_no_pane_shows_what_would_do_something(scene: Snapshot) -> None:
    for word in controls():
        for width, height in SIZES:
            assert not harm_in(text(moment(word, scene=scene), width, height)), (word, width)


def test_nor_does_a_pane_by_itself_or_the_plain_screen() -> None:
    for word in controls():
        for number in range(len(PANES)):
            ui = Ui(pane=number, is_zoomed=True)
            assert not harm_in(text(moment(word, ui), 120, 40)), (word, number)
        assert not harm_in(text(replace(moment(word), is_plain=True), 80, 60)), word


def test_markup_is_text_like_any_other() -> None:
    for word in MARKUP:
        seen = moment(word)
        for shown in (text(seen, 200, 60), text(replace(seen, is_plain=True), 80, 60)):
            assert not harm_in(shown), word
            assert safe_text(word)[:4] in shown


def test_the_last_gate_lets_none_through() -> None:
    """Whatever a pane lets through: every row of every pane is painted by this widget."""
    gate = Lines("gate", Themes.at().load(theme.DEFAULT))
    for point in POINTS:
        painted = "".join(part.text for part in gate._painted((Span(f"a{point}b"),), 10))
        assert not harm_in(painted), point
        assert painted.startswith("a·b"), point


CARDS: dict[str, Callable[[View, str], Ui]] = {
    "quit": lambda seen, _: Ui(card=quit_card(seen)),
    "lock": lambda seen, _: Ui(card=lock_card(seen)),
    "why": lambda seen, _: Ui(card=why_card(seen.rows[0], None, "y")),
    "why, told": lambda seen, word: Ui(
        card=why_card(seen.rows[0], _reply(saying(explain(seen.rows[0], None), word)), "y")
    ),
    "rule": lambda seen, word: Ui(
        card=rule_card(
            Reply(
                ok=True,
                text=word,
                data=saying(dict(DATA), word) | DATA | {"doc": word, "title": word},
            ),
            seen,
        )
    ),
    "headroom": lambda seen, word: Ui(card=headroom.card(_reply(saying(ROOM, word)), seen)),
    "refused": lambda seen, word: Ui(card=headroom.card(Reply(ok=False, text=word), seen)),
    "reload": lambda _, word: Ui(card=reload_card(Reply(ok=True, text=word, data=_changes(word)))),
    "result": lambda _, word: Ui(result=Result(word, is_good=False)),
    "answer": lambda seen, word: results.answered(
        Ui(), Send("flatten", {"symbol": word}, word), Reply(ok=False, text=word), seen
    ),
}


def _reply(value: object) -> Reply:
    return Reply(ok=True, text="", data=codec.encode(value))


def _changes(word: str) -> dict[str, object]:
    change = {"path": word, "old": word, "new": word, "verdict": word, "words": word, "key": word}
    return {"changes": [change], "holds": [change], "fault": word}


@pytest.mark.parametrize("name", CARDS)
def test_no_card_and_no_note_does(name: str) -> None:
    for word in (*controls(), *MARKUP[::9]):
        seen = moment(word)
        ui = CARDS[name](seen, word)
        assert not harm_in(text(replace(seen, ui=ui), 100, 50)), word


def test_no_command_says_it() -> None:
    for word in words():
        snapshot = saying(scenes.BAD, word, lambda name: name not in OWN)
        rows = saying(scenes.BAD_ROWS, word)
        said = [
            *ask.sentences(snapshot),
            bar.text(bar.words(snapshot), is_tmux=False),
            bar.text(bar.words(snapshot), is_tmux=True),
            *sentences.opening(snapshot),
            *sentences.changes(scenes.CALM, snapshot),
            results.farewell(moment(word), Leave(stop_engine=False)),
            *(sentences.told(row, is_several=True) for row in rows),
            *(report.as_sentence(row, is_named=True) for row in rows),
            *(_sentence(row, is_named=True) for row in rows),
            *(json.dumps(report.as_record(row), default=str) for row in rows),
            *(copied(row) for row in rows),
            *(markdown(explain(row, None)) for row in rows),
        ]
        assert not [line for line in said if harm_in(line)], word


def test_no_export_has_it(tmp_path: Path) -> None:
    """A file is looked at with `less` and `cat`, in a terminal."""
    kept = [
        saying(replace(scenes.BAD_ROWS[0], id=number, rule="RULE-003"), word)
        for number, word in enumerate(words(), 1)
        if "\ud800" not in word
    ]
    archive = AuditArchive(audited(tmp_path, kept))
    for name in ("audit.csv", "audit.json"):
        assert archive.export(AuditQuery(), tmp_path / name) == len(kept)
        assert not harm_in((tmp_path / name).read_text().replace("\r\n", "\n")), name
    with (tmp_path / "audit.csv").open(newline="") as file:
        assert len(list(csv.reader(file))) == len(kept) + 1
