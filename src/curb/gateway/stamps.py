"""Times as HTTP headers write them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# What a 429 without a Retry-After means.
DEFAULT_PAUSE_S = 5.0

# The gateway counts by the minute: a longer wish is a fault or an attack.
_MOST_PAUSE_S = 60.0


def http_date(text: str | None) -> datetime | None:
    """Return the moment of a `Date` header in UTC, None where it is absent or no date."""
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def retry_after(text: str | None, now: datetime) -> float:
    """Return how many seconds a `Retry-After` asks for, from 0 to a minute."""
    if text is None:
        return DEFAULT_PAUSE_S
    if text.strip().isdecimal():
        return min(float(text), _MOST_PAUSE_S)
    at = http_date(text)
    if at is None:
        return DEFAULT_PAUSE_S
    return min(max((at - now).total_seconds(), 0.0), _MOST_PAUSE_S)
