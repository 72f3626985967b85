from dataclasses import replace

import pytest

from curb.domain.snapshot import TimerView
from curb.tui.line import width_of
from curb.tui.panes import timers
from curb.tui.view import View
from tests.tui import scenes
from tests.tui.moments import text, view

COVERED = replace(
    scenes.GRACE,
    scope="MNQ",
    reason="covered by a stop",
    then="looks at the stop",
    until=scenes.at(3),
    is_covered=True,
)
ALL = (
    scenes.RESET,
    scenes.LOCK,
    scenes.COOL,
    scenes.CONF,
    scenes.HELD,
    COVERED,
    scenes.GRACE,
)


def moment(*found: TimerView) -> View:
    return view(scenes.snapshot(scenes.account(timers=found)))


def shown(view: View, width: int, height: int) -> list[str]:
    return ["".join(span.text for span in row) for row in timers.lines(view, width, height)]


def test_what_closes_a_position_is_first_and_the_reset_is_last() -> None:
    order = [(timer.kind, timer.scope) for timer in timers.in_order(ALL)]
    assert order[0] == ("GRACE", "MES")
    assert order[1:3] == [("GRACE", "MNQ"), ("COOL", "ACCT")]
    assert order[-1] == ("RESET", "ACCT")


@pytest.mark.parametrize(
    ("seconds", "is_covered", "mark", "role"),
    [
        (4.9, False, "!", "breach"),
        (0, False, "!", "breach"),
        (5, False, " ", "warn"),
        (30, False, " ", "warn"),
        (3, True, " ", "text"),
    ],
)
@pytest.mark.parametrize("width", [38, 80, 120])
def test_a_grace_period_under_5_s_is_marked_unless_it_is_covered(
    seconds: float, is_covered: bool, mark: str, role: str, width: int
) -> None:
    grace = replace(scenes.GRACE, until=scenes.at(seconds), is_covered=is_covered)
    row = timers.lines(moment(grace), width, 4)[0]
    assert (row[0].text[0], row[0].role) == (mark, role)


def test_all_at_once_still_show_the_most_urgent_at_80x24() -> None:
    words = text(moment(*ALL), 80, 24, part="timers").splitlines()
    assert words[1].startswith(" GRACE MES  RULE-008")
    assert "closes the position" in words[1]
    assert any(" +" in line for line in words)


def test_one_row_is_a_strip_of_the_most_urgent() -> None:
    (line,) = shown(moment(*ALL), 80, 1)
    assert line.startswith(" GRACE MES 00:18 │ GRACE MNQ 00:03 │ COOL ACCT 00:38 │")
    assert line.endswith(" +3")
    (line,) = shown(moment(scenes.HELD, scenes.RESET), 80, 1)
    assert line == " HELD ALL --:-- │ RESET ACCT 2:26:53"


@pytest.mark.parametrize("width", range(20, 90, 7))
def test_the_strip_counts_what_it_cannot_show(width: int) -> None:
    (line,) = timers.lines(moment(*ALL), width, 1)
    assert width_of(line) <= width
    assert line[-1].text.startswith(" +")


def test_a_narrow_row_keeps_what_is_left_and_what_happens() -> None:
    assert shown(moment(scenes.GRACE), 38, 4) == [" GRACE MES  008   00:18 closes the position"]
    assert "→14:33:25 closes" in shown(moment(scenes.GRACE), 56, 4)[0]
    assert shown(moment(scenes.CONF), 38, 4)[0].startswith(" CONF  ALL   2:26:53 max_contracts")


def test_a_wide_row_names_the_zone_of_its_wall_time() -> None:
    assert "→14:33:25 CT " in shown(moment(scenes.GRACE), 100, 4)[0]
    assert " CT " not in shown(moment(scenes.GRACE), 80, 4)[0]


def test_nothing_runs_and_nothing_is_known() -> None:
    assert shown(moment(), 80, 4) == [" nothing runs"]
    assert shown(view(None), 80, 4) == [" ?"]
