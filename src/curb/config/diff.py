"""What changed between two configurations, and whether each change is tighter or looser."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from curb.config.locate import dotted
from curb.config.models import Config
from curb.config.orders import Direction, allowance, order_of
from curb.domain.text import safe_text

_ACCOUNTS = "accounts"
_SYMBOLS = "rules.max_contracts_per_instrument.limits"
_UNLISTED = "rules.max_contracts_per_instrument.unlisted"


@dataclass(frozen=True, slots=True)
class Change:
    """One key's change, its values as they would stand in the file."""

    key: str
    old: str
    new: str
    direction: Direction
    """"looser" is everything that may allow more, a change without an order too."""
    account: str | None = None
    """The account whose own rule it is; None: everybody's."""

    @property
    def path(self) -> tuple[str, ...]:
        """The names that lead to the value in the file."""
        if self.account is None:
            return _steps(self.key)
        prefix = f"{dotted((_ACCOUNTS, self.account))}."
        return (_ACCOUNTS, self.account, *_steps(self.key.removeprefix(prefix)))

    @property
    def needs_restart(self) -> bool:
        """Whether only a restart brings it into force."""
        return self.key.startswith("gateway.")

    def __str__(self) -> str:
        return f"{self.key}: {self.old} -> {self.new} ({self.direction})"


def diff(old: Config, new: Config) -> tuple[Change, ...]:
    """Return every key whose value differs, in the order of the file.

    A rule that is another for an account is compared with the one in force there before,
    which is everybody's where it had none of its own; one that is taken away likewise.
    """
    changes = list(_changes(dict(_leaves(old)), dict(_leaves(new))))
    for account in sorted({*old.overrides, *new.overrides}):
        changes += _override_changes(account, old, new)
    return tuple(changes)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for key, was in before.items():
        now = after[key]
        if key == _SYMBOLS:
            yield from _symbol_changes(was, now, before[_UNLISTED])
        elif was != now:
            yield Change(key, _shown(was), _shown(now), order_of(key)(was, now))


def _override_changes(account: str, old: Config, new: Config) -> Iterator[Change]:
    own = (*old.overrides.get(account, ()), *new.overrides.get(account, ()))
    keys = {rule.key for rule in own}
    before, after = (
        {
            key: value
            for rule in config.rules_of(account)
            if rule.key in keys
            for key, value in _below(f"rules.{rule.key}", rule)
        }
        for config in (old, new)
    )
    for change in _changes(before, after):
        key = f"{dotted((_ACCOUNTS, account))}.{change.key}"
        yield replace(change, key=key, account=account)


def _steps(key: str) -> tuple[str, ...]:
    steps: list[str] = []
    table: Any = tomllib.loads(f"{key} = 0")
    while isinstance(table, dict):
        ((name, table),) = table.items()
        steps.append(name)
    return tuple(steps)


def _leaves(config: Config) -> Iterator[tuple[str, Any]]:
    for name in ("gateway", "account", "day", "config"):
        yield from _below(name, getattr(config, name))
    for rule in config.rules:
        yield from _below(f"rules.{rule.key}", rule)


def _below(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _below(f"{key}.{name}", getattr(value, name))
    else:
        yield key, value


def _symbol_changes(
    old: Mapping[str, int], new: Mapping[str, int], unlisted: object
) -> Iterator[Change]:
    was = {symbol.upper(): limit for symbol, limit in old.items()}
    now = {symbol.upper(): limit for symbol, limit in new.items()}
    for symbol in dict.fromkeys((*was, *now)):
        before, after = was.get(symbol), now.get(symbol)
        if before != after:
            yield Change(
                f"{_SYMBOLS}.{dotted((symbol,))}",
                _shown(before),
                _shown(after),
                _symbol_direction(before, after, unlisted),
            )


def _symbol_direction(before: int | None, after: int | None, unlisted: object) -> Direction:
    if after is None:
        return "looser"
    if before is None:
        # Until now the symbol had the limit of all that are not listed.
        return "tighter" if after <= allowance(unlisted) else "looser"
    return order_of(_SYMBOLS)(before, after)


def _shown(value: Any) -> str:
    match value:
        case None:
            return "not listed"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{safe_text(value)}"'
        case Decimal():
            return f"{value.normalize():f}"
        case tuple():
            return f"[{', '.join(_shown(each) for each in value)}]"
        case BaseModel():
            pairs = (f"{name} = {_shown(each)}" for name, each in value)
            return f"{{ {', '.join(pairs)} }}"
        case _:
            return str(value)
