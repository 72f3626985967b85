"""What was expected and what was found, in the trader's words."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from curb.config.checks import Says
from curb.config.locate import Path
from curb.config.values import DIGITS_AFTER, DIGITS_BEFORE, alternatives, is_sized
from curb.domain.text import safe_text

# Long enough for a name, short enough for one line.
_SHOWN_MAX = 40

_TABLE = "a table"
_NAMES = {bool: "true or false", int: "a whole number", Decimal: "a number", str: "text"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a model: its path, and what may stand there."""

    path: Path
    annotation: Any
    metadata: tuple[Any, ...] = ()


def slot_at(model: type[BaseModel], steps: Sequence[str | int]) -> Slot:
    """Return the slot that `steps` lead to, as far as they are places in the file.

    Pydantic adds steps of its own (the member of a union); those are left out.
    """
    slot = Slot((), model)
    for step in steps:
        below = _below(slot, step)
        if below is None:
            break
        slot = below
    return slot


def _below(slot: Slot, step: str | int) -> Slot | None:
    path = (*slot.path, step)
    for kind in alternatives(slot.annotation):
        origin = get_origin(kind)
        if isinstance(step, str) and isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(step)
            return Slot(path, field.annotation, tuple(field.metadata)) if field else None
        if isinstance(step, str) and origin is dict:
            return Slot(path, get_args(kind)[1])
        if isinstance(step, int) and origin is tuple:
            return Slot(path, get_args(kind)[0])
    return None


def expected(slot: Slot) -> str:
    """Return what may stand at `slot`: "a whole number above 0"."""
    said = [mark.words for mark in slot.metadata if isinstance(mark, Says)]
    return said[0] if said else _words(slot.annotation, slot.metadata)


def kind(slot: Slot) -> str:
    """Return whether a table or a key stands at `slot`."""
    return "table" if expected(slot) == _TABLE else "key"


def names(slot: Slot) -> tuple[str, ...]:
    """Return the keys of the table at `slot`."""
    return tuple(slot.annotation.model_fields)


def too_large(value: object) -> str:
    """Return what to add to the expectation where `value` is out of size, else nothing."""
    if is_sized(value):
        return ""
    if isinstance(value, int):
        return f", of at most {DIGITS_BEFORE} digits"
    return f", of at most {DIGITS_BEFORE} digits before and {DIGITS_AFTER} after the point"


def found(value: object) -> str:
    """Return what stands in the file, shortened and harmless: `text "5"`."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            # Turning an endless number into digits would itself take for ever.
            is_long = isinstance(value, int) and abs(value) >= 10**_SHOWN_MAX
            return "an endless number" if is_long else safe_text(value, _SHOWN_MAX)
        case str():
            return f'text "{safe_text(value, _SHOWN_MAX)}"'
        case dict():
            return _TABLE
        case list():
            return "a list"
        case date():
            return f"the date {value}"
        case time():
            return f"the time {value}"
        case _:
            return "nothing"


def known(what: str, name: str, choices: tuple[str, ...]) -> str:
    """Return which key or table was perhaps meant by the unknown `name`, else all there are."""
    close = difflib.get_close_matches(name[:_SHOWN_MAX], choices, n=1)
    if close:
        return f"a known {what}, perhaps {close[0]}"
    return f"one of {', '.join(choices)}"


def _words(annotation: Any, metadata: Iterable[Any]) -> str:
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _words(inner, [*more, *metadata])
    parts = get_args(annotation) if len(alternatives(annotation)) > 1 else ()
    if parts:
        return _either([choice for part in parts for choice in _choices(part)])
    return _either(_choices(annotation, metadata))


def _choices(annotation: Any, metadata: Iterable[Any] = ()) -> list[str]:
    if get_origin(annotation) is Literal:
        return [f'"{choice}"' for choice in get_args(annotation)]
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _choices(inner, [*more, *metadata])
    return [_name(annotation) + _bounds(metadata)]


def _name(kind: Any) -> str:
    if kind in _NAMES:
        return _NAMES[kind]
    return "a list" if get_origin(kind) is tuple else _TABLE


def _bounds(metadata: Iterable[Any]) -> str:
    marks = [
        mark
        for each in metadata
        for mark in (each.metadata if isinstance(each, FieldInfo) else [each])
    ]
    words = [
        f"{name} {getattr(mark, key)}"
        for mark in marks
        for key, name in (("gt", "above"), ("ge", "at least"), ("lt", "below"), ("le", "at most"))
        if getattr(mark, key, None) is not None
    ]
    return f" {' and '.join(words)}" if words else ""


def _either(choices: list[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last
