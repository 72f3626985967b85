from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from curb.control.frames import Reply
from curb.tui.cards import quit_card, reload_card
from curb.tui.feed import Feed
from curb.tui.helping import help_card
from curb.tui.keys import press
from curb.tui.theme import PLAIN
from curb.tui.ui import Result, Ui

from . import scenes
from .moments import Clock, app, feed, view

Compare = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]


def by_size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


REFUSED = Reply(
    ok=False,
    text="",
    data={
        "changes": [],
        "error": "config.toml:14: rules.max_contracts.limit: expected a whole number above 0, "
        "found 'five'",
    },
)
CHANGES = Reply(
    ok=True,
    text="",
    data={
        "changes": [
            {
                "key": "rules.max_contracts.limit",
                "old": "5",
                "new": "4",
                "verdict": "tighter: applies now",
            },
            {
                "key": "rules.daily_realized_loss.loss_limit",
                "old": "500",
                "new": "800",
                "verdict": "looser: waits until Mon 17:00 America/Chicago",
            },
            {
                "key": "rules.max_contracts_per_instrument.limits.MNQ",
                "old": "5",
                "new": "1",
                "verdict": "tighter: held, it would close a position now, until you confirm",
            },
        ],
        "error": None,
        "file": "5f2c",
        "word": "LOOSEN",
        "holds": True,
    },
)


def asking(key: str) -> Ui:
    return press(Ui(), key, view())[0]


@pytest.fixture
def compare(snap_compare: Compare) -> Callable[..., bool]:
    """Compare an app in a given state; the state is set before it starts."""

    def run(
        size: tuple[int, int], ui: Ui | None = None, heard: Feed | None = None, **changes: Any
    ) -> bool:
        shown = app(**changes)
        shown.ui = ui or shown.ui
        shown.feed = heard or shown.feed
        is_same = snap_compare(shown, terminal_size=size)
        assert shown.return_code == 0, "a picture of a crash is no picture"
        return is_same

    return run


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_calm(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_locked_after_a_breach(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, snapshot=scenes.LOCKED)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_unknown_figures_and_links_down(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, snapshot=scenes.UNKNOWN)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_flatten_all_is_confirmed(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, ui=asking("X"))


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_help(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, ui=Ui(card=help_card(view())))


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_a_refused_config(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, ui=Ui(card=reload_card(REFUSED)))


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_hostile_words(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, snapshot=scenes.BAD, rows=scenes.BAD_ROWS)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_an_engine_that_does_not_respond(compare: Compare, size: tuple[int, int]) -> None:
    heard = feed(scenes.CALM, scenes.ROWS, Clock(100.0))
    note = "ENGINE DIED 14:33:02 - restarted 14:33:03 - a acknowledges"
    assert compare(size, ui=Ui(notes=(note,)), heard=heard, clock=Clock(104.2))


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_the_second_of_two_accounts(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, ui=Ui(account=1), snapshot=scenes.TWO, rows=scenes.TWO_ROWS)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_flatten_all_of_one_of_two_accounts(compare: Compare, size: tuple[int, int]) -> None:
    ui, _ = press(Ui(account=1), "X", view(scenes.TWO, ui=Ui(account=1)))
    assert compare(size, ui=ui, snapshot=scenes.TWO, rows=scenes.TWO_ROWS)


def test_changes_of_the_config(compare: Compare) -> None:
    assert compare((80, 24), ui=Ui(card=reload_card(CHANGES)))


def test_a_loosening_asks_its_word(compare: Compare) -> None:
    ui = Ui(card=reload_card(CHANGES))
    for key in ("y", "L", "O"):
        ui, _ = press(ui, key, view(ui=ui))
    assert compare((80, 24), ui=ui)


@pytest.mark.parametrize("size", SIZES, ids=by_size)
def test_changes_that_wait(compare: Compare, size: tuple[int, int]) -> None:
    assert compare(size, snapshot=scenes.WAITING)


def test_leaving(compare: Compare) -> None:
    assert compare((80, 24), ui=Ui(card=quit_card(view())))


def test_a_failed_result(compare: Compare) -> None:
    failed = Result("FLATTEN ALL FAILED in 5012 ms: refused by the gateway (code 8)", is_good=False)
    assert compare((80, 24), ui=Ui(result=failed))


def test_flat(compare: Compare) -> None:
    assert compare((80, 24), snapshot=scenes.FLAT)


def test_waiting_for_the_engine(compare: Compare) -> None:
    assert compare((80, 24), snapshot=None, rows=())


def test_live_and_observing(compare: Compare) -> None:
    live = replace(scenes.CALM, is_paper=False)
    assert compare((80, 24), snapshot=live, is_observing=True)


def test_the_smallest_with_panes(compare: Compare) -> None:
    assert compare((60, 16))


def test_the_emergency_view(compare: Compare) -> None:
    assert compare((50, 10), snapshot=scenes.LOCKED)


def test_a_zoomed_audit(compare: Compare) -> None:
    assert compare((80, 24), ui=Ui(pane=4, is_zoomed=True))


def test_a_wide_screen(compare: Compare) -> None:
    assert compare((200, 60))


def test_without_color(compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert compare((80, 24), snapshot=scenes.LOCKED, name=PLAIN)
