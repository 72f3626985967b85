"""How SQLite finds what each statement of the store asks for: by an index, never row by row."""

import ast
import importlib
import pkgutil
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from curb import store
from curb.domain.query import AuditQuery
from curb.domain.severity import Severity
from curb.store import archive, sealing, tables
from curb.store.archive import AuditArchive
from tests.bench.past import fill

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
VERB = re.compile(r"\s*(SELECT|WITH|INSERT|REPLACE|UPDATE|DELETE)\b")
INDEX = re.compile(r"USING (?:COVERING )?INDEX (\w+)")

GROWING = {
    "enforcement_log",
    "audit_chain",
    "trade_history",
    "daily_pnl",
    "daily_unrealized_pnl",
    "contract_cache",
    "orders",
    "positions",
}
# What reads a table that grows from end to end, and why it may.
WHOLE = {
    "reading.CONTRACTS": "every contract is needed at a start; retention ends those of last year",
    "reading.DAYS": "a row for a day, of ninety days",
    "reading.POSITIONS": "every open position is needed at a start",
    "reading.ORDERS": "every working order is, too",
    "retention._OLD_CONTRACTS": "once a day, of the contracts of a year",
    "retention._NAMED": "once a day while nothing is open, of the fills of a week",
    "sealing._LINES": "the seal is over every contract",
    "checking.SEALED": "the same",
    "sealing._SEAL": "the same",
    "verifying._ROWS": "a trader asks whether every row is as it was written",
    "verifying._LINKS": "the same",
    "retention._CHAIN": "from its beginning only as far as the first link that stays",
    "statistics.TALLIES": "a partial index over enforcements only, in the order of its groups",
    "statistics.SLOWEST": "the same index; rows are looked up for ten",
}
# Modules whose statements meet another schema than today's.
OTHER_SCHEMA = ("migration", "migrations", "migrating", "steps")
# Statements made inside a function, and what stands for them here.
INSIDE = {
    "archive._rows": "test_a_page_of_the_audit_is_found_in_its_order",
    "archive.count": "test_a_page_of_the_audit_is_found_in_its_order",
    "opening.header": "reads the schema, not a table",
    "opening._check": "the same",
    "checking._schema": "the same",
    "manifest.content_of": "the same, and the newest row by its id",
    "manifest._table": "a backup reads every row, from its own copy",
    "backup._snapshot": "the page of the schema alone",
    "names.count": "counts every row, where a trader asks for it",
}
# Of the documents that the schema grew from: for who asks with SQL of his own, as here. It has
# to be named where the primary key, or an index that has more, would do as well.
FOR_REPORTS = {
    "idx_lockouts_until": "SELECT rule_id FROM lockouts WHERE locked_until < '2026-11-20'",
    "idx_daily_unrealized_pnl_account_date": "SELECT trading_day FROM daily_unrealized_pnl "
    "INDEXED BY idx_daily_unrealized_pnl_account_date WHERE account_id = 1 "
    "ORDER BY trading_day DESC",
    "idx_trade_history_account_time": "SELECT id FROM trade_history WHERE account_id = 1 "
    "ORDER BY timestamp DESC LIMIT 10",
    "idx_positions_account": "SELECT count(*) FROM positions INDEXED BY idx_positions_account "
    "WHERE account_id = 1",
    "idx_orders_account": "SELECT count(*) FROM orders INDEXED BY idx_orders_account "
    "WHERE account_id = 1",
    "idx_orders_state": "SELECT id FROM orders INDEXED BY idx_orders_state WHERE state = 'OPEN'",
    "idx_orders_state_account": "SELECT id FROM orders WHERE state = 'OPEN' AND account_id = 1",
}
QUERIES = (
    AuditQuery(),
    AuditQuery(rule="RULE-003"),
    AuditQuery(rule="MANUAL"),
    AuditQuery(account_id=1),
    *(AuditQuery(severity=each) for each in Severity),
    AuditQuery(rule="RULE-003", severity=Severity.WARNED, account_id=1),
    AuditQuery(words=("limit",)),
    AuditQuery(words=("straße", "mnq"), rule="RULE-003"),
)


def _modules() -> Iterator[str]:
    for found in pkgutil.iter_modules(store.__path__):
        if found.name not in OTHER_SCHEMA:
            yield found.name


