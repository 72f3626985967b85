"""JSON with exact decimals: what came as 6064.25 stays 6064.25."""

import json
from decimal import Decimal
from typing import Any


def _refuse(constant: str) -> Any:
    raise ValueError(f"expected a finite number, found {constant}")


def loads(text: str | bytes) -> Any:
    """Return the value of a JSON text, fractions as `Decimal`.

    Raises ValueError for anything that is not strict JSON: NaN, Infinity, or nesting so
    deep that the parser gives up.
    """
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("expected JSON of reasonable depth, found deeper nesting") from None


def _number(value: Any) -> Any:
    # The shortest float text has up to 15 exact digits, more than any price needs.
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"expected a JSON value, found {type(value).__name__}")


def dumps(value: Any) -> str:
    """Return compact JSON; `Decimal` is written as a plain number."""
    return json.dumps(value, separators=(",", ":"), default=_number, allow_nan=False)
