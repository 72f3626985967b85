"""The benchmark itself works; how fast anything is, no test says."""

from collections.abc import Callable

import pytest

from tests.bench.core import CorePlan, Tell, measure_core, measure_replay, measure_scale
from tests.bench.crowd import NOON, Crowd
from tests.bench.figures import Figure

BRIEF = CorePlan(
    (1, 2), near=1, rounds=1, quotes=50, growth=(1, 2), replayed=600, samples=2, peer_quotes=0
)


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (
            measure_core,
            {
                "one account, 2 positions",
                "2 x 5 positions x 20 symbols, calm",
                "2 accounts, 1 of them near a limit",
            },
        ),
        (measure_replay, {"replay, events through the core"}),
        (
            measure_scale,
            {
                "a calm quote, by accounts: constant, grew to",
                "a position told, by fills: constant, grew to",
            },
        ),
    ],
)
def test_every_goal_is_measured(
    measure: Callable[[CorePlan, Tell], list[Figure]], names: set[str]
) -> None:
    told: list[str] = []
    found = measure(BRIEF, told.append)
    assert told
    assert all(figure.value > 0 for figure in found)
    assert names <= {figure.name for figure in found if figure.word}


def test_a_crowd_is_calm_and_every_rule_watches() -> None:
    core = Crowd(2, 3, 4, near=1, fills=4).core()
    acted = [action for quote in Crowd(2, 3, 4).quotes(300) for action in core.handle(quote, NOON)]
    watch = core.watches[2]
    assert {type(action).__name__ for action in acted} <= {"SaveHigh", "ReadAccount", "SaveAudit"}
    assert len(list(watch.state.positions)) == 3
    assert len(core.policy.rules) == 12
