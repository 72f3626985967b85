"""The audit on disk, for looking at: read beside a running engine, which never waits for it."""

import contextlib
import csv
import json
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from curb.domain import codec
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreError
from curb.domain.query import COUNTED, AuditQuery
from curb.domain.severity import Severity
from curb.domain.text import safe_text
from curb.store.looking import looking
from curb.store.opening import header, refuse
from curb.store.reading import AUDIT_COLUMNS, audit_row
from curb.store.tables import SEVERITY

_PAGE_MAX = 1_000
_NEWEST = 2**63 - 1
_EXPORTED_AT_ONCE = 500
_COLUMNS = ("id", "at", "account", "rule", "action", "symbol", "success", "execution_time_ms")
# What a spreadsheet would take for a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)


_SEVERITIES = {
    Severity.ENFORCED: f"{SEVERITY} = 3",
    Severity.WARNED: f"{SEVERITY} = 2",
    Severity.TOLD: f"{SEVERITY} = 1",
    Severity.ROUTINE: f"{SEVERITY} = 0",
}
# From one account to the next by the index, whatever many rows each has.
ACCOUNT = """
WITH RECURSIVE accounts(id) AS (
    SELECT min(account_id) FROM enforcement_log
    UNION ALL
    SELECT (SELECT min(account_id) FROM enforcement_log WHERE account_id > accounts.id)
    FROM accounts WHERE accounts.id IS NOT NULL
)
SELECT id FROM accounts WHERE id IS NOT NULL AND ? = (
    SELECT account FROM enforcement_log WHERE account_id = accounts.id ORDER BY id DESC LIMIT 1
)
"""
_FIELDS = ("reason", "rule_id", "action", "symbol", "account")
_IS_FOLDED = f"instr(folded({', '.join(_FIELDS)}), ?)"
_IS_LIKE = " OR ".join(f"{field} LIKE ? ESCAPE '!'" for field in _FIELDS)
_IS_WIDE = " OR ".join(f"length({field}) < length(CAST({field} AS BLOB))" for field in _FIELDS)
_WILD = re.compile("[!%_]")


