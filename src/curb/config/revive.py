"""A configuration that an earlier version of Curb kept, in the terms of this one."""

import tomllib
from decimal import Decimal
from typing import Any

import tomli_w

from curb.config.canonical import tables
from curb.config.models import Config
from curb.config.parse import parse
from curb.domain.errors import ConfigError

_KEPT = "the configuration in force"


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
        return parse(tomli_w.dumps(_laid_over(tables(file), kept)), _KEPT)


def _forget_strangers(kept: dict[str, Any]) -> None:
    """Take out the rules of accounts that are not named: a file must not have them.

    They came with an account that waited for its restart.
    """
    names = kept.get("account", {}).get("names")
    own = kept.get("accounts")
    if names and isinstance(own, dict):
        kept["accounts"] = {name: table for name, table in own.items() if name in names}


def _laid_over(known: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of this version, each with what was kept of it."""
    found = {name: _filled(table, kept.get(name)) for name, table in known.items()}
    rules = known["rules"].items()
    found["rules"] = {name: _filled(table, kept["rules"].get(name)) for name, table in rules}
    if "accounts" in kept:
        found["accounts"] = kept["accounts"]
    return found


def _filled(table: dict[str, Any], was: object) -> dict[str, Any]:
    if not isinstance(was, dict):
        return table
    return {key: was.get(key, value) for key, value in table.items()}
