"""The benchmark itself works; how fast anything is, no test says."""

import asyncio
import shutil

import pytest

from tests.bench.lane import LanePlan, measure_lane

BRIEF = LanePlan(samples=1, warm=2, keep_alive_s=0.2, quiet=2)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_a_flatten_over_tls_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_lane(BRIEF, told.append))
    assert told == ["lane: quiet 1 of 1"]
    assert (found[0].name, found[0].value) == ("breaches unanswered", 0)
