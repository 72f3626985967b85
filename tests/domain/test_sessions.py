"""The trading day: every day once, at the right instant."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.sessions import TradingDays, instant_of

from .changes import FIRST, LAST, changes, witness
from .changes import ZONES as CHANGING

CHICAGO = TradingDays(time(17), ZoneInfo("America/Chicago"))
ZONES = ("America/Chicago", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "reset"),
    [
        pytest.param(date(2026, 10, 31), "2026-10-31T22:00", id="X5 the day before DST ends"),
        pytest.param(date(2026, 11, 1), "2026-11-01T23:00", id="X5 the day on which it ends"),
        pytest.param(date(2027, 3, 13), "2027-03-13T23:00", id="X5 the day before it begins"),
        pytest.param(date(2027, 3, 14), "2027-03-14T22:00", id="X5 the day on which it begins"),
    ],
)
def test_the_reset_follows_daylight_saving(day: date, reset: str) -> None:
    assert CHICAGO.reset_on(day) == utc(reset)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-18T22:59:59.999", date(2026, 11, 18)),
        ("2026-11-18T23:00:00", date(2026, 11, 19)),
        ("2026-11-22T23:30:00", date(2026, 11, 23)),  # Sunday 17:30 belongs to Monday
    ],
)
def test_a_day_is_half_open_and_named_by_its_end(at: str, day: date) -> None:
    assert CHICAGO.day_of(utc(at)) == day


@pytest.mark.parametrize(
    ("wall", "day", "reset"),
    [
        (time(2, 30), date(2026, 3, 8), "2026-03-08T08:00"),  # does not exist: 03:00 CDT
        (time(1, 30), date(2026, 11, 1), "2026-11-01T06:30"),  # twice: the first
    ],
)
def test_odd_wall_times(wall: time, day: date, reset: str) -> None:
    assert TradingDays(wall, ZoneInfo("America/Chicago")).reset_on(day) == utc(reset)


@given(
    st.integers(0, 16 * 366 * 86_400 * 1_000),
    st.timezone_keys(allow_prefix=False),
    st.times(),
)
def test_every_moment_lies_in_its_day(milliseconds: int, zone: str, wall: time) -> None:
    days = TradingDays(wall.replace(second=0, microsecond=0), ZoneInfo(zone))
    at = utc("2020-01-01") + timedelta(milliseconds=milliseconds)
    day = days.day_of(at)
    assert days.start_of(day) <= at < days.reset_on(day)
    assert days.next_reset(at) == days.reset_on(day)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 30)), st.sampled_from(ZONES), st.times())
def test_resets_come_in_order_about_a_day_apart(day: date, zone: str, wall: time) -> None:
    days = TradingDays(wall.replace(second=0, microsecond=0), ZoneInfo(zone))
    length = days.reset_on(day + timedelta(days=1)) - days.reset_on(day)
    assert timedelta(hours=22, minutes=30) <= length <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("at", "zone", "wall", "day"),
    [
        # 2026-10-24 24:00 in Beirut is 23:00 again.
        ("2026-10-24T20:59:59", "Asia/Beirut", time(23, 30), date(2026, 10, 25)),
        ("2026-10-24T20:29:59", "Asia/Beirut", time(23, 30), date(2026, 10, 24)),
        ("2026-10-24T21:10", "Asia/Beirut", time(23, 30), date(2026, 10, 25)),
        ("2026-10-24T21:10", "Asia/Beirut", time(0), date(2026, 10, 25)),
        ("2026-10-24T22:00", "Asia/Beirut", time(0), date(2026, 10, 26)),
        # 2010-11-07 00:01 in St John's was 23:01 of the day before.
        ("2010-11-07T02:29:59", "America/St_Johns", time(0), date(2010, 11, 7)),
        ("2010-11-07T02:40", "America/St_Johns", time(0), date(2010, 11, 8)),
    ],
)
def test_clocks_that_go_back_over_midnight(at: str, zone: str, wall: time, day: date) -> None:
    assert TradingDays(wall, ZoneInfo(zone)).day_of(utc(at)) == day


def test_every_zone_changes_twice_a_year() -> None:
    assert [len(changes(zone)) for zone in CHANGING] == [32] * 4


@pytest.mark.parametrize("zone", CHANGING)
@pytest.mark.parametrize("wall", [time(17), time(0), time(1, 30), time(2), time(2, 30)], ids=str)
def test_every_change_of_the_clocks_has_its_resets_at_the_right_instants(
    zone: str, wall: time
) -> None:
    days = TradingDays(wall, ZoneInfo(zone))
    for change in changes(zone):
        near = [change + timedelta(days=n) for n in (-1, 0, 1)]
        resets = [witness(day, wall, zone) for day in near]
        assert [days.reset_on(day) for day in near] == resets
        before = [days.day_of(reset - timedelta(microseconds=1)) for reset in resets]
        assert before == near
        assert [days.day_of(reset) for reset in resets] == [d + timedelta(days=1) for d in near]


@given(
    st.dates(FIRST, LAST),
    st.timezone_keys(allow_prefix=False),
    st.times().map(lambda wall: wall.replace(second=0, microsecond=0)),
)
def test_any_wall_time_in_any_zone_has_one_instant_a_day(day: date, zone: str, wall: time) -> None:
    at = instant_of(day, wall, ZoneInfo(zone))
    assert at == witness(day, wall, zone)
    days = TradingDays(wall, ZoneInfo(zone))
    assert (days.day_of(at), days.day_of(at - timedelta(seconds=1))) == (
        day + timedelta(days=1),
        day,
    )
