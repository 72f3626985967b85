"""Values to JSON values and back, driven by their type hints alone.

Decimals travel as text and instants as ISO 8601, so that both come back exact; one of
several dataclasses travels under its name. Unknown fields are ignored, and one that has a
default may be missing: a newer engine may say more than an older screen understands, or
than an older recording holds.
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
from curb.domain.text import safe_text

T = TypeVar("T")
_Step = Callable[[Any], Any]

_PLAIN = (str, int, bool)


class FrameError(CurbError):
    """A frame that cannot be understood; names the field, what was expected and found."""


def encode(value: Any) -> Any:
    """Return a dataclass as values that JSON knows."""
    return encode_as(type(value), value)


def encode_as(hint: Any, value: Any) -> Any:
    """Return a value of the type that `hint` tells as values that JSON knows."""
    return _encoder(hint)(value)


def decode_as(hint: Any, value: Any) -> Any:
    """Return JSON values as the type that `hint` tells. Raises FrameError."""
    return _decoder(hint)(value)


def decode(kind: type[T], value: Any) -> T:
    """Return JSON values as `kind`. Raises FrameError."""
    result: T = decode_as(kind, value)
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
    return _many_encoder(hint)


def _many_encoder(hint: Any) -> _Step:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is list or _is_row(hint):
        items = _encoder(args[0])
        return lambda v: [items(item) for item in v]
    if origin is tuple:
        parts = tuple(map(_encoder, args))
        return lambda v: [part(item) for part, item in zip(parts, v, strict=True)]
    if origin is types.UnionType:
        if names := _names(hint):
            by_name = {name: _encoder(one) for name, one in names.items()}
            return lambda v: {type(v).__name__: by_name[type(v).__name__](v)}
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
    if hint in _PLAIN:
        return lambda v: _expect(hint, v)
    return _many_decoder(hint)


def _many_decoder(hint: Any) -> _Step:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is list:
        items = _decoder(args[0])
        return lambda v: [items(item) for item in _expect(list, v)]
    if _is_row(hint):
        items = _decoder(args[0])
        return lambda v: tuple(items(item) for item in _expect(list, v))
    if origin is tuple:
        return _tuple_decoder(tuple(map(_decoder, args)))
    if origin is dict:
        return lambda v: _expect(dict, v)
    if origin is types.UnionType:
        return _union_decoder(hint)
    raise TypeError(f"expected a type that can travel, found {hint!r}")


def _dataclass_decoder(kind: type) -> _Step:
    hints = typing.get_type_hints(kind)
    steps = tuple((f.name, _decoder(hints[f.name])) for f in dataclasses.fields(kind))

    optional = {f.name for f in dataclasses.fields(kind) if _has_default(f)}

    def step(value: Any) -> Any:
        found = _expect(dict, value)
        known = {}
        for name, decoder in steps:
            if name not in found:
                if name in optional:
                    continue
                raise FrameError(f"{kind.__name__}: expected a field {name}, found none")
            try:
                known[name] = decoder(found[name])
            except FrameError as e:
                raise FrameError(f"{kind.__name__}.{name}: {e}") from e
        return kind(**known)

    return step


def _has_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing


def _tuple_decoder(parts: tuple[_Step, ...]) -> _Step:
    def step(value: Any) -> Any:
        found = _expect(list, value)
        if len(found) != len(parts):
            raise FrameError(f"expected {len(parts)} values, found {len(found)}")
        return tuple(part(item) for part, item in zip(parts, found, strict=True))

    return step


def _union_decoder(hint: Any) -> _Step:
    names = _names(hint)
    if not names:
        some = _decoder(_only_one(hint))
        return lambda v: None if v is None else some(v)
    by_name = {name: _decoder(one) for name, one in names.items()}

    def step(value: Any) -> Any:
        found = _expect(dict, value)
        name = next(iter(found), "none")
        if len(found) != 1 or name not in by_name:
            raise FrameError(f"expected one of {', '.join(by_name)}, found {safe_text(name)}")
        return by_name[name](found[name])

    return step


def _names(hint: Any) -> dict[str, Any]:
    """Return the dataclasses of a union by name; none where it is `X | None`."""
    kinds = typing.get_args(hint)
    is_choice = all(dataclasses.is_dataclass(kind) for kind in kinds)
    return {kind.__name__: kind for kind in kinds} if is_choice else {}


def _is_row(hint: Any) -> bool:
    """Tell whether it is a tuple of any length."""
    return typing.get_origin(hint) is tuple and typing.get_args(hint)[1:] == (...,)


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
