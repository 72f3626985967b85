from decimal import Decimal

import pytest

from curb.domain.snapshot import LimitView, StripView, UiView
from curb.tui.line import width_of
from curb.tui.panes import pnl
from curb.tui.view import View
from tests.tui import scenes
from tests.tui.moments import view

SIZES = [(38, 3), (38, 5), (38, 8), (38, 12), (60, 10), (64, 18), (100, 20)]
STRIP = StripView(
    scenes.at(-240),
    scenes.AT,
    (Decimal(0), None, Decimal(-430), Decimal(-386)),
    (Decimal(120), None, Decimal(-300), Decimal(-350)),
    True,
)
LIMITS = (
    LimitView("RULE-003", "Day loss", Decimal(-386), Decimal(-500), Decimal("0.772"), Decimal(114)),
    LimitView("RULE-004", "Open loss", Decimal(-36), Decimal(-300), Decimal("0.12"), Decimal(264)),
    LimitView("RULE-005", "Open profit", None, Decimal(400), None, None),
)


def shown(moment: View, width: int, height: int) -> list[str]:
    return ["".join(span.text for span in row) for row in pnl.lines(moment, width, height)]


def day(**changes: object) -> View:
    known = {"strip": STRIP, "limits": LIMITS} | changes
    return view(scenes.snapshot(scenes.account(pnl=scenes.pnl(**known))))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_size_has_the_figure_its_limit_and_what_it_is_made_of(size: tuple[int, int]) -> None:
    rows = pnl.lines(day(), *size)
    assert len(rows) <= size[1]
    words = "\n".join("".join(span.text for span in row) for row in rows)
    assert "77%" in words
    assert "-350.00" in words
    assert "-36.00" in words
    assert all(width_of(row) <= size[0] for row in rows)


def test_every_armed_limit_has_a_bar_with_what_is_left() -> None:
    rows = shown(day(), 64, 18)
    assert rows[-3].split()[:2] == ["Day", "loss"]
    assert rows[-3].endswith("77% of -500  114.00 left")
    assert rows[-2].endswith("12% of -300  264.00 left")
    assert rows[-1].endswith("? of +400  ? left")
    assert "█" not in rows[-1]


def test_a_limit_that_is_near_takes_the_place_of_lesser_figures() -> None:
    near = LimitView(
        "RULE-004", "Open loss", Decimal(-290), Decimal(-300), Decimal("0.97"), Decimal(10)
    )
    rows = shown(day(limits=(LIMITS[0], near)), 38, 3)
    assert ["Open loss" in row for row in rows] == [False, True, False]
    assert "Open loss" not in "".join(shown(day(), 38, 3))


def test_the_figure_is_big_where_there_is_room_and_plain_where_it_is_not() -> None:
    assert "▼-386.00" in shown(day(), 38, 9)[0]
    assert "▼-386.00" not in "".join(shown(day(), 38, 12))
    assert "──┐ ┌─┐ ┌──" in shown(day(), 38, 12)[0]
    assert "▼-386.00" in shown(day(), 20, 12)[0]
    plain = view(scenes.snapshot(ui=UiView(glyphs="ascii")))
    assert "▼-386.00" in shown(plain, 38, 12)[0]


def test_the_course_says_from_when_and_that_the_day_began_before() -> None:
    rows = shown(day(), 64, 18)
    (times,) = [row for row in rows if " to 14:33" in row]
    assert times.startswith(" ? before 14:29")
    assert not [row for row in shown(day(strip=None), 64, 18) if " to 14:33" in row]


def test_what_is_unknown_is_not_shown_as_nothing() -> None:
    rows = shown(day(total=None, open=None, used=None, is_open_partial=True, limits=()), 64, 18)
    assert rows[0].strip().startswith("?")
    assert rows[0].endswith("of the known")
    assert rows[-1].split()[-3:] == ["-500", "?", "left"]
    assert shown(view(None), 38, 3) == [" ?"]


def test_no_limit_is_said_so() -> None:
    rows = shown(day(limit=None, used=None, limits=()), 64, 18)
    assert rows[-1] == " no loss limit"
    assert "no loss limit" in shown(day(limit=None, used=None, limits=()), 38, 3)[0]


@pytest.mark.parametrize(
    ("used", "role"), [("0.79", "text"), ("0.8", "warn"), ("0.99", "warn"), ("1", "breach")]
)
def test_a_limit_from_80_percent_on_warns(used: str, role: str) -> None:
    limit = LimitView("RULE-003", "Day loss", Decimal(-1), Decimal(-500), Decimal(used), Decimal(1))
    assert pnl.lines(day(limits=(limit,)), 64, 18)[-1][-1].role == role
