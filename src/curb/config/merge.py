"""Some keys of one configuration in the place of another's."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from curb.config.models import Config

_RULES = "rules"


def merged(base: Config, source: Config, keys: Iterable[str]) -> Config:
    """Return `base` with the values that `source` has at `keys`, as `diff` names them."""
    for key in keys:
        base = _taken(base, source, path_of(key))
    return base


def path_of(key: str) -> tuple[str, ...]:
    """Return the names in a dotted key: `limits."6E"` is limits and 6E."""
    steps: list[str] = []
    table: Any = tomllib.loads(f"{key} = 0")
    while isinstance(table, dict):
        ((name, table),) = table.items()
        steps.append(name)
    return tuple(steps)


def _taken(base: Config, source: Config, path: tuple[str, ...]) -> Config:
    first, *rest = path
    if first != _RULES:
        table = _put(getattr(base, first), getattr(source, first), rest)
        return replace(base, **{first: table})
    name, *below = rest
    given = {rule.key: rule for rule in source.rules}
    rules = (_put(r, given[r.key], below) if r.key == name else r for r in base.rules)
    return replace(base, rules=tuple(rules))


def _put(value: Any, source: Any, path: list[str]) -> Any:
    if not path:
        return source
    name, *rest = path
    if isinstance(value, BaseModel):
        below = _put(getattr(value, name), getattr(source, name), rest)
        # Both values were valid where they stood; nothing has to be read again.
        return value.model_copy(update={name: below})
    return _put_symbol(value, source, name, rest)


def _put_symbol(table: dict[str, Any], source: dict[str, Any], symbol: str, rest: list[str]) -> Any:
    """Return a table by symbol with one symbol as in `source`; capitals do not matter."""
    was = _under(table, symbol)
    given = _under(source, symbol)
    others = {key: value for key, value in table.items() if key.upper() != symbol.upper()}
    if not given:
        return others
    ((key, value),) = given.items()
    if rest and was:
        value = _put(next(iter(was.values())), value, rest)
    return others | {key: value}


def _under(table: dict[str, Any], symbol: str) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key.upper() == symbol.upper()}
