"""The benchmark itself works; how fast anything is, no test says."""

import asyncio

from tests.bench.rows import RowsPlan, measure_rows


def test_everything_asked_of_the_audit_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_rows(RowsPlan((20, 40), 2), told.append))
    assert len(told) == 2
    names = {figure.name.partition(",")[0] for figure in found}
    assert names == {"a row saved", "a first page", "an older page", "why a row stands there"}
    assert all(figure.value > 0 for figure in found)
