"""How long a bar lasts: seconds to hours by the clock, days and longer by the trading day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from curb.wire.codes import BarUnit

_CHICAGO = ZoneInfo("America/Chicago")
_TURN = time(17)  # a trading day begins here, on the evening before

_DAY = timedelta(days=1)
_MONTHS = 12

# Seconds of the units that the clock counts.
SECONDS = {BarUnit.SECOND: 1, BarUnit.MINUTE: 60, BarUnit.HOUR: 3_600}

# What the venue counts at all; of 7 nobody knows what it does.
UNITS = (*SECONDS, BarUnit.DAY, BarUnit.WEEK, BarUnit.MONTH)


def span(unit: BarUnit, number: int, at: datetime) -> tuple[datetime, datetime]:
    """Return when the bar that holds `at` begins, and when the next one does, in UTC."""
    if unit in SECONDS:
        width = SECONDS[unit] * number
        began = int(at.timestamp()) // width * width
        return datetime.fromtimestamp(began, UTC), datetime.fromtimestamp(began + width, UTC)
    day = _day_of(at)
    if unit == BarUnit.MONTH:
        months = (day.year * _MONTHS + day.month - 1) // number * number
        return _evening(_first(months)), _evening(_first(months + number))
    # Day 1 of the calendar is a Monday.
    length = number if unit == BarUnit.DAY else 7 * number
    first = (day.toordinal() - 1) // length * length + 1
    return _evening(date.fromordinal(first)), _evening(date.fromordinal(first + length))


def trading_day(at: datetime) -> tuple[datetime, datetime]:
    """Return when the trading day of `at` begins, and when the next one does, in UTC."""
    return span(BarUnit.DAY, 1, at)


def _day_of(at: datetime) -> date:
    local = at.astimezone(_CHICAGO)
    return local.date() + _DAY if local.time() >= _TURN else local.date()


def _evening(day: date) -> datetime:
    """Return when a trading day begins: the evening before it."""
    return datetime.combine(day - _DAY, _TURN, _CHICAGO).astimezone(UTC)


def _first(months: int) -> date:
    """Return the first day of a month, counted from year 0."""
    return date(months // _MONTHS, months % _MONTHS + 1, 1)
