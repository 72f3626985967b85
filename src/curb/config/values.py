"""TOML values as the models want them: money exact, lists fixed, no absurd numbers."""

from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

# No limit, time or price needs more; a larger one would overflow dates or the screen.
DIGITS_BEFORE = 9
# Micro-dollars are what the database keeps.
DIGITS_AFTER = 6


def fitted(annotation: Any, value: Any) -> Any:
    """Return `value` in the type that `annotation` wants, unchanged where it does not fit.

    A whole number becomes a Decimal where money is wanted; a number out of size becomes
    None, which no key takes.
    """
    if not is_sized(value):
        return None
    for kind in alternatives(annotation):
        origin = get_origin(kind)
        if kind is Decimal and type(value) is int:
            return Decimal(value)
        if origin is tuple and isinstance(value, list):
            return tuple(fitted(get_args(kind)[0], each) for each in value)
        if origin is dict and isinstance(value, dict):
            return {key: fitted(get_args(kind)[1], each) for key, each in value.items()}
        if _is_model(kind) and isinstance(value, dict):
            return fitted_table(kind, value)
    return value


def fitted_table(model: type[BaseModel], table: dict[str, Any]) -> dict[str, Any]:
    """Return `table` with each value fitted to the model's field of its name."""
    fields = model.model_fields
    return {
        key: fitted(fields[key].annotation, value) if key in fields else value
        for key, value in table.items()
    }


def alternatives(annotation: Any) -> tuple[Any, ...]:
    """Return the types that `annotation` allows, a union taken apart."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return alternatives(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return tuple(kind for arg in get_args(annotation) for kind in alternatives(arg))
    return (annotation,)


def is_sized(value: object) -> bool:
    """Return whether a number is of a size and precision that anyone could mean."""
    if isinstance(value, Decimal) and value.is_finite():
        _, digits, exponent = value.as_tuple()
        assert isinstance(exponent, int)  # noqa: S101 - finite numbers have one
        if exponent < -DIGITS_AFTER and any(digits[exponent + DIGITS_AFTER :]):
            return False
        return value.adjusted() < DIGITS_BEFORE
    return not isinstance(value, int) or abs(value) < 10**DIGITS_BEFORE


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
