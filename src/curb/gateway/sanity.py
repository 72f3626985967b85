"""What a number or a time of the gateway's may be at all."""

from datetime import UTC, datetime
from decimal import Decimal

INT64 = 1 << 63

# No position, order or fill comes near.
COUNT = 1_000_000

# Where the first digit of a price or a balance may stand: 11 is that of 100 billion. Larger
# exponents would cost arithmetic its sanity.
_DIGITS = range(-18, 12)

# .NET writes a time that was never set as the year 1.
_YEARS = range(2000, 2200)


def sane(value: Decimal) -> Decimal:
    """Return a number of reasonable size. Raises ValueError for any other."""
    if not value.is_finite() or (value and value.adjusted() not in _DIGITS):
        raise ValueError("expected a number of reasonable size")
    return value


def utc(at: datetime) -> datetime:
    """Return a time that was set, in UTC, which it is in where it names no zone."""
    if at.year not in _YEARS:
        raise ValueError("expected a time that was set")
    if at.tzinfo is UTC:
        return at
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
