"""A trading day begins once, whatever the clocks do."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.actions import SaveReset
from curb.domain.sessions import TradingDays
from curb.state.resets import Resets
from tests.domain.changes import ZONES, changes, witness
from tests.scene import NOON, Scene

_DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_stepping_over_every_change_of_the_clocks_begins_each_day_once(zone: str) -> None:
    days = TradingDays(time(17), ZoneInfo(zone))
    for change in changes(zone):
        resets = Resets(days)
        first = witness(change - 2 * _DAY, time(17), zone)
        resets.begin(first)
        begun = []
        for quarter in range(4 * 84):
            now = first + quarter * timedelta(minutes=15)
            day = resets.begin(now)
            if day is not None:
                begun.append((day, now))
        near = [change + n * _DAY for n in (-1, 0, 1)]
        assert begun == [(day + _DAY, witness(day, time(17), zone)) for day in near]


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 1)),  # noqa: DTZ001 - made aware below
    st.sampled_from(ZONES),
    st.times(),
    st.lists(st.integers(0, 30 * 3600), min_size=1, max_size=60),
)
def test_no_day_begins_twice_and_none_goes_back(
    start: datetime, zone: str, wall: time, steps: list[int]
) -> None:
    days = TradingDays(wall.replace(second=0, microsecond=0), ZoneInfo(zone))
    resets = Resets(days)
    now = start.replace(tzinfo=UTC)
    begun = []
    for step in steps:
        now += timedelta(seconds=step)
        day = resets.begin(now)
        begun += [day] if day else []
        assert resets.day == days.day_of(now)
        assert resets.next_reset(now) > now
    assert begun == sorted(set(begun))


def test_a_clock_that_goes_back_begins_no_day_again() -> None:
    resets = Resets(TradingDays())
    assert resets.next_reset(utc("2026-11-18T22:59")) == utc("2026-11-18T23:00")
    assert resets.begin(utc("2026-11-18T23:00")) is not None
    assert resets.begin(utc("2026-11-18T22:59")) is None
    assert resets.next_reset(utc("2026-11-18T22:59")) == utc("2026-11-19T23:00")


@pytest.mark.parametrize(
    ("start", "resets"),
    [
        pytest.param(
            "2026-10-31T12:00",
            ["2026-10-31T22:00", "2026-11-01T23:00", "2026-11-02T23:00"],
            id="X5 the end of DST",
        ),
        pytest.param(
            "2027-03-13T12:00",
            ["2027-03-13T23:00", "2027-03-14T22:00", "2027-03-15T22:00"],
            id="X5 its beginning",
        ),
    ],
)
def test_the_core_resets_once_a_day_over_a_change(start: str, resets: list[str]) -> None:
    scene = Scene(start=utc(start))
    told = []
    for minutes in range(10, 72 * 60, 10):
        deeds = scene.at(minutes * 60).tick()
        told += [scene.now for action in deeds.actions if isinstance(action, SaveReset)]
    assert told == [utc(reset) for reset in resets]


RESET = NOON + timedelta(hours=5)  # 17:00 in Chicago


def test_a_day_begins_once_and_never_goes_back() -> None:
    resets = Resets(TradingDays())
    assert resets.next_reset(NOON) == RESET
    assert resets.begin(RESET) == RESET.date() + timedelta(days=1)
    assert resets.begin(RESET) is None
    assert resets.begin(NOON) is None
    assert resets.next_reset(NOON) == RESET + timedelta(days=1)