class AuditArchive:
    """Every row of the audit in a database; nothing here can change it.

    A page and a count take milliseconds; words that are rare are looked for in every row, which
    takes about a second in a million. One thread at a time. Raises StoreError with one line.
    The file is opened anew for each call: it may have been moved aside, and another one stand
    in its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def older(self, query: AuditQuery, before_id: int | None, limit: int) -> tuple[AuditRow, ...]:
        """Return the newest rows older than `before_id` (None: the newest), newest first."""
        before = _NEWEST if before_id is None else before_id
        return self._rows(query, "id < ?", before, "DESC", limit)

    def newer(self, query: AuditQuery, after_id: int, limit: int) -> tuple[AuditRow, ...]:
        """Return the oldest rows newer than `after_id`, newest first."""
        return self._rows(query, "id > ?", after_id, "ASC", limit)[::-1]

    def oldest(self, query: AuditQuery, limit: int) -> tuple[AuditRow, ...]:
        """Return the oldest rows, newest first."""
        return self._rows(query, "id > ?", -1, "ASC", limit)[::-1]

    def row(self, number: int) -> AuditRow | None:
        """Return the row of that id, None where there is none."""
        if not 0 <= number <= _NEWEST:
            return None
        found = self._rows(AuditQuery(), "id = ?", number, "ASC", 1)
        return found[0] if found else None

    def account_id(self, name: str) -> int | None:
        """Return the number of the account whose newest row has that name, None without one."""
        with self._opened() as connection:
            found = connection.execute(ACCOUNT, (name,)).fetchone()
        return None if found is None else int(found[0])

    def count(self, query: AuditQuery) -> int:
        """Return how many rows meet the query; no more than COUNTED are looked for."""
        where, values = _where(query)
        sql = f"SELECT count(*) FROM (SELECT 1 FROM enforcement_log WHERE {where} LIMIT ?)"  # noqa: S608 - of our words
        with self._opened() as connection:
            return int(connection.execute(sql, (*values, COUNTED)).fetchone()[0])

    def export(self, query: AuditQuery, path: Path) -> int:
        """Write the rows, oldest first, to a new file of mode 0600; return how many.

        The name's end chooses the format: `.csv`, else JSON lines.
        """
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            with os.fdopen(os.open(draft, flags, 0o600), "w", encoding="utf-8", newline="") as file:
                count = self._write(query, file, is_csv=path.suffix == ".csv")
            # A link fails where a file of that name is there: nothing is ever written over.
            path.hardlink_to(draft)
        except OSError as e:
            raise StoreError(f"{path}: cannot export: {e.strerror}") from e
        finally:
            draft.unlink(missing_ok=True)
        return count

    def _write(self, query: AuditQuery, file: TextIO, *, is_csv: bool) -> int:
        table = csv.writer(file)
        if is_csv:
            table.writerow((*_COLUMNS, "reason", "details"))
        count, last = 0, -1
        # Page by page: no read lasts so long that the engine's log could not be tidied up.
        while page := self.newer(query, last, _EXPORTED_AT_ONCE)[::-1]:
            for row in page:
                if is_csv:
                    table.writerow(_cells(row))
                else:
                    file.write(json.dumps(codec.encode(row)) + "\n")
            count, last = count + len(page), page[-1].id
        return count

    def _rows(
        self, query: AuditQuery, place: str, number: int, order: str, limit: int
    ) -> tuple[AuditRow, ...]:
        where, values = _where(query)
        sql = (
            f"SELECT {AUDIT_COLUMNS} FROM enforcement_log WHERE {place} AND {where} "  # noqa: S608 - of our words
            f"ORDER BY id {order} LIMIT ?"
        )
        with self._opened() as connection:
            found = connection.execute(sql, (number, *values, min(max(limit, 0), _PAGE_MAX)))
            return tuple(audit_row(row) for row in found)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with looking(self._path) as connection:
            refuse(self._path, header(connection))
            connection.create_function("folded", -1, _folded, deterministic=True)
            yield connection


def _where(query: AuditQuery) -> tuple[str, list[Any]]:
    parts, values = ["1"], list[Any]()
    if query.rule:
        # The index of severities has the rule in it; that of rules would need every row.
        parts.append("rule_id = ?" if query.severity is None else "+rule_id = ?")
        values.append(query.rule)
    if query.account_id is not None:
        # Nearly every row is of it: its index would only bring a sort of them all.
        parts.append("(+account_id IS NULL OR +account_id = ?)")
        values.append(query.account_id)
    if query.severity is not None:
        parts.append(_SEVERITIES[query.severity])
    for word in query.words:
        part, sought = _contains(word.casefold())
        parts.append(part)
        values += sought
    return " AND ".join(parts), values


def _contains(word: str) -> tuple[str, list[str]]:
    """Return the condition that a row's text holds a folded word.

    SQLite folds ASCII by itself, and fast; of another letter it has to ask us, row by row.
    """
    if not word.isascii() or "\n" in word:
        return _IS_FOLDED, [word]
    like = "%" + _WILD.sub(r"!\g<0>", word) + "%"
    return f"({_IS_LIKE} OR (({_IS_WIDE}) AND {_IS_FOLDED}))", [like] * len(_FIELDS) + [word]


def _folded(*fields: str | None) -> str:
    return "\n".join(field or "" for field in fields).casefold()


def _cells(row: AuditRow) -> Sequence[object]:
    words = (row.account or "", row.rule, row.action.value, row.symbol or "")
    details = json.dumps(row.details)
    return (
        row.id,
        row.at.isoformat(timespec="milliseconds"),
        *map(_harmless, words),
        "" if row.success is None else int(row.success),
        "" if row.execution_time_ms is None else row.execution_time_ms,
        _harmless(row.reason),
        _harmless(details),
    )


def _harmless(text: str) -> str:
    # In a terminal, too.
    text = safe_text(text, max(len(text), 1))
    is_formula = text.startswith(_FORMULAS) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text
