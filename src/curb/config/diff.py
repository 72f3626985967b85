"""What changed between two configurations, and whether each change is tighter or looser."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from curb.config.hours import close_direction, hours_direction, session_direction
from curb.config.locate import dotted
from curb.config.models import Config
from curb.config.orders import Direction, Order, allowance, order_of
from curb.domain.text import safe_text
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.session_block_outside import SessionBlockOutside

_ACCOUNTS = "accounts"
_SYMBOLS = "rules.max_contracts_per_instrument.limits"
_SESSION = "rules.session_block_outside"


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
    changes = list(_changes(old, new))
    for account in sorted({*old.overrides, *new.overrides}):
        changes += _override_changes(account, old, new)
    return (*changes, *_key_changes(old, new))


def _changes(old: Config, new: Config) -> Iterator[Change]:
    after = dict(_leaves(new))
    for key, was in _leaves(old):
        now = after[key]
        if isinstance(was, dict):
            yield from _named_changes(key, was, now, _by_name(key, old))
        elif was != now:
            yield Change(key, _shown(was), _shown(now), _direction(key, old, new)(was, now))


def _override_changes(account: str, old: Config, new: Config) -> Iterator[Change]:
    own = (*old.overrides.get(account, ()), *new.overrides.get(account, ()))
    keys = {rule.key for rule in own}
    was, now = (replace(config, rules=config.rules_of(account)) for config in (old, new))
    for change in _changes(was, now):
        if change.path[0] == "rules" and change.path[1] in keys:
            key = f"{dotted((_ACCOUNTS, account))}.{change.key}"
            yield replace(change, key=key, account=account)


def _steps(key: str) -> tuple[str, ...]:
    steps: list[str] = []
    table: Any = tomllib.loads(f"{key} = 0")
    while isinstance(table, dict):
        ((name, table),) = table.items()
        steps.append(name)
    return tuple(steps)


def _direction(key: str, old: Config, new: Config) -> Order:
    table, _, name = key.rpartition(".")
    if table == _SESSION and name in ("start", "end"):
        rules = old.rule(SessionBlockOutside), new.rule(SessionBlockOutside)
        return lambda _was, _now: hours_direction(name, *rules)
    return order_of(key)


def _by_name(key: str, old: Config) -> Order:
    """Return the order of a table's values, None standing for a name that is not there."""
    session = old.rule(SessionBlockOutside)
    limits = old.rule(MaxContractsPerInstrument)
    return {
        _SYMBOLS: lambda was, now: _symbol_direction(was, now, limits.unlisted),
        f"{_SESSION}.early_closes": lambda was, now: close_direction(was, now, old),
        f"{_SESSION}.sessions": lambda was, now: session_direction(was, now, session),
    }[key]


def _leaves(config: Config) -> Iterator[tuple[str, Any]]:
    for name in ("gateway", "account", "day", "config", "blind"):
        yield from _below(name, getattr(config, name))
    for rule in config.rules:
        yield from _below(f"rules.{rule.key}", rule)
    for name in ("ui", "alerts", "retention", "backup"):
        yield from _below(name, getattr(config, name))


def _key_changes(old: Config, new: Config) -> Iterator[Change]:
    for command, was in old.keys.items():
        key, now = f"keys.{command}", new.keys[command]
        if was != now:
            yield Change(key, _shown(was), _shown(now), order_of(key)(was, now))


def _below(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _below(f"{key}.{name}", getattr(value, name))
    else:
        yield key, value


def _named_changes(
    key: str, was: dict[str, Any], now: dict[str, Any], directed: Callable[[Any, Any], Direction]
) -> Iterator[Change]:
    """Yield the changes of a table by symbol or date; capitals do not matter."""
    was, now = ({name.upper(): value for name, value in each.items()} for each in (was, now))
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        if before != after:
            place = f"{key}.{dotted((name,))}"
            yield Change(place, _shown(before), _shown(after), directed(before, after))


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
