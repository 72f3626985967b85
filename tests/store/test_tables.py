from dataclasses import replace
from itertools import product

import pytest

from curb.domain.actions import SaveAudit
from curb.domain.audit import Act
from curb.domain.severity import DEEDS, QUIET, Severity, severity
from curb.store.tables import APPLICATION_ID, DEED, SEVERITY, TABLES, USER_VERSION

from .samples import EVERY_KIND, ROW, inline

# As the documents name them, that this schema grew from.
V1_TABLES = (
    "lockouts",
    "daily_pnl",
    "contract_cache",
    "trade_history",
    "session_state",
    "positions",
    "orders",
    "enforcement_log",
    "reset_schedule",
)
NAMED_INDEXES = {
    "idx_lockouts_until",
    "idx_daily_pnl_date",
    "idx_contract_cache_symbol",
    "idx_trade_history_account_time",
    "idx_trade_history_timestamp",
    "idx_positions_account",
    "idx_positions_contract",
    "idx_orders_account",
    "idx_orders_contract",
    "idx_orders_state",
    "idx_enforcement_account",
    "idx_enforcement_timestamp",
    "idx_enforcement_rule",
    "idx_schema_version_applied",
    "idx_enforcement_log_success",
    "idx_enforcement_times",
    "idx_enforcement_severity",
    "idx_positions_updated",
    "idx_orders_state_account",
    "idx_daily_unrealized_pnl_date",
    "idx_daily_unrealized_pnl_account_date",
}


def test_the_nine_tables_of_the_first_schema_and_their_indexes_exist() -> None:
    connection = inline(())
    names = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE sql NOTNULL")
    }
    connection.close()
    assert names >= {*V1_TABLES, "schema_version", "timers", "engine_state"}
    assert names >= NAMED_INDEXES


def test_the_file_says_whose_it_is_and_when_it_was_made() -> None:
    connection = inline(())
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert connection.execute("PRAGMA user_version").fetchone() == (USER_VERSION,)
    history = connection.execute("SELECT version, description, success FROM schema_version")
    assert history.fetchall() == [(USER_VERSION, "Created", 1)]
    (applied_at,) = connection.execute("SELECT applied_at FROM schema_version").fetchone()
    connection.close()
    assert len(applied_at) == len("2026-11-20T15:30:00.123+00:00")
    assert applied_at.endswith("+00:00")
    assert APPLICATION_ID.to_bytes(4, "big") == b"CURB"


# What no record of the engine fills: migrations, upkeep and the trusted time do.
NOT_RECORDED = {
    "engine_state",
    "audit_chain",
    "audit_segments",
    "kept_rows",
    "daily_unrealized_pnl",
}


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_real_and_every_table_is_filled_by_some_record(table: str) -> None:
    connection = inline(EVERY_KIND)
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    assert {kind for _, _, kind, *_ in columns} <= {"INTEGER", "TEXT"}
    for _, column, *_ in columns:
        query = f"SELECT DISTINCT typeof({column}) FROM {table}"  # noqa: S608 - our own names
        found = {kind for (kind,) in connection.execute(query)}
        assert found <= {"integer", "text", "null"}
        assert found or table in NOT_RECORDED
    connection.close()


def test_the_words_of_the_indexes_mean_what_the_domain_says() -> None:
    order = (Severity.ROUTINE, Severity.TOLD, Severity.WARNED, Severity.ENFORCED)
    every = product(Act, (True, None, False), (*QUIET, "RULE-003", "MANUAL"))
    rows = [
        replace(ROW, id=number, action=act, success=success, rule=rule)
        for number, (act, success, rule) in enumerate(every, 1)
    ]
    connection = inline(map(SaveAudit, rows))
    sql = f"SELECT {SEVERITY}, {DEED} FROM enforcement_log ORDER BY id"  # noqa: S608 - ours
    found = connection.execute(sql).fetchall()
    connection.close()
    assert found == [(order.index(severity(row)), row.action in DEEDS) for row in rows]
