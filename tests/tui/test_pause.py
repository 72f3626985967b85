from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.snapshot import Snapshot
from curb.tui.keys import press, resume
from curb.tui.pause import PAUSE_S, Pause
from curb.tui.ui import Send, Ui
from curb.tui.view import View
from tests.tui import scenes
from tests.tui.moments import text, view

NEW = scenes.row(99, 0, "RULE-001", Act.WARN, "a new row")
MOVED = scenes.snapshot(
    scenes.account(positions=(scenes.position(mark=Decimal("21999.75")), scenes.MES))
)
PAUSED = press(Ui(), "p", view())[0]


def later(snapshot: Snapshot | None = MOVED, **changes: object) -> View:
    rows = (NEW, *reversed(scenes.ROWS))
    return replace(view(snapshot, ui=PAUSED, rows=rows), **changes)  # type: ignore[arg-type]


def test_the_panes_stand_still_and_the_header_goes_on() -> None:
    moment = later(now=scenes.at(5), moment=105.0)
    words = text(moment, 120, 40)
    assert "21343.75" in words
    assert "21999.75" not in words
    assert "a new row" not in words
    assert "14:33:12" in text(moment, part="header")
    banner = text(moment, part="banner")
    assert "VIEW PAUSED - enforcing · 1 new row · goes on in 00:55, p at once" in banner


def test_the_same_key_goes_on() -> None:
    ui, _ = press(PAUSED, "p", later())
    assert ui.pause is None
    assert "21999.75" in text(later(ui=ui), 120, 40)


def test_what_acts_goes_on_first_and_sees_what_is_so_now() -> None:
    flat = later(scenes.snapshot(scenes.account(positions=())))
    ui, effect = press(PAUSED, "F", flat)
    assert (ui.pause, effect) == (None, None)
    assert ui.result is not None
    assert "flat" in ui.result.text
    ui, _ = press(PAUSED, "X", later())
    assert ui.pause is None
    assert ui.ask is not None
    assert isinstance(ui.ask.effect, Send)


@pytest.mark.parametrize("key", ["j", "5", "?", "]", "z"])
def test_what_only_looks_lets_it_stand(key: str) -> None:
    assert press(PAUSED, key, later())[0].pause == PAUSED.pause


@pytest.mark.parametrize(
    ("moment", "is_over"),
    [
        (later(moment=100.0 + PAUSE_S - 0.1), False),
        (later(moment=100.0 + PAUSE_S), True),
        (later(scenes.LOCKED), True),
        (later(scenes.snapshot(scenes.account(alert="refused"))), True),
        (later(scenes.snapshot(scenes.account(positions=()))), True),
        (later(scenes.snapshot(rest=scenes.link("REST", word="down"))), True),
        (later(None), True),
        (later(silent_s=9.0), True),
        (later(engine="ENGINE DIED"), True),
    ],
    ids=["calm", "60 s", "lock", "alert", "flat", "link", "nothing", "silent", "dead"],
)
def test_it_ends_by_itself_where_something_must_be_seen(moment: View, is_over: bool) -> None:
    assert (resume(PAUSED, moment).pause is None) is is_over


def test_without_a_pause_there_is_nothing_to_end() -> None:
    assert resume(Ui(), later()) == Ui()


@pytest.mark.parametrize(
    "change",
    [lambda v: replace(v, snapshot=None), lambda v: replace(v, silent_s=9.0)],
    ids=["nothing heard", "silent"],
)
def test_what_may_be_old_already_is_not_paused(change: Callable[[View], View]) -> None:
    assert press(Ui(), "p", change(view()))[0].pause is None


def test_rows_that_came_since_are_counted() -> None:
    pause = Pause(scenes.CALM, (), None, 160.0)
    assert pause.pending(()) == 0
    assert pause.pending((NEW, *scenes.ROWS)) == len(scenes.ROWS) + 1
