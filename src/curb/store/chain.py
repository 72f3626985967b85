"""The audit as a chain: every version of a row is a link, and a link hashes the one before it.

A link stands for what a row said when it was written, so a row can be finished later and an
anchor that saw an earlier link still fits. Links are made by the connection's own thread.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable

from curb.store import pruning, writing
from curb.store.writing import Statement

BEGINNING = "0" * 64
COLUMNS = (
    *("id", "timestamp", "account_id", "account", "rule_id", "action", "symbol", "reason"),
    *("success", "execution_time_ms", "details"),
)

_ROW = ", ".join(COLUMNS)
_HEAD = """(SELECT hash FROM audit_chain
    WHERE sequence = (SELECT max(sequence) FROM audit_chain))"""
# A row that was final stays as it was: what was not written makes no link.
ROW = f"""
INSERT INTO audit_chain (row_id, digest, hash)
SELECT id, audit_digest({_ROW}), audit_link({_HEAD}, id, audit_digest({_ROW}))
FROM enforcement_log WHERE id = ? AND ({", ".join(COLUMNS[1:])}) IS (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608 - constants of ours
_STATE = """
audit_digest(
    (SELECT digest FROM audit_segments ORDER BY first_id DESC LIMIT 1),
    (SELECT min(sequence) FROM audit_chain)
)"""
STATE = f"""
INSERT INTO audit_chain (digest, hash) SELECT {_STATE}, audit_link({_HEAD}, NULL, {_STATE})
"""

_OF_STATE = frozenset((pruning.SEGMENT, pruning.UNCHAIN))


def digest(*values: object) -> str:
    """Return the SHA-256 of values as one canonical line of JSON."""
    line = json.dumps(values, separators=(",", ":"), default=repr)
    return hashlib.sha256(line.encode()).hexdigest()


def link(previous: str | None, row_id: int | None, digest_of: str) -> str:
    """Return the hash of a link; `previous` is None before the first."""
    line = f"{previous or BEGINNING} {'' if row_id is None else row_id} {digest_of}"
    return hashlib.sha256(line.encode()).hexdigest()


def teach(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that the statements here use."""
    connection.create_function("audit_digest", -1, digest, deterministic=True)
    connection.create_function("audit_link", 3, link, deterministic=True)


def links(batch: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return what chains the audit rows that the statements write, and what they close or cut."""
    rows: dict[object, Statement] = {}
    state: tuple[Statement, ...] = ()
    for sql, values in batch:
        if sql == writing.AUDIT:
            rows[values[0]] = (ROW, values)
        elif sql in _OF_STATE:
            state = ((STATE, ()),)
    return (*rows.values(), *state)
