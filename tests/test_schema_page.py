"""The page of old and new names is true: each old one is on it, each new one exists."""

import dataclasses
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from curb.config.models import AccountTable
from curb.domain import actions, audit, book, decisions, events, locks, market
from curb.gateway.credentials import Credentials
from curb.rules.listing import RULES
from curb.rules.rule import Rule
from curb.state.account import AccountState
from curb.store.tables import TABLES
from curb.wire import codes
from tests.store.samples import inline

PAGE = Path(__file__).parents[1] / ".github" / "schema.md"

# As the documents of the two earlier versions name them, later corrections included.
OLD_TABLES = {
    "lockouts": "account_id is_locked reason locked_at locked_until expires_at rule_id created_at"
    " updated_at",
    "daily_pnl": "account_id date realized_pnl unrealized_pnl last_updated",
    "contract_cache": "contract_id tick_size tick_value symbol_id name cached_at",
    "trade_history": "id account_id timestamp contract_id pnl created_at",
    "session_state": "account_id session_start updated_at clocked_in clock_in_time clock_out_time"
    " total_duration_seconds",
    "positions": "id account_id contract_id type size average_price created_at updated_at",
    "orders": "id account_id contract_id type side size limit_price stop_price state created_at"
    " updated_at",
    "enforcement_log": "id timestamp account_id rule_id action reason success details"
    " execution_time_ms positions_closed orders_canceled error_message",
    "reset_schedule": "account_id last_reset_date next_reset_time reset_time_config timezone",
    "schema_version": "version applied_at description migration_script rollback_script"
    " execution_time_ms success error_message",
    "daily_unrealized_pnl": "account_id timestamp unrealized_pnl positions_count total_exposure"
    " created_at",
    "account": "account_id username api_key",
    "quote_tracker": "contract_id bid ask last timestamp",
}
# Named by rules, and never laid out.
OLD_OTHERS = (
    "daily_unrealized_profit trades session_trade_counts loss_cooldowns losing_trades"
    " pending_stop_loss account_restrictions account_current_state symbol_lockouts"
    " blocked_position_closures auto_trade_management stop_modifications"
)
OLD_INDEXES = (
    "idx_lockouts_until idx_daily_pnl_date idx_contract_cache_symbol"
    " idx_trade_history_account_time idx_trade_history_timestamp idx_positions_account"
    " idx_positions_contract idx_orders_account idx_orders_contract idx_orders_state"
    " idx_enforcement_account idx_enforcement_timestamp idx_enforcement_rule"
    " idx_enforcement_log_success idx_positions_updated idx_orders_state_account"
    " idx_daily_unrealized_pnl_date idx_daily_unrealized_pnl_account_date"
    " idx_schema_version_applied"
)
OLD_CLASSES = {
    "Position": "id account_id contract_id type size average_price created_at updated_at"
    " unrealized_pnl",
    "Order": "id account_id contract_id type side size state limit_price stop_price"
    " trailing_amount fill_price filled_size created_at updated_at is_stop_loss",
    "Trade": "id account_id contract_id quantity profit_and_loss execution_time entry_price"
    " exit_price timestamp",
    "Quote": "contract_id bid ask last timestamp",
    "ContractMetadata": "contract_id symbol_id name tick_size tick_value point_value exchange"
    " expiration cached_at",
    "Lockout": "account_id is_locked reason rule_id locked_at locked_until created_at updated_at",
    "EnforcementAction": "type reason rule_id account_id lockout_until lockout_duration_seconds"
    " order_id position_id stop_price executed success error_message created_at executed_at",
    "EnforcementLog": "id account_id rule_id action reason success error_message positions_closed"
    " orders_canceled timestamp execution_time_ms",
    "Timer": "account_id timer_type rule_id started_at expires_at duration_seconds is_active",
    "DailyPnl": "account_id date realized_pnl trade_count last_updated",
    "DailyUnrealizedPnl": "account_id timestamp unrealized_pnl positions_count total_exposure"
    " created_at",
    "RuleConfig": "rule_id name enabled params",
    "AccountConfig": "account_id username api_key enabled nickname",
    "PositionType": "LONG SHORT",
    "OrderType": "MARKET LIMIT STOP STOP_LIMIT TRAILING_STOP",
    "OrderSide": "BUY SELL",
    "OrderState": "ACTIVE FILLED CANCELED REJECTED PARTIAL",
    "EnforcementActionType": "CLOSE_ALL_POSITIONS CLOSE_ALL_AND_LOCKOUT COOLDOWN REJECT_ORDER"
    " AUTO_STOP_LOSS",
    "LockoutReason": "DAILY_LOSS DAILY_UNREALIZED_LOSS MAX_CONTRACTS TRADE_FREQUENCY COOLDOWN"
    " NO_STOP_LOSS SESSION_BLOCK SYMBOL_BLOCK ADMIN_OVERRIDE",
    "TimerType": "COOLDOWN GRACE_PERIOD",
}
_NOT_KEPT = "not kept"
_CODE = re.compile(r"`([^`]+)`")


