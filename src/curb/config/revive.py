"""A configuration that an earlier version of Curb kept, in the terms of this one."""

import tomllib
from decimal import Decimal
from typing import Any

import tomli_w

from curb.config.canonical import rule_tables, tables
from curb.config.keys import Keys
from curb.config.models import Alerts, Backup, Config, Retention, Table, Ui
from curb.config.parse import parse
from curb.config.validate import validated
from curb.domain.errors import ConfigError
from curb.rules.rule import Rule

_KEPT = "the configuration in force"
_FREE: dict[str, type[Table]] = {
    "ui": Ui,
    "alerts": Alerts,
    "retention": Retention,
    "backup": Backup,
    "keys": Keys,
}


def revived(text: str, file: Config) -> Config:
    """Return what `text` meant; tables and keys that it does not have are those of `file`.

    Raises ConfigError where it cannot be read even so.
    """
    try:
        kept = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(_KEPT, None, "", "valid TOML", "none") from e
    if not isinstance(kept.get("rules"), dict):
        raise ConfigError(_KEPT, None, "rules", "a table", "none")
    _forget_strangers(kept)
    try:
        return parse(tomli_w.dumps(kept), _KEPT)
    except ConfigError:
        return parse(tomli_w.dumps(_laid_over(file, kept)), _KEPT)


def _forget_strangers(kept: dict[str, Any]) -> None:
    """Take out the rules of accounts that are not named: a file must not have them.

    They came with an account that waited for its restart.
    """
    names = kept.get("account", {}).get("names")
    own = kept.get("accounts")
    if names and isinstance(own, dict):
        kept["accounts"] = {name: table for name, table in own.items() if name in names}


def _laid_over(file: Config, kept: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of this version, each with what was kept of it."""
    known = tables(file)
    found = {name: _filled(table, kept.get(name)) for name, table in known.items()}
    found["rules"] = _rules(known["rules"], kept["rules"])
    found["accounts"] = _accounts(file, kept.get("accounts", {}))
    for name, model in _FREE.items():
        if isinstance(validated(model, found[name], (name,)), tuple):
            # A command of later has the key of another, say. They limit nothing: the file's do.
            found[name] = known[name]
    return found


def _rules(known: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    return {name: _filled(table, kept.get(name)) for name, table in known.items()}


def _accounts(file: Config, kept: Any) -> Any:
    """Return the rules of accounts' own, each completed from the one that `file` has there.

    What is no table of rules is left for the parser to refuse.
    """
    if not isinstance(kept, dict):
        return kept
    found = {name: _account(file.rules_of(name), table) for name, table in kept.items()}
    return {name: table for name, table in found.items() if table != {"rules": {}}}


def _account(rules: tuple[Rule, ...], kept: Any) -> Any:
    own = kept.get("rules") if isinstance(kept, dict) else None
    if not isinstance(own, dict):
        return kept
    known = rule_tables(tuple(rule for rule in rules if rule.key in own))
    return {"rules": _rules(known, own)}


def _filled(table: dict[str, Any], was: object) -> dict[str, Any]:
    if not isinstance(was, dict):
        return table
    return {key: was.get(key, value) for key, value in table.items()}
