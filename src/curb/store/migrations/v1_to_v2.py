"""Schema v1 to v2, as the documents of v2 have it, without its optional table."""

import sqlite3

from curb.store.migrations.step import Step, Upgrade
from curb.store.values import time_text

_BASELINE = """
INSERT INTO schema_version (version, applied_at, description, success)
VALUES (1, ?, 'Found as schema v1', 1)
"""

_STATEMENTS = (
    """
CREATE TABLE schema_version (
    version INTEGER PRIMARY KEY,
    applied_at TEXT NOT NULL,
    description TEXT NOT NULL,
    migration_script TEXT,
    rollback_script TEXT,
    execution_time_ms INTEGER,
    success BOOLEAN NOT NULL DEFAULT 1,
    error_message TEXT
)
""",
    "CREATE INDEX idx_schema_version_applied ON schema_version(applied_at DESC)",
    "CREATE INDEX idx_enforcement_log_success ON enforcement_log(success, timestamp DESC)",
    "CREATE INDEX idx_positions_updated ON positions(updated_at DESC)",
    "CREATE INDEX idx_orders_state_account ON orders(state, account_id)",
)


def _run(connection: sqlite3.Connection, upgrade: Upgrade) -> int:
    for sql in _STATEMENTS:
        connection.execute(sql)
    connection.execute(_BASELINE, (time_text(upgrade.now),))
    return 0


STEP = Step(
    before=1,
    after=2,
    description="History of the schema and indexes for looking back",
    statements=_STATEMENTS,
    run=_run,
    history="""
INSERT INTO schema_version (version, applied_at, description, migration_script,
    execution_time_ms, success)
VALUES (:version, :at, :description, :script, :ms, 1)
""",
)
