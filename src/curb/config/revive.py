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
        return parse(text, _KEPT)
    except ConfigError:
        return parse(_completed(text, file), _KEPT)


def _completed(text: str, file: Config) -> str:
    try:
        kept = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(_KEPT, None, "", "valid TOML", "none") from e
    if not isinstance(kept.get("rules"), dict):
        raise ConfigError(_KEPT, None, "rules", "a table", "none")
    return tomli_w.dumps(_laid_over(tables(file), kept))


def _laid_over(known: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    """Return the tables of this version, each with what was kept of it."""
    found = {name: _filled(table, kept.get(name)) for name, table in known.items()}
    rules = known["rules"].items()
    return found | {
        "rules": {name: _filled(table, kept["rules"].get(name)) for name, table in rules}
    }


def _filled(table: dict[str, Any], was: object) -> dict[str, Any]:
    if not isinstance(was, dict):
        return table
    return {key: was.get(key, value) for key, value in table.items()}
