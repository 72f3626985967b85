"""The benchmark itself works; how fast anything is, no test says."""

import asyncio

from tests.bench.screen import Plan, measure

BRIEF = Plan(
    rates=(50,),
    seconds=0.5,
    keys=2,
    starts=1,
    warm_up_s=0,
    memory_s=0.5,
    memory_warm_up_s=0,
)


async def _found() -> set[str]:
    told: list[str] = []
    found = await measure(BRIEF, told.append)
    assert told
    assert all(figure.value >= 0 for figure in found if "growth" not in figure.name)
    return {figure.name for figure in found}


def test_every_budget_is_measured() -> None:
    names = asyncio.run(_found())
    assert {
        "first frame, median",
        "CPU of the screen at 50 quotes/s, truecolor",
        "to the terminal at 50 quotes/s, 16 colors",
        "key to paint, 95th percentile at 50 quotes/s, truecolor",
        "growth of the screen",
        "growth of the engine",
    } <= names