def _statements(value: object) -> Iterator[str]:
    if isinstance(value, str) and VERB.match(value):
        yield value
    elif isinstance(value, Mapping):
        yield from _statements(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _statements(each)
    elif isinstance(value, set | frozenset):
        yield from _statements(tuple(sorted(map(str, value))))


@cache
def product() -> dict[str, str]:
    """Every constant statement, each once, under the first name that it has."""
    found: dict[str, str] = {}
    for name in _modules():
        module = importlib.import_module(f"curb.store.{name}")
        for constant, value in vars(module).items():
            for number, sql in enumerate(_statements(value)):
                if sql not in found.values():
                    place = f"{name}.{constant}"
                    found[place if place not in found else f"{place}[{number}]"] = sql
    return found


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of some months that nobody analyzed."""
    found = tmp_path_factory.mktemp("past") / "state.db"
    fill(found, 12_000, 600, NOW, lambda _: None)
    return found


@pytest.fixture(scope="module")
def analyzed(path: Path) -> Path:
    found = path.with_name("analyzed.db")
    found.write_bytes(path.read_bytes())
    with _opened(found) as connection:
        connection.execute("ANALYZE")
    return found


@pytest.fixture(params=["path", "analyzed"])
def connection(request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    with _opened(request.getfixturevalue(request.param)) as found:
        yield found


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    found = sqlite3.connect(path, isolation_level=None)
    sealing.teach(found)
    found.create_function("folded", -1, archive._folded, deterministic=True)
    try:
        yield found
    finally:
        found.close()


def plan(connection: sqlite3.Connection, sql: str) -> list[str]:
    numbers = [int(number) for number in re.findall(r"\?(\d+)", sql)]
    values = (1,) * max([sql.count("?") if not numbers else 0, *numbers])
    return [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def walks(steps: list[str]) -> list[str]:
    """Return the steps that walk a growing table, and not an index that has all they need."""
    found = [step for step in steps if step.startswith("SCAN ")]
    return [step for step in found if step.split()[1] in GROWING and "COVERING INDEX" not in step]


def pages(path: Path, query: AuditQuery) -> list[str]:
    """Return the statements that reading the audit by a query comes to, values and all."""
    told: list[str] = []

    class Traced(AuditArchive):
        @contextmanager
        def _opened(self) -> Iterator[sqlite3.Connection]:
            with super()._opened() as connection:
                connection.set_trace_callback(told.append)
                yield connection

    found = Traced(path)
    found.older(query, None, 200)
    found.older(query, 5_000, 200)
    found.newer(query, 5_000, 200)
    found.oldest(query, 200)
    found.count(query)
    found.row(77)
    assert all(VERB.match(sql) for sql in told)
    return told


@pytest.mark.parametrize("name", product())
def test_no_statement_walks_a_table_that_grows(name: str, connection: sqlite3.Connection) -> None:
    assert not walks(plan(connection, product()[name])) or name in WHOLE


def test_who_may_walk_does() -> None:
    """A reason whose statement is gone or has an index now is taken away."""
    connection = sqlite3.connect(":memory:")
    for sql in tables.CREATE:
        connection.execute(sql)
    sealing.teach(connection)
    needed = {name for name, sql in product().items() if walks(plan(connection, sql))}
    connection.close()
    assert needed == set(WHOLE)


@pytest.mark.parametrize("query", QUERIES, ids=repr)
def test_a_page_of_the_audit_is_found_in_its_order(
    path: Path, connection: sqlite3.Connection, query: AuditQuery
) -> None:
    for sql in pages(path, query):
        steps = plan(connection, sql)
        assert not any("TEMP B-TREE" in step for step in steps), (sql, steps)
        # Words may stand anywhere: nobody but the reader of every row finds them.
        is_counted = "count(*)" in sql and (query.words or query == AuditQuery(account_id=1))
        assert not walks(steps) or is_counted, (sql, steps)


def test_every_statement_inside_a_function_is_known() -> None:
    found = set()
    for name in _modules():
        source = importlib.import_module(f"curb.store.{name}").__file__
        assert source
        tree = ast.parse(Path(source).read_text())
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                nodes = [node for node in ast.walk(function) if isinstance(node, ast.Constant)]
                if any(isinstance(node.value, str) and VERB.match(node.value) for node in nodes):
                    found.add(f"{name}.{function.name}")
    assert found == set(INSIDE)


def test_every_index_is_used_or_kept_for_reports(path: Path, analyzed: Path) -> None:
    named = {found[1] for sql in tables.INDEXES if (found := re.search(r"INDEX (\w+)", sql))}
    used: set[str] = set()
    for file in (path, analyzed):
        with _opened(file) as connection:
            asked = [*product().values(), *(sql for query in QUERIES for sql in pages(path, query))]
            steps = [step for sql in asked for step in plan(connection, sql)]
            there = connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")
            assert named <= {name for (name,) in there}
        used |= {name for step in steps for name in INDEX.findall(step)}
    assert named - used == set(FOR_REPORTS)


@pytest.mark.parametrize(("index", "sql"), FOR_REPORTS.items())
def test_what_is_kept_for_reports_serves_one(
    index: str, sql: str, connection: sqlite3.Connection
) -> None:
    assert any(index in INDEX.findall(step) for step in plan(connection, sql))
