"""From the bytes of `config.toml` to a whole, valid Config, or the one line that is wrong.

A file cut in the middle is often valid TOML that has lost a limit: so the end must be a
newline, and every table and key that this version knows must be there.
"""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn

from curb.config import words
from curb.config.keys import Keys
from curb.config.locate import Lines, Path, dotted, locate
from curb.config.models import (
    AccountTable,
    Alerts,
    Backup,
    Blind,
    Config,
    ConfigTable,
    Day,
    Gateway,
    Retention,
    Ui,
)
from curb.config.syntax import explained
from curb.config.validate import Fault, M, absent, unknown, validated
from curb.domain.errors import ConfigError
from curb.rules.listing import RULES
from curb.rules.rule import Rule

SIZE_MAX = 256 << 10
"""Bytes of a configuration: fifty times the shipped one; a hostile one takes seconds at worst."""

LINE_MAX = 500
"""Characters of a line: the time to read a key grows with the square of its parts."""

_TOP = (
    *("gateway", "account", "day", "config", "blind", "rules", "accounts"),
    *("keys", "ui", "alerts", "retention", "backup"),
)
_RULE_KEYS = tuple(rule.key for rule in RULES)


def parse_bytes(data: bytes, file: str) -> Config:
    """Return the configuration in `data`. Raises ConfigError, which names `file`."""
    if len(data) > SIZE_MAX:
        raise ConfigError(file, None, "", f"at most {SIZE_MAX} bytes", "more")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"the byte 0x{data[error.start]:02x}"
        raise ConfigError(file, line, "", "UTF-8 text", byte) from error
    return parse(text, file)


def parse(text: str, file: str) -> Config:
    """Return the configuration in `text`. Raises ConfigError for what is wrong first.

    A key that is wrong comes before one that is absent, then the upper line before the lower.
    """
    _check_whole(text, file)
    data = _load(text, file)
    faults: list[Fault] = list(_unknown_tables(data))
    take = _Taker(data, faults)
    gateway = take.table(Gateway, "gateway")
    account = take.table(AccountTable, "account")
    day = take.table(Day, "day")
    config = take.table(ConfigTable, "config")
    blind = take.table(Blind, "blind")
    rules = [take.table(rule, "rules", rule.key) for rule in RULES]
    whole = [rule for rule in rules if rule is not None]
    overrides = dict(_overrides(data, account.names if account else (), take, faults))
    keys = take.table(Keys, "keys")
    ui = take.table(Ui, "ui")
    alerts = take.table(Alerts, "alerts")
    retention = take.table(Retention, "retention")
    backup = take.table(Backup, "backup")
    if (
        gateway is None
        or account is None
        or day is None
        or config is None
        or blind is None
        or keys is None
        or ui is None
        or alerts is None
        or retention is None
        or backup is None
        or faults
    ):
        _refuse(faults, locate(text), file)
    tables = (gateway, account, day, config, blind, ui, alerts, retention, backup)
    return Config(*tables, tuple(whole), overrides, keys.by_id())


class _Taker:
    """Takes tables out of the data and keeps what is wrong with them."""

    def __init__(self, data: dict[str, Any], faults: list[Fault]) -> None:
        self._data = data
        self._faults = faults

    def table(self, model: type[M], *path: str) -> M | None:
        """Return the model of the table at `path`; without one, there is a fault more."""
        table: Any = self._data
        for place, step in enumerate(path):
            if not isinstance(table, dict):
                self._faults.append(Fault(path[:place], "a table", words.found(table)))
                return None
            if step not in table:
                self._faults.append(absent(path, "table"))
                return None
            table = table[step]
        result = validated(model, table, path)
        if isinstance(result, tuple):
            self._faults.extend(result)
            return None
        return result


def _check_whole(text: str, file: str) -> None:
    if text.startswith("\ufeff"):
        raise ConfigError(file, 1, "", "UTF-8 text", "a byte order mark before it")
    if not text:
        raise ConfigError(file, 1, "", "a configuration", "an empty file")
    nul = text.find("\0")
    if nul >= 0:
        raise ConfigError(file, text.count("\n", 0, nul) + 1, "", "text", "a NUL character")
    if not text.endswith("\n"):
        end = "a file that ends inside a line, perhaps cut"
        raise ConfigError(file, text.count("\n") + 1, "", "a newline at the end", end)
    for line, content in enumerate(text.split("\n"), start=1):
        if len(content) > LINE_MAX:
            most = f"at most {LINE_MAX} characters in a line"
            raise ConfigError(file, line, "", most, str(len(content)))


def _load(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError as error:
        raise ConfigError(file, None, "", "plain tables and lists", "endless nesting") from error
    except tomllib.TOMLDecodeError as error:
        lines = locate(text)
        line, found = explained(str(error), lines.unclosed or lines.last)
        raise ConfigError(file, line, dotted(lines.at(line)), "valid TOML", found) from error
    except (ArithmeticError, ValueError) as error:
        # Python turns no digits without end into a number.
        raise ConfigError(file, None, "", "plain numbers", "an endless number") from error


def _unknown_tables(data: dict[str, Any]) -> Iterator[Fault]:
    for name, value in data.items():
        if name not in _TOP:
            yield unknown((name,), value, _TOP)
    rules = data.get("rules")
    if isinstance(rules, dict):
        yield from _unknown_rules(rules, ("rules",))


def _unknown_rules(rules: dict[str, Any], path: Path) -> Iterator[Fault]:
    for name, value in rules.items():
        if name not in _RULE_KEYS:
            yield unknown((*path, name), value, _RULE_KEYS)


def _overrides(
    data: dict[str, Any], names: tuple[str, ...], take: _Taker, faults: list[Fault]
) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Yield the accounts whose rules are others, and those rules."""
    accounts = data.get("accounts", {})
    if not isinstance(accounts, dict):
        faults.append(Fault(("accounts",), "a table", words.found(accounts)))
        return
    for name, table in accounts.items():
        path = ("accounts", name)
        found = tuple(_account_faults(path, table, names))
        if found:
            faults.extend(found)
            continue
        rules = table["rules"]
        faults.extend(_unknown_rules(rules, (*path, "rules")))
        own = [take.table(rule, *path, "rules", rule.key) for rule in RULES if rule.key in rules]
        yield name, tuple(rule for rule in own if rule is not None)


def _account_faults(path: Path, table: Any, names: tuple[str, ...]) -> Iterator[Fault]:
    name = str(path[-1])
    if not name.strip():
        yield Fault(path, "an account name", "an empty name")
    elif names and name not in names:
        found = "one that [account] does not name"
        yield Fault(path, words.known("account", name, names), found)
    if not isinstance(table, dict):
        yield Fault(path, "a table", words.found(table))
        return
    for key, value in table.items():
        if key != "rules":
            yield unknown((*path, key), value, ("rules",))
    if "rules" not in table:
        yield absent((*path, "rules"), "table")
    elif not isinstance(table["rules"], dict):
        yield Fault((*path, "rules"), "a table", words.found(table["rules"]))
    elif not table["rules"]:
        yield Fault((*path, "rules"), "at least one rule", "an empty table")


def _refuse(faults: list[Fault], lines: Lines, file: str) -> NoReturn:
    first = min(faults, key=lambda fault: (fault.is_missing, lines.of(fault.path)))
    line = lines.of(first.path)
    raise ConfigError(file, line, dotted(first.path), first.expected, first.found)
