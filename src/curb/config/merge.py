"""Some values of one configuration in the place of another's."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from curb.config.diff import Change
from curb.config.models import Config
from curb.rules.rule import Rule

_RULES = "rules"
_ACCOUNTS = "accounts"


def merged(base: Config, source: Config, changes: Iterable[Change]) -> Config:
    """Return `base` with what `source` has in the place of `changes`, some of their diff."""
    merging = _pinned(base, source)
    for change in changes:
        merging = _taken(merging, source, change.path)
    return _unpinned(merging, source)


def _taken(merging: Config, source: Config, path: tuple[str, ...]) -> Config:
    first, *rest = path
    if first == _ACCOUNTS:
        account, _, name, *below = rest
        return _own(merging, source, account, name, below)
    if first != _RULES:
        table = _put(getattr(merging, first), getattr(source, first), rest)
        return replace(merging, **{first: table})
    name, *below = rest
    given = _by_key(source.rules)
    rules = (_put(r, given[r.key], below) if r.key == name else r for r in merging.rules)
    return replace(merging, rules=tuple(rules))


def _own(merging: Config, source: Config, account: str, name: str, below: list[str]) -> Config:
    given = _by_key(source.rules_of(account))[name]
    own = _by_key(merging.overrides[account])
    own[name] = _put(own[name], given, below)
    return replace(merging, overrides={**merging.overrides, account: tuple(own.values())})


def _pinned(base: Config, source: Config) -> Config:
    """Return `base` where each rule of an account's own in either is one of its own.

    Else what changes for everybody would change for an account that `source` excepts.
    """
    pinned = {}
    for account in {*base.overrides, *source.overrides}:
        own = {r.key for c in (base, source) for r in c.overrides.get(account, ())}
        pinned[account] = tuple(rule for rule in base.rules_of(account) if rule.key in own)
    return replace(base, overrides=pinned)


def _unpinned(merging: Config, source: Config) -> Config:
    """Return `merging` without own rules that `source` does not have and that say no more."""
    everybody = _by_key(merging.rules)
    kept = {}
    for account, own in merging.overrides.items():
        given = _by_key(source.overrides.get(account, ()))
        rules = tuple(r for r in own if r.key in given or r != everybody[r.key])
        if rules:
            kept[account] = rules
    return replace(merging, overrides=kept)


def _by_key(rules: tuple[Rule, ...]) -> dict[str, Rule]:
    return {rule.key: rule for rule in rules}


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
