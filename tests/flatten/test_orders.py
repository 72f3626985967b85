"""A few of the flattens of `python -m tests.flatten`, in the venue's own time."""

from dataclasses import replace

import pytest

from tests.flatten import orders
from tests.flatten.figure import Figure
from tests.flatten.timed import Timed


@pytest.mark.parametrize("scene", [orders.soon, orders.halted, orders.bare])
def test_every_figure_is_within_its_goal(scene: orders.Scene) -> None:
    found = scene(12)
    assert all(figure.holds for figure in found), [str(figure) for figure in found]


def test_the_same_seed_plays_the_same_flatten() -> None:
    terms = replace(orders.FAR, outages=1.0)
    one, other = (Timed(5, terms, orders.POLICY).play() for _ in range(2))
    assert one == other


def test_a_line_that_goes_leaves_the_stop_with_the_position() -> None:
    terms = replace(orders.FAR, outages=1.0, outage_within_s=0.1)
    seen = [Timed(n, terms, orders.POLICY).play() for n in range(12)]
    assert max(each.flat_s or 0 for each in seen) > 5  # the line was gone in the middle of some
    assert max(each.longest_naked_s for each in seen) < 1
    assert all(each.is_over for each in seen)


def test_cancelling_first_is_what_it_is_held_against() -> None:
    terms = replace(orders.FAR, is_cancel_first=True)
    seen = [Timed(n, terms, orders.POLICY).play() for n in range(12)]
    assert all(each.naked > 0 for each in seen)


def test_a_figure_says_whether_it_holds() -> None:
    assert [str(Figure("x", holds)) for holds in (True, False)] == ["ok   x", "OVER x"]
