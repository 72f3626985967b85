"""Frozen dataclasses to JSON values and back, driven by their type hints alone.

Decimals travel as text and instants as ISO 8601, so that both come back exact. Unknown
fields are ignored: a newer engine may say more than an older screen understands.
"""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any, TypeVar

from curb.domain.errors import CurbError

T = TypeVar("T")
_Step = Callable[[Any], Any]

_PLAIN = (str, int, bool)


class FrameError(CurbError):
    """A frame that cannot be understood; names the field, what was expected and found."""


def encode(value: Any) -> Any:
    """Return a dataclass as values that JSON knows."""
    hint: Any = type(value)
    return _encoder(hint)(value)


def decode(kind: type[T], value: Any) -> T:
    """Return JSON values as `kind`. Raises FrameError."""
    hint: Any = kind
    result = _decoder(hint)(value)
    if not isinstance(result, kind):
        raise FrameError(f"expected {kind.__name__}, found {type(result).__name__}")
    return result


@cache
def _encoder(hint: Any) -> _Step:
    if hint is Decimal:
        return str
    if hint in (datetime, date):
        return _iso
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _value
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        steps = tuple((f.name, _encoder(hints[f.name])) for f in dataclasses.fields(hint))
        return lambda v: {name: step(getattr(v, name)) for name, step in steps}
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        items = _encoder(args[0])
        return lambda v: [items(item) for item in v]
    if origin is types.UnionType:
        some = _encoder(_only_one(hint))
        return lambda v: None if v is None else some(v)
    return _same


@cache
def _decoder(hint: Any) -> _Step:
    if hint is Decimal:
        return _decimal
    if hint in (datetime, date):
        return lambda v: _from_iso(hint, v)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda v: _member(hint, v)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _dataclass_decoder(hint)
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        items = _decoder(args[0])
        return lambda v: tuple(items(item) for item in _expect(list, v))
    if origin is dict:
        return lambda v: _expect(dict, v)
    if origin is types.UnionType:
        some = _decoder(_only_one(hint))
        return lambda v: None if v is None else some(v)
    if hint in _PLAIN:
        return lambda v: _expect(hint, v)
    raise TypeError(f"expected a type that can travel, found {hint!r}")


def _dataclass_decoder(kind: type) -> _Step:
    hints = typing.get_type_hints(kind)
    steps = tuple((f.name, _decoder(hints[f.name])) for f in dataclasses.fields(kind))

    def step(value: Any) -> Any:
        found = _expect(dict, value)
        known = {}
        for name, decoder in steps:
            if name not in found:
                raise FrameError(f"{kind.__name__}: expected a field {name}, found none")
            try:
                known[name] = decoder(found[name])
            except FrameError as e:
                raise FrameError(f"{kind.__name__}.{name}: {e}") from e
        return kind(**known)

    return step


def _only_one(hint: Any) -> Any:
    some = [arg for arg in typing.get_args(hint) if arg is not types.NoneType]
    if len(some) != 1:
        raise TypeError(f"expected X | None, found {hint!r}")
    return some[0]


def _expect(kind: type, value: Any) -> Any:
    # bool is an int to Python and not to us.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise FrameError(f"expected {kind.__name__}, found {type(value).__name__}")
    return value


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(_expect(str, value))
    except InvalidOperation as e:
        raise FrameError("expected a number as text, found other text") from e
    if not number.is_finite():
        raise FrameError("expected a finite number, found none")
    return number


def _from_iso(kind: Any, value: Any) -> Any:
    try:
        at = kind.fromisoformat(_expect(str, value))
    except ValueError as e:
        raise FrameError(f"expected an ISO {kind.__name__}, found other text") from e
    if kind is datetime and at.tzinfo is None:
        raise FrameError("expected a time with its offset, found none")
    return at


def _member(kind: type[Enum], value: Any) -> Enum:
    try:
        return kind(value)
    except ValueError as e:
        raise FrameError(f"expected a {kind.__name__}, found another word") from e


def _iso(value: date) -> str:
    return value.isoformat()


def _value(value: Enum) -> Any:
    return value.value


def _same(value: Any) -> Any:
    return value
