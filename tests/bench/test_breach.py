"""The benchmark itself works; how fast anything is, no test says."""

import asyncio

from tests.bench.breach import BreachPlan, Taken, measure_breach, steal_ticks

BRIEF = BreachPlan(rounds=1, samples=2, rates=(0, 50), with_peers=False, warm_up=1)


def test_every_goal_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_breach(BRIEF, told.append))
    assert told == ["breach: 1 rounds at 0 quotes/s", "breach: 1 rounds at 50 quotes/s"]
    lost = [figure for figure in found if "unanswered" in figure.name]
    assert [figure.value for figure in lost] == [0] * 4
    # Where the hypervisor took time away in every sample, there is nothing to compare.
    is_whole = all(figure.value >= 1 for figure in found if "samples" in figure.name)
    names = {figure.name for figure in found if figure.most}
    assert (
        not is_whole
        or {
            "Curb, median (quiet)",
            "Curb without audit, 99th percentile (quiet)",
            "Curb to Curb without audit, median (at 50 quotes/s)",
        }
        <= names
    )


def test_of_the_rounds_the_quieter_half_counts() -> None:
    assert Taken([[9.0], [1.0, 2.0], [3.0], []]).quiet() == [1.0, 2.0, 3.0]


def test_time_that_was_taken_away_is_counted() -> None:
    assert steal_ticks() >= 0
