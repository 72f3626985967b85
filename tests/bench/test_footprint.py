"""The benchmark itself works; how much anything takes, no test says."""

import asyncio

from tests.bench.footprint import FootprintPlan, measure_footprint

BRIEF = FootprintPlan(starts=1, idle_s=0.3, warm_up_s=0, slope_s=0.3, slope_warm_up_s=0)


def test_every_goal_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_footprint(BRIEF, told.append))
    assert told
    assert {
        "first frame without an engine, median",
        "first frame with an engine, median",
        "memory of the engine",
        "memory of both",
        "growth of the engine",
        "requests a minute in positions",
    } <= {figure.name for figure in found if figure.most}
