import pytest

from curb.tui.pace import FINE_S, SLOW_S, Pace, p95


def after(pace: Pace, *paints: float) -> Pace:
    for paint_s in paints:
        pace = pace.after(paint_s)
    return pace


@pytest.mark.parametrize(
    ("halved", "paints", "expected"),
    [
        (0, [0.002] * 100, 0),
        (0, [SLOW_S + 0.001] * 19, 0),
        (0, [SLOW_S + 0.001] * 20, 1),
        (0, [SLOW_S + 0.001] * 40, 2),
        (0, [SLOW_S + 0.001] * 200, 2),
        (0, [0.002] * 19 + [1.0], 0),
        (0, [0.002] * 18 + [1.0] * 2, 1),
        (1, [FINE_S] * 100, 1),
        (1, [FINE_S - 0.001] * 20, 0),
        (2, [FINE_S - 0.001] * 20, 1),
        (2, [FINE_S - 0.001] * 40, 0),
    ],
)
def test_slow_paints_halve_the_pace_and_fine_ones_bring_it_back(
    halved: int, paints: list[float], expected: int
) -> None:
    assert after(Pace(halved), *paints).halved == expected


@pytest.mark.parametrize(("halved", "expected"), [(0, 1), (1, 1), (2, 2)])
def test_a_terminal_that_does_not_read_halves_it_at_once(halved: int, expected: int) -> None:
    pace = after(Pace(halved), 0.001).backed_up()
    assert pace == Pace(expected)


@pytest.mark.parametrize(
    ("halved", "hz", "is_blurred", "is_urgent", "period_s"),
    [
        (0, 4, False, False, 0.25),
        (1, 4, False, False, 0.5),
        (2, 4, False, False, 1.0),
        (0, 1, False, False, 1.0),
        (0, 10, False, False, 0.1),
        (0, 4, True, False, 1.0),
        (0, 4, True, True, 0.25),
        (2, 1, True, False, 4.0),
    ],
)
def test_the_period_follows_what_is_wanted_and_who_looks(
    halved: int, hz: int, is_blurred: bool, is_urgent: bool, period_s: float
) -> None:
    pace = Pace(halved)
    assert pace.period_s(hz, is_blurred=is_blurred, is_urgent=is_urgent) == period_s


def test_one_slow_paint_of_twenty_is_no_pace() -> None:
    assert p95([0.001] * 19 + [9.0]) == 0.001
    assert p95([9.0]) == 9.0
