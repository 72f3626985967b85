"""Schema v5 to v6: the audit gets its chain, over the rows as they stand."""

import sqlite3

from curb.store import chain
from curb.store.migrations.step import Step, Upgrade

_TOLD_EACH = 100_000  # rows: somebody may be waiting
_AT_ONCE = 1_000

_STATEMENTS = (
    """
CREATE TABLE audit_chain (
    sequence INTEGER PRIMARY KEY NOT NULL,
    row_id INTEGER,
    digest TEXT NOT NULL,
    hash TEXT NOT NULL
)
""",
    "CREATE INDEX idx_audit_chain_row ON audit_chain(row_id, sequence)",
)
ROWS = """
SELECT id, timestamp, account_id, account, rule_id, action, symbol, reason, success,
    execution_time_ms, details
FROM enforcement_log ORDER BY id
"""
_CLOSED = "SELECT digest FROM audit_segments ORDER BY first_id DESC LIMIT 1"
_LINK = "INSERT INTO audit_chain (row_id, digest, hash) VALUES (?, ?, ?)"


def _run(connection: sqlite3.Connection, upgrade: Upgrade) -> int:
    for sql in _STATEMENTS:
        connection.execute(sql)
    head, made = chain.BEGINNING, 0
    rows = connection.execute(ROWS)
    while page := rows.fetchmany(_AT_ONCE):
        links = []
        for row in page:
            digest = chain.digest(*row)
            head = chain.link(head, row[0], digest)
            links.append((row[0], digest, head))
        connection.executemany(_LINK, links)
        made += len(links)
        if made % _TOLD_EACH == 0:
            upgrade.progress(f"the audit's chain: {made:,} rows")
    if closed := connection.execute(_CLOSED).fetchone():
        digest = chain.digest(closed[0], 1)
        connection.execute(_LINK, (None, digest, chain.link(head, None, digest)))
    upgrade.progress(f"the audit's chain: {made} rows")
    return made


STEP = Step(
    before=5,
    after=6,
    description="The audit as a chain of hashes",
    statements=(*_STATEMENTS, ROWS, _CLOSED, _LINK),
    run=_run,
    history="""
INSERT INTO schema_version (version, applied_at, description, checksum, execution_time_ms, success)
VALUES (:version, :at, :description, :checksum, :ms, 1)
""",
)
