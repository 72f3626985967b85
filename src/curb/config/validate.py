"""One table against its model: the model, or what is wrong in the trader's words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from curb.config import words
from curb.config.locate import Path, dotted
from curb.config.symbols import wrong_symbols
from curb.config.values import fitted_table

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at `path`."""

    path: Path
    expected: str
    found: str
    is_missing: bool = False
    """Whether it is absent, so that its line is only that of the table around it."""


def validated(model: type[M], table: object, path: Path) -> M | tuple[Fault, ...]:
    """Return the model of what stands at `path`, else all faults in it."""
    if not isinstance(table, dict):
        return (Fault(path, "a table", words.found(table)),)
    try:
        valid = model.model_validate(fitted_table(model, table))
    except ValidationError as error:
        details = error.errors(include_url=False)
        return tuple(_distinct(_fault(model, table, path, each) for each in details))
    faults = (Fault((*path, *below), want, got) for below, want, got in wrong_symbols(valid))
    return tuple(faults) or valid


def absent(path: Path, kind: str) -> Fault:
    """Return the fault that the table or key at `path` is not there."""
    name = f"[{dotted(path)}]" if kind == "table" else str(path[-1])
    return Fault(path, f"the {kind} {name}", f"no such {kind}", is_missing=True)


def unknown(path: Path, value: object, names: tuple[str, ...]) -> Fault:
    """Return the fault that the key or table at `path` is none of `names`.

    What it holds is not repeated: it may be a secret in the wrong place.
    """
    kind = "table" if isinstance(value, dict) else "key"
    return Fault(path, words.known(kind, str(path[-1]), names), f"an unknown {kind}")


def _fault(model: type[BaseModel], table: dict[str, Any], path: Path, error: ErrorDetails) -> Fault:
    steps = error["loc"]
    slot = words.slot_at(model, steps)
    place = (*path, *slot.path)
    if error["type"] == "missing":
        return absent(place, words.kind(slot))
    if error["type"] == "extra_forbidden":
        names = words.names(slot)
        return unknown((*place, steps[-1]), _value_at(table, steps), names)
    value = _value_at(table, slot.path)
    told = error.get("ctx", {}) if error["type"] == "curb" else {}
    expected = told.get("expected") or words.expected(slot) + words.too_large(value)
    return Fault(place, expected, told.get("found") or words.found(value))


def _distinct(faults: Iterator[Fault]) -> Iterator[Fault]:
    # A union reports each of its members.
    seen: set[Path] = set()
    for fault in faults:
        if fault.path not in seen:
            seen.add(fault.path)
            yield fault


def _value_at(table: Any, steps: Path) -> Any:
    for step in steps:
        table = table[step]
    return table
