from datetime import UTC, datetime

import pytest

from curb.paper.spans import span, trading_day
from curb.wire.codes import BarUnit


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("unit", "number", "at", "began", "ends"),
    [
        (BarUnit.SECOND, 1, "2026-11-20T15:00:07.9", "2026-11-20T15:00:07", "2026-11-20T15:00:08"),
        (BarUnit.SECOND, 30, "2026-11-20T15:00:31", "2026-11-20T15:00:30", "2026-11-20T15:01:00"),
        (BarUnit.MINUTE, 5, "2026-11-20T15:04:59", "2026-11-20T15:00:00", "2026-11-20T15:05:00"),
        (BarUnit.MINUTE, 5, "2026-11-20T15:05:00", "2026-11-20T15:05:00", "2026-11-20T15:10:00"),
        (BarUnit.HOUR, 4, "2026-11-20T15:04:59", "2026-11-20T12:00:00", "2026-11-20T16:00:00"),
        # Winter: 17:00 in Chicago is 23:00 UTC; summer: 22:00.
        (BarUnit.DAY, 1, "2026-11-20T22:59:59", "2026-11-19T23:00:00", "2026-11-20T23:00:00"),
        (BarUnit.DAY, 1, "2026-11-20T23:00:00", "2026-11-20T23:00:00", "2026-11-21T23:00:00"),
        (BarUnit.DAY, 1, "2026-07-01T15:00:00", "2026-06-30T22:00:00", "2026-07-01T22:00:00"),
        # The night in which the clocks go forward: a day of 23 hours.
        (BarUnit.DAY, 1, "2026-03-08T12:00:00", "2026-03-07T23:00:00", "2026-03-08T22:00:00"),
        # A week begins on Sunday evening, a month on the evening before its first day.
        (BarUnit.WEEK, 1, "2026-11-20T15:00:00", "2026-11-15T23:00:00", "2026-11-22T23:00:00"),
        (BarUnit.WEEK, 1, "2026-11-22T23:00:00", "2026-11-22T23:00:00", "2026-11-29T23:00:00"),
        (BarUnit.MONTH, 1, "2026-11-20T15:00:00", "2026-10-31T22:00:00", "2026-11-30T23:00:00"),
        (BarUnit.MONTH, 1, "2026-11-30T23:30:00", "2026-11-30T23:00:00", "2026-12-31T23:00:00"),
        (BarUnit.MONTH, 3, "2026-11-20T15:00:00", "2026-09-30T22:00:00", "2026-12-31T23:00:00"),
    ],
)
def test_a_bar_begins_and_ends(unit: BarUnit, number: int, at: str, began: str, ends: str) -> None:
    assert span(unit, number, utc(at)) == (utc(began), utc(ends))


def test_days_in_bars_of_two_do_not_overlap() -> None:
    first = span(BarUnit.DAY, 2, utc("2026-11-20T15:00:00"))
    assert span(BarUnit.DAY, 2, first[1])[0] == first[1]
    assert first[1] - first[0] == 2 * (
        trading_day(utc("2026-11-20T15:00:00"))[1] - trading_day(utc("2026-11-20T15:00:00"))[0]
    )
