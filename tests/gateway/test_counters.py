import logging

import pytest

from curb.gateway.counters import Counters


def test_a_flood_is_counted_in_full_and_logged_in_few_lines(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counters = Counters()
    with caplog.at_level(logging.WARNING, "curb.gateway"):
        for _ in range(1000):
            counters.malform("price")
    counters.drop("PositionRow")
    counters.unlisted("order type")
    assert (counters.malformed, counters.dropped, counters.unknown_enum) == (1000, 1, 1)
    assert [r.getMessage() for r in caplog.records][-3:] == [
        "unreadable price (512 so far)",
        "unusable PositionRow (1 so far)",
        "unknown number in order type (1 so far)",
    ]
    assert len(caplog.records) == 12


def test_answers_are_timed_and_failures_counted() -> None:
    counters = Counters()
    for moment, (status, latency_ms) in enumerate([(200, 40), (429, 10), (399, 20), (500, 30)]):
        counters.answer(status, latency_ms, moment)
    counters.fail(4)
    assert counters.latencies_ms.percentiles(4, 50, 100) == (20, 40)
    assert counters.failures.count(4) == 3
    assert (counters.failures.count(3602), counters.failures.count(9000)) == (2, 0)
