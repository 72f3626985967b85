"""What stands in the columns of schema v1 and v2, as values of today's columns.

Every function raises Odd with the reason where a value cannot be read.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from curb.domain.money import MICROS_PER_DOLLAR
from curb.domain.text import safe_text
from curb.store.values import audit_time_text, price_text, time_text

Row = Mapping[str, Any]

_LARGEST = 2**63 - 1  # what a column of whole numbers holds


class Odd(Exception):  # noqa: N818 - the value's state
    """A value that cannot be read; its text says what was expected and found."""


def optional(row: Row, column: str) -> Any:
    """Return what stands there, None where nothing does or the table has no such column."""
    return row.get(column)


def whole(row: Row, column: str) -> int:
    """Return a whole number."""
    value = row.get(column)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or abs(value) > _LARGEST:
        raise _odd(column, "a whole number", value)
    return value


def yes_or_no(row: Row, column: str) -> int:
    """Return 1 or 0."""
    value = row.get(column)
    if value not in (0, 1):
        raise _odd(column, "0 or 1", value)
    return int(value)


def text(row: Row, column: str) -> str:
    """Return text that is not empty."""
    value = row.get(column)
    if not isinstance(value, str) or not value.strip():
        raise _odd(column, "text", value)
    return value


def words(row: Row, column: str) -> str:
    """Return text, "" where there is none."""
    value = row.get(column)
    return "" if value is None else str(value)


def time(row: Row, column: str) -> datetime:
    """Return a time, UTC; one without a zone is UTC."""
    value = row.get(column)
    try:
        at = datetime.fromisoformat(value)  # type: ignore[arg-type]  # what is no text raises
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise _odd(column, "a time", value) from None


def time_column(row: Row, column: str) -> str:
    """Return a time as today's columns have it."""
    return time_text(time(row, column))


def optional_time_column(row: Row, column: str) -> str | None:
    """Return a time as today's columns have it, None of NULL."""
    return None if row.get(column) is None else time_column(row, column)


def audit_time_column(row: Row, column: str) -> str:
    """Return a time as today's audit has it."""
    return audit_time_text(time(row, column))


def day(row: Row, column: str) -> date:
    """Return a date; of a time, its date."""
    value = row.get(column)
    try:
        return datetime.fromisoformat(value).date()  # type: ignore[arg-type]  # what is no text raises
    except (ValueError, TypeError):
        raise _odd(column, "a date", value) from None


def decimal(row: Row, column: str) -> Decimal:
    """Return a number as its shortest decimal, which is what was once written."""
    value = row.get(column)
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)  # type: ignore[arg-type]  # the same
    except (InvalidOperation, TypeError, ValueError):
        raise _odd(column, "a number", value) from None
    if not number.is_finite():
        raise _odd(column, "a number", value)
    return number


def price(row: Row, column: str) -> str | None:
    """Return a price as decimal text, None of NULL."""
    return None if row.get(column) is None else price_text(decimal(row, column))


def micros(row: Row, column: str) -> int | None:
    """Return dollars as whole micro-dollars, a half to the even one; None of NULL."""
    if row.get(column) is None:
        return None
    try:
        scaled = decimal(row, column) * MICROS_PER_DOLLAR
        amount = int(scaled.quantize(Decimal(1), ROUND_HALF_EVEN))
    except InvalidOperation:  # more digits than a context has
        raise _odd(column, "an amount", row.get(column)) from None
    if abs(amount) > _LARGEST:
        raise _odd(column, "an amount", row.get(column))
    return amount


def content(row: Row) -> str:
    """Return a whole row as JSON; what JSON does not know becomes text."""
    plain = {name: _plain(value) for name, value in row.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    is_number = isinstance(value, float) and value - value == 0  # neither infinite nor NaN
    return value if is_number or not isinstance(value, float) else str(value)


def _odd(column: str, expected: str, value: object) -> Odd:
    found = "nothing" if value is None else safe_text(value, 40)
    return Odd(f"{column}: expected {expected}, found {found}")
