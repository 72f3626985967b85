"""The benchmark itself works; how fast anything is, no test says."""

import asyncio

from tests.bench.shown import ShownPlan, measure_shown

BRIEF = ShownPlan(rounds=1, samples=2, rates=(50,), stall_s=0.2)


def test_every_way_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_shown(BRIEF, told.append))
    assert told
    assert [figure.value for figure in found if "unanswered" in figure.name] == [0, 0, 0]
