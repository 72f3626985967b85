"""The one spelling of a configuration, and its hash."""

import hashlib
from decimal import Decimal
from typing import Any

import tomli_w
from pydantic import BaseModel

from curb.config.models import Config
from curb.rules.rule import Rule


def canonical(config: Config) -> str:
    """Return the file that means `config`: every key, one order, one spelling of numbers."""
    return tomli_w.dumps(tables(config))


def digest(text: str) -> str:
    """Return the SHA-256 of a canonical file in hex; its first 12 digits are shown."""
    return hashlib.sha256(text.encode()).hexdigest()


def tables(config: Config) -> dict[str, Any]:
    """Return the tables of the file that means `config`, as plain TOML values."""
    return {
        "gateway": _plain(config.gateway),
        "account": _plain(config.account),
        "day": _plain(config.day),
        "config": _plain(config.config),
        "blind": _plain(config.blind),
        "rules": rule_tables(config.rules),
        **_overrides(config),
        "ui": _plain(config.ui),
        "alerts": _plain(config.alerts),
        "retention": _plain(config.retention),
        "backup": _plain(config.backup),
        "keys": _plain(config.keys),
    }


def rule_tables(rules: tuple[Rule, ...]) -> dict[str, Any]:
    """Return the tables of rules by key, as plain TOML values."""
    return {rule.key: _plain(rule) for rule in rules}


def _overrides(config: Config) -> dict[str, Any]:
    names = sorted(config.overrides)
    tables = {name: {"rules": rule_tables(config.overrides[name])} for name in names}
    return {"accounts": tables} if tables else {}


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            return {name: _plain(getattr(value, name)) for name in type(value).model_fields}
        case dict():
            return {key: _plain(value[key]) for key in sorted(value)}
        case tuple() | list():
            return [_plain(each) for each in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else value.normalize()
        case _:
            return value
