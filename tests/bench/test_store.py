"""The benchmark itself works; how fast anything is, no test says."""

import asyncio

from tests.bench.store import StorePlan, measure_store

BRIEF = StorePlan(rows=3_000, fills=200, starts=1, samples=3, limit_s=1, rounds=1)


def test_every_goal_is_measured() -> None:
    told: list[str] = []
    found = asyncio.run(measure_store(BRIEF, told.append))
    assert "3,000 of 3,000 rows of the audit" in told
    assert all(figure.value >= 0 for figure in found)
    names = {figure.name for figure in found if figure.most is not None}
    assert {
        "start after a stop, median",
        "start after a stop, cold, median",
        "start after a crash, cold, median",
        "first page, median",
        "older page, median",
        "newer page, median",
        "why, median",
        "rule, first page, median",
        "severity x, count, median",
        "account, older page, median",
        "audit stats, median",
        "tail of 500 rows for a screen, median",
    } <= names
    assert {
        "save of an audit row, on disk, 99th percentile",
        "save of a lock, sealed and on disk, 99th percentile",
        "gain of idx_enforcement_log_success, its query without it",
        "gain of idx_positions_updated, its query without it",
        "gain of idx_orders_state_account, its query without it",
    } <= {figure.name for figure in found}
