"""Prints the audit: a JSON line a row, or a sentence."""

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

from curb.domain.audit import AuditRow
from curb.domain.text import safe_text

_CELLS = 1_000


def as_record(row: AuditRow) -> dict[str, Any]:
    """Return the row as it stands in a JSON line."""
    return {
        "at": row.at.isoformat(timespec="milliseconds"),
        "account": row.account,
        "rule": row.rule,
        "action": row.action.value,
        "reason": row.reason,
        "symbol": row.symbol,
        "success": row.success,
        "execution_time_ms": row.execution_time_ms,
        "details": row.details,
    }


def as_sentence(row: AuditRow, *, is_named: bool = False) -> str:
    """Return the row for a person to read, with the account's name where there are several."""
    took = f" ({row.execution_time_ms} ms)" if row.execution_time_ms is not None else ""
    at = row.at.isoformat(sep=" ", timespec="milliseconds")
    name = f" {safe_text(row.account or '-')} " if is_named else " "
    symbol = row.symbol or "-"
    words = f"{at} {name}{row.rule:<9} {row.action.value:<16} {symbol:<4} {row.reason}{took}"
    return safe_text(words, _CELLS)


def say(lines: Iterable[str]) -> None:
    """Print lines; a reader that went away, `head` say, ends the printing in silence."""
    try:
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Printer:
    """A listener that prints rows whose outcome is known."""

    def __init__(self, *, as_json: bool, is_on: bool, names_accounts: bool = False) -> None:
        self._as_json = as_json
        self._is_on = is_on
        self._names_accounts = names_accounts

    def __call__(self, row: AuditRow) -> None:
        """Print a row; a reader that went away ends the printing, never the watch."""
        if not self._is_on or row.success is None:
            return
        line = (
            json.dumps(as_record(row), default=str)
            if self._as_json
            else as_sentence(row, is_named=self._names_accounts)
        )
        try:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        except OSError:
            self._is_on = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
