"""The day's curve in cells."""

from decimal import Decimal

import pytest

from curb.domain.snapshot import StripView
from curb.tui.line import width_of
from curb.tui.strip import MOST_ROWS, rows, spread

from .scenes import AT, at


def strip(*values: int | tuple[int, int] | None) -> StripView:
    pairs = [(v, v) if isinstance(v, int) else v for v in values]
    lows = tuple(pair and Decimal(pair[0]) for pair in pairs)
    highs = tuple(pair and Decimal(pair[1]) for pair in pairs)
    return StripView(at(-60 * len(values)), AT, lows, highs, False)


def drawn(view: StripView, limit: int | None, width: int, height: int) -> list[str]:
    bound = None if limit is None else Decimal(limit)
    return ["".join(span.text for span in row) for row in rows(view, bound, width, height)]


@pytest.mark.parametrize(
    ("values", "limit", "height", "picture"),
    [
        ((0, 0, 0, 0), None, 1, ["▄▄▄▄"]),
        ((0, 0, 0, 0), None, 3, ["    ", "▄▄▄▄", "    "]),
        ((-400, -400, -400, -400), -500, 4, ["····", "    ", "    ", "▀▀▀▀"]),
        ((0, 0, -100, -100), None, 2, ["▀▀█·", "  █▄"]),
        ((0, 0, 100, 100), None, 2, ["  █▀", "▄▄█·"]),
        ((0, None, None, 0), -500, 3, ["▀  ▀", "    ", "┄  ┄"]),
        ((0, (-100, 0), 0, 0), None, 2, ["▀█▀▀", " █  "]),
        ((None, None), None, 2, ["    ", "    "]),
        ((), -500, 2, ["", ""]),
    ],
)
def test_a_curve_is_a_line_and_a_gap_is_empty(
    values: tuple[int | tuple[int, int] | None, ...],
    limit: int | None,
    height: int,
    picture: list[str],
) -> None:
    assert drawn(strip(*values), limit, 4, height) == picture


def test_a_flat_day_never_is_an_area() -> None:
    for value in (-400, 0, 300):
        for height in range(1, MOST_ROWS + 1):
            lines = drawn(strip(*[value] * 9), -500, 20, height)
            assert sum(any(cell in "█▄▀▁▂▃▅▆▇" for cell in line) for line in lines) == 1
            assert "█" not in "".join(lines)


def test_a_spike_stays_where_there_are_fewer_columns() -> None:
    values = [0] * 120
    values[50] = -450
    view = strip(*values)
    assert min(low for low, _ in filter(None, spread(view.lows, view.highs, 10))) == -450
    assert "█" in "".join(drawn(view, -500, 10, 4))


def test_a_wide_span_shows_its_reach_once() -> None:
    assert drawn(strip((-100, 0)), None, 4, 4) == ["█···", "█   ", "█▀▀▀", "█   "]


def test_figures_stand_beside_it_where_there_is_room() -> None:
    lines = drawn(strip(120, -100), -1500, 30, 5)
    assert [line[:7].strip() for line in lines] == ["0", "", "", "", "-1,500"]
    assert [line[:7].strip() for line in drawn(strip(0, 0), None, 30, 3)] == ["", "0", ""]
    assert drawn(strip(0, 0), None, 20, 1) == ["▄" * 20]


def test_loss_and_profit_differ_in_role_and_side_of_zero() -> None:
    found = rows(strip(100, 100, -100, -100), None, 4, 4)
    assert {span.role for span in found[0] if span.text.strip()} == {"profit", "loss"}
    assert {span.role for span in found[-1] if span.text.strip()} == {"loss"}


@pytest.mark.parametrize(("width", "height"), [(0, 3), (5, 0), (1, 1), (38, 3), (100, 20)])
def test_it_fills_its_place_and_no_more(width: int, height: int) -> None:
    found = rows(strip(1, None, -300), Decimal(-500), width, height)
    assert len(found) == (min(height, MOST_ROWS) if width and height else 0)
    assert all(width_of(row) == width for row in found)
