"""Times of day, dates and zones as they are written."""

import re
from datetime import date
from zoneinfo import ZoneInfo

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def clock(text: str) -> str:
    """Return `text`, a wall time HH:MM. Raises ValueError."""
    if not _CLOCK.fullmatch(text):
        raise ValueError("not HH:MM")
    return text


def day(text: str) -> str:
    """Return `text`, a date YYYY-MM-DD. Raises ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError("not YYYY-MM-DD")
    date.fromisoformat(text)
    return text


def zone(text: str) -> str:
    """Return `text`, the name of an IANA time zone. Raises ValueError."""
    try:
        ZoneInfo(text)
    except (KeyError, OSError) as error:  # unknown; a directory such as "America"
        raise ValueError("no such zone") from error
    return text