def old_names() -> list[str]:
    named = {**OLD_TABLES, **OLD_CLASSES}
    members = [f"{name}.{each}" for name, each_of in named.items() for each in each_of.split()]
    return [*OLD_TABLES, *OLD_OTHERS.split(), *OLD_INDEXES.split(), *members]


def laid_out() -> tuple[dict[str, set[str]], set[str]]:
    """Return the columns of each table and the indexes, as SQLite has them."""
    connection = inline(())
    found = {
        table: {name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")}
        for table in TABLES
    }
    indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    names = {name for (name,) in connection.execute(indexes)}
    connection.close()
    return found, names


COLUMNS, INDEXES = laid_out()


def classes() -> dict[str, type]:
    modules = (actions, audit, book, decisions, events, locks, market)
    found = [c for module in modules for _, c in inspect.getmembers(module, inspect.isclass)]
    found += [*RULES, Rule, AccountState, AccountTable, Credentials]
    by_name = {kind.__name__: kind for kind in found if kind.__module__.startswith("curb.")}
    coded = inspect.getmembers(codes, inspect.isclass)
    return by_name | {f"codes.{name}": kind for name, kind in coded}


CLASSES = classes()


def exists(name: str) -> bool:
    owner, _, member = name.rpartition(".")
    if not owner:
        return name in COLUMNS or name in INDEXES or name in CLASSES
    if owner in COLUMNS:
        return member in COLUMNS[owner]
    kind = CLASSES.get(owner)
    return kind is not None and member in members_of(kind)


def members_of(kind: type) -> set[str]:
    found = {name for name in (*vars(kind), *kind.__annotations__) if not name.startswith("_")}
    if issubclass(kind, BaseModel):
        found |= set(kind.model_fields)
    if dataclasses.is_dataclass(kind):
        found |= {field.name for field in dataclasses.fields(kind)}
    return found


def rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


OLD_PART, NEW_PART = PAGE.read_text().split("\n## New\n")
OLD_ROWS = [(_CODE.findall(old), today, why) for old, today, why in rows(OLD_PART)]
TODAY = {name for _, today, _ in OLD_ROWS for name in _CODE.findall(today)}


def test_every_old_name_stands_on_the_page_once() -> None:
    told = Counter(name for olds, _, _ in OLD_ROWS for name in olds)
    assert told == Counter(old_names())
    assert set(told.values()) == {1}


@pytest.mark.parametrize("row", OLD_ROWS, ids=[olds[0] for olds, _, _ in OLD_ROWS])
def test_what_an_old_name_is_called_today_exists(row: tuple[list[str], str, str]) -> None:
    (old,), today, why = row
    names = _CODE.findall(today)
    assert [name for name in names if not exists(name)] == []
    assert names or (today == _NOT_KEPT and why)
    assert _last(names[0]) == _last(old) or why if names else True


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def test_what_has_no_old_name_is_listed_as_new() -> None:
    listed = list(rows(NEW_PART))
    tables = {
        (table, column)
        for names, columns, _ in (row for row in listed if len(row) == 3)
        for table in _CODE.findall(names)
        for column in _CODE.findall(columns)
    }
    columns = {(table, column) for table, found in COLUMNS.items() for column in found}
    assert tables == {(t, c) for t, c in columns if f"{t}.{c}" not in TODAY}
    indexes = {name for row in listed if len(row) == 2 for name in _CODE.findall(row[0])}
    assert indexes == INDEXES - TODAY
    assert all(row[-1] for row in listed)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lockouts", True),
        ("lockouts.reason", True),
        ("idx_lockouts_until", True),
        ("Order.filled", True),
        ("OrderType.STOP", True),
        ("Rule.id", True),
        ("lockouts.expires_at", False),
        ("idx_lockouts", False),
        ("lockout", False),
        ("Order.filled_size", False),
        ("OrderType.STOPPED", False),
        ("Nobody.id", False),
    ],
)
def test_a_name_that_does_not_exist_is_noticed(name: str, expected: bool) -> None:
    assert exists(name) is expected
