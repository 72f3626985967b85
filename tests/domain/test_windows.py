"""Permitted hours, weekdays, holidays, early closes and the clocks' changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.sessions import TradingDays
from curb.domain.windows import WEEKDAYS, Calendar, Window

from .changes import ZONES, changes, witness

CHICAGO = ZoneInfo("America/Chicago")
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def window(
    start: str = "08:30",
    end: str = "15:00",
    *,
    zone: str = "America/Chicago",
    days: TradingDays | None = None,
    weekdays: str = "Mon Tue Wed Thu Fri",
) -> Window:
    """A window on a calendar with a holiday on Thursday and an early close on Friday."""
    calendar = Calendar(
        days or TradingDays(time(17), ZoneInfo(zone)),
        frozenset(map(WEEKDAYS.index, weekdays.split())),
        frozenset((date(2026, 11, 26),)),
        {date(2026, 11, 27): time(12, 15)},
    )
    return Window(time.fromisoformat(start), time.fromisoformat(end), ZoneInfo(zone), calendar)


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "now", "session"),
    [
        (("08:30", "15:00"), "2026-11-18T08:29:59.999", None),
        (("08:30", "15:00"), "2026-11-18T08:30", ("2026-11-18T08:30", "2026-11-18T15:00")),
        (("08:30", "15:00"), "2026-11-18T14:59:59", ("2026-11-18T08:30", "2026-11-18T15:00")),
        (("08:30", "15:00"), "2026-11-18T15:00", None),
        (("08:30", "15:00"), "2026-11-21T10:00", None),
        (("08:30", "15:00"), "2026-11-26T10:00", None),
        (("08:30", "15:00"), "2026-11-27T12:14", ("2026-11-27T08:30", "2026-11-27T12:15")),
        (("08:30", "15:00"), "2026-11-27T12:15", None),
        # Sunday evening is Monday's, Friday evening Saturday's.
        (("17:00", "16:00"), "2026-11-22T17:30", ("2026-11-22T17:00", "2026-11-23T16:00")),
        (("17:00", "16:00"), "2026-11-23T15:59", ("2026-11-22T17:00", "2026-11-23T16:00")),
        (("17:00", "16:00"), "2026-11-23T16:00", None),
        (("17:00", "16:00"), "2026-11-20T17:30", None),
        (("17:00", "16:00"), "2026-11-25T17:30", None),
        (("17:00", "16:00"), "2026-11-26T17:30", ("2026-11-26T17:00", "2026-11-27T12:15")),
        (("22:00", "02:00"), "2026-11-23T01:00", ("2026-11-22T22:00", "2026-11-23T02:00")),
        # Over the end of the trading day: one session, cut where a day has none.
        (("16:00", "18:00"), "2026-11-18T16:30", ("2026-11-18T16:00", "2026-11-18T18:00")),
        (("16:00", "18:00"), "2026-11-20T16:30", ("2026-11-20T16:00", "2026-11-20T17:00")),
        (("16:00", "18:00"), "2026-11-22T16:30", None),
        (("16:00", "18:00"), "2026-11-22T17:30", ("2026-11-22T17:00", "2026-11-22T18:00")),
        (("16:00", "18:00"), "2026-11-27T16:30", None),  # closed early
    ],
)
def test_the_session_of_a_moment(
    hours: tuple[str, str], now: str, session: tuple[str, str] | None
) -> None:
    found = window(*hours).session(chicago(now))
    expected = tuple(map(chicago, session)) if session else None
    assert (found and (found.start, found.end)) == expected


@pytest.mark.parametrize(
    ("hours", "now", "begins", "ended"),
    [
        (("08:30", "15:00"), "2026-11-18T08:29:59", "2026-11-18T08:30", "2026-11-17T15:00"),
        (("08:30", "15:00"), "2026-11-18T15:00", "2026-11-19T08:30", "2026-11-18T15:00"),
        (("08:30", "15:00"), "2026-11-20T15:00", "2026-11-23T08:30", "2026-11-20T15:00"),
        (("08:30", "15:00"), "2026-11-25T20:00", "2026-11-27T08:30", "2026-11-25T15:00"),
        (("08:30", "15:00"), "2026-11-28T10:00", "2026-11-30T08:30", "2026-11-27T12:15"),
        (("17:00", "16:00"), "2026-11-20T16:00", "2026-11-22T17:00", "2026-11-20T16:00"),
        (("17:00", "16:00"), "2026-11-25T16:30", "2026-11-26T17:00", "2026-11-25T16:00"),
        (("16:00", "18:00"), "2026-11-21T12:00", "2026-11-22T17:00", "2026-11-20T17:00"),
    ],
)
def test_the_sessions_around_a_moment(
    hours: tuple[str, str], now: str, begins: str, ended: str
) -> None:
    found, at = window(*hours), chicago(now)
    assert (found.next_start(at), found.last_end(at)) == (chicago(begins), chicago(ended))


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("2026-11-18T15:00:01", "15:00:01 is outside 08:30-15:00"),
        ("2026-11-18T20:00", "20:00:00 is outside 08:30-15:00"),
        ("2026-11-21T10:00", "Sat 2026-11-21 is no session day"),
        ("2026-11-26T10:00", "2026-11-26 is a holiday"),
        ("2026-11-27T12:15", "2026-11-27 closed early at 12:15"),
        ("2026-11-27T13:00", "2026-11-27 closed early at 12:15"),
        ("2026-11-27T08:00", "08:00:00 is outside 08:30-15:00"),
    ],
)
def test_why_it_is_closed_is_said_in_the_traders_words(now: str, why: str) -> None:
    assert window().why_closed(chicago(now)) == why


def test_an_early_close_is_a_wall_time_of_its_trading_day() -> None:
    early = window("17:00", "16:00")
    evening = {date(2026, 11, 25): time(18, 30), date(2026, 11, 24): time(17)}
    calendar = Calendar(
        early.calendar.days, early.calendar.weekdays, early.calendar.holidays, evening
    )
    odd = Window(early.start, early.end, early.timezone, calendar)
    found = odd.session(chicago("2026-11-24T18:00"))
    assert found
    assert found.end == chicago("2026-11-24T18:30")
    assert odd.session(chicago("2026-11-24T18:30")) is None
    whole = odd.session(chicago("2026-11-24T10:00"))  # 17:00 is the day's own end
    assert whole
    assert whole.end == chicago("2026-11-24T16:00")


def test_hours_that_the_clocks_jump_over_are_no_session() -> None:
    found = window("02:10", "02:50", weekdays=" ".join(WEEKDAYS))
    before = chicago("2027-03-13T03:00")
    assert found.next_start(before) == chicago("2027-03-15T02:10")
    assert found.last_end(chicago("2027-03-14T12:00")) == chicago("2027-03-13T02:50")


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hours", [("08:30", "15:00"), ("17:00", "16:00"), ("01:30", "02:30")])
def test_every_change_of_the_clocks_has_its_sessions_at_the_right_instants(
    zone: str, hours: tuple[str, str]
) -> None:  # 9.7
    found = window(*hours, zone=zone, weekdays=" ".join(WEEKDAYS))
    start, end = map(time.fromisoformat, hours)
    for change in changes(zone):
        for day in (change - _DAY, change, change + _DAY):
            begin = witness(day, start, zone)
            finish = witness(day if start < end else day + _DAY, end, zone)
            session = found.session(begin)
            assert session
            assert (session.start, session.end) == (begin, finish)
            assert found.session(finish - _SECOND) == session
            assert found.session(finish) is None
            assert found.session(begin - _SECOND) is None
            assert found.next_start(begin - _SECOND) == begin
            assert found.last_end(finish) == finish


_TIMES = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
_MOMENTS = st.datetimes(datetime(2026, 11, 15), datetime(2026, 12, 15))  # noqa: DTZ001 - made aware


@given(
    _MOMENTS,
    st.lists(_TIMES, min_size=2, max_size=2, unique=True),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    _TIMES,
    st.sampled_from(ZONES),
)
def test_a_moment_is_open_by_its_wall_time_and_its_trading_day(
    moment: datetime, walls: list[time], weekdays: set[str], reset: time, zone: str
) -> None:
    """No clock changes in this month: the wall time alone tells."""
    start, end = walls
    days = TradingDays(reset, ZoneInfo("America/Chicago"))
    hours = (start.isoformat("minutes"), end.isoformat("minutes"))
    found = window(*hours, zone=zone, days=days, weekdays=" ".join(weekdays))
    at = moment.replace(tzinfo=UTC)
    day, wall = days.day_of(at), at.astimezone(ZoneInfo(zone)).time()
    is_in_hours = start <= wall < end if start < end else wall >= start or wall < end
    close = found._early_close(day)
    is_early = close is None or at < close
    session = found.session(at)
    assert (session is not None) == (is_in_hours and found.calendar.is_held(day) and is_early)
    begins, ended = found.next_start(at), found.last_end(at)
    assert ended <= at < begins
    if session:
        assert ended <= session.start <= at < session.end <= begins
    else:
        assert found.session(begins - _SECOND) is None
        assert found.why_closed(at)
    assert found.session(begins)
