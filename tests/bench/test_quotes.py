"""The benchmark itself works; how fast anything is, no test says."""

import asyncio

from tests.bench.quotes import QuotesPlan, measure_quotes

BRIEF = QuotesPlan(rounds=1, flood=200, sustained_s=0.3, rate=200)


def test_every_goal_is_measured() -> None:
    told: list[str] = []
    found = {figure.name: figure for figure in asyncio.run(measure_quotes(BRIEF, told.append))}
    assert told[0] == "quotes: round 1 of 1"
    assert found["client and engine to the ceiling"].least == 0.7
    assert found["account events lost under it"].value == 0
