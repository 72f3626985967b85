"""A rule that cannot be evaluated: told after a moment, and once."""

from datetime import datetime, timedelta

import pytest

from curb.engine.blindness import CLEAR_FOR, PATIENCE, Blindness
from tests.scene import NOON

WAIT, CLEAR = PATIENCE.total_seconds(), CLEAR_FOR.total_seconds()


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("moments", "told"),
    [
        pytest.param([(0, True), (WAIT - 0.1, True)], [], id="a moment is none"),
        pytest.param([(0, True), (WAIT, True), (WAIT + 9, True)], [WAIT], id="told once"),
        pytest.param([(0, True), (3, False), (4, True), (WAIT + 1, True)], [], id="seen between"),
        pytest.param(
            [(0, True), (9, True), (10, False), (CLEAR + 9, True), (CLEAR + 99, True)],
            [9],
            id="clear for too short",
        ),
        pytest.param(
            [(0, True), (9, True), (10, False), (CLEAR + 10, True), (CLEAR + 99, True)],
            [9, CLEAR + 99],
            id="clear for long enough",
        ),
        pytest.param(
            [(0, True), (9, True), (10, False), (20, False), (CLEAR + 11, True), (999, True)],
            [9, 999],
            id="clear since it began to be",
        ),
        pytest.param([(0, False), (CLEAR, False)], [], id="never blind"),
    ],
)
def test_when_it_is_told(moments: list[tuple[float, bool]], told: list[float]) -> None:
    blindness = Blindness()
    news = [s for s, is_blind in moments if blindness.is_news("R", at(s), is_blind=is_blind)]
    assert news == told


def test_what_waits_to_be_told_is_due() -> None:
    blindness = Blindness()
    assert blindness.deadline() is None
    for second, rule in enumerate(("A", "B")):
        blindness.is_news(rule, at(second), is_blind=True)
    assert blindness.deadline() == at(WAIT)
    assert (blindness.due(at(WAIT - 0.1)), blindness.due(at(WAIT))) == ((), ("A",))
    assert blindness.is_news("A", at(WAIT), is_blind=True)
    assert (blindness.due(at(99)), blindness.deadline()) == (("B",), at(WAIT + 1))
    blindness.forget("B")
    assert (blindness.due(at(99)), blindness.deadline()) == ((), None)
