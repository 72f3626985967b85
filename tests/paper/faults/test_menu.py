"""Every knob of the menu is shown, with every figure that it has, and stands on the page."""

from collections import Counter
from collections.abc import Iterable

import pytest

from curb.paper.faults.menu import MENU
from tests.paper.faults import (
    page,
    test_clockwork,
    test_http,
    test_matching,
    test_relay,
    test_spoiling,
    test_stream,
)
from tests.paper.faults.show import Show

MODULES = (test_http, test_stream, test_spoiling, test_matching, test_clockwork, test_relay)
SHOWS = [show for module in MODULES for show in module.SHOWS]


def wrong(shows: Iterable[Show]) -> list[str]:
    """Return what the shows leave out of the menu or lay as the menu has it anyway."""
    laid = Counter(show.knob for show in shows)
    found = [f"{knob}: no show" for knob in MENU if not laid[knob]]
    for show in shows:
        figures = MENU[show.knob].has
        found += [f"{show.knob}: {name} not laid" for name in figures if name not in show.has]
        same = [name for name, value in show.has.items() if value == figures[name]]
        if len(same) == len(figures) and figures and laid[show.knob] == 1:
            found.append(f"{show.knob}: as the menu has it")
    return found


def test_every_knob_is_shown_with_every_figure() -> None:
    assert wrong(SHOWS) == []


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ("hub.lose", "hub.lose: no show"),
        ("http.status", "http.status: no show"),
    ],
)
def test_a_knob_that_nobody_shows_is_noticed(gone: str, expected: str) -> None:
    assert wrong([show for show in SHOWS if show.knob != gone]) == [expected]


def test_a_figure_that_nobody_lays_is_noticed() -> None:
    (shown,) = [show for show in SHOWS if show.knob == "http.status"]
    others = [show for show in SHOWS if show is not shown]
    assert wrong([*others, Show("http.status", shown.see)]) == ["http.status: status not laid"]
    as_ever = Show("http.status", shown.see, MENU["http.status"].has)
    assert wrong([*others, as_ever]) == ["http.status: as the menu has it"]


def test_the_page_is_the_menus() -> None:
    text = page.PAGE.read_text()
    assert page.updated(text) == text
    assert all(f"| `{knob}` |" in text for knob in MENU)
