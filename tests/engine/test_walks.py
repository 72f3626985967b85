"""Leaving out whom a mark does not concern changes nothing of what is decided."""

import pytest

from tests.engine.walks import Walk


@pytest.mark.parametrize("seed", range(1, 9))
def test_the_same_is_decided_as_when_everybody_is_asked(seed: int) -> None:
    walk = Walk(seed)
    walk.play(150)  # each call is held against a core that asks everybody
    assert walk.quotes


@pytest.mark.parametrize("seed", range(11, 17))
def test_a_close_that_does_not_come_about_changes_nothing_of_that(seed: int) -> None:
    walk = Walk(seed)
    walk.weights = (100, 1, 2, 1, 1, 1)  # answers come seldom
    for _ in range(10):
        walk.play(20)
        walk.core.acknowledge()
    assert walk.quotes


def test_most_marks_concern_nobody() -> None:
    walk = Walk(3, ())
    walk.weights = (1, 0, 0, 0, 0, 0)
    walk.play(200)
    assert walk.quiet > walk.quotes / 2
