"""How the values of the domain stand in columns, and back."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from curb.domain.book import Side
from curb.domain.money import from_micros, to_micros

SIDES = {Side.BUY: "buy", Side.SELL: "sell"}
SIDE_OF = {word: side for side, word in SIDES.items()}

# Before the slot of a configuration, among the keys of the engine's own state.
CONFIG_KEY = "config."

# Before the id of an account, among the same keys.
CAPABILITY_KEY = "capability."


def time_text(at: datetime) -> str:
    """Return a time as UTC text with microseconds: 2026-11-20T23:00:00.000000+00:00.

    Raises ValueError on a time without a zone.
    """
    return _utc(at).isoformat(timespec="microseconds")


def audit_time_text(at: datetime) -> str:
    """Return a time as UTC text with milliseconds, the precision of the audit."""
    return _utc(at).isoformat(timespec="milliseconds")


def time_of(text: str) -> datetime:
    """Return the UTC time that a column holds."""
    return _utc(datetime.fromisoformat(text))


def price_text(price: Decimal) -> str:
    """Return a price as plain decimal text with its digits kept. Raises ValueError on NaN."""
    if not price.is_finite():
        raise ValueError(f"expected a price, found {price}")
    return format(price, "f")


def optional_time_text(at: datetime | None) -> str | None:
    """Return `time_text`, None of None."""
    return None if at is None else time_text(at)


def optional_time_of(text: str | None) -> datetime | None:
    """Return `time_of`, None of NULL."""
    return None if text is None else time_of(text)


def optional_price_text(price: Decimal | None) -> str | None:
    """Return `price_text`, None of None."""
    return None if price is None else price_text(price)


def optional_price_of(text: str | None) -> Decimal | None:
    """Return the price that a column holds, None of NULL."""
    return None if text is None else Decimal(text)


def optional_micros(amount: Decimal | None) -> int | None:
    """Return whole micro-dollars, None of None. Raises ValueError where that would round."""
    return None if amount is None else to_micros(amount)


def optional_amount(micros: int | None) -> Decimal | None:
    """Return dollars, None of NULL."""
    return None if micros is None else from_micros(micros)


def details_text(details: Mapping[str, Any]) -> str:
    """Return the details of an audit row as JSON; decimals, times and enums become text."""
    return json.dumps(details, default=_plain, allow_nan=False, separators=(",", ":"))


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"expected a time with a zone, found {at.isoformat()}")
    return at.astimezone(UTC)


def _plain(value: object) -> str:
    match value:
        case datetime():
            return audit_time_text(value)
        case date():
            return value.isoformat()
        case Decimal():
            return price_text(value)
        case _:
            # An audit row must not be lost to a detail that JSON does not know.
            return str(value)
