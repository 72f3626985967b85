from typing import Any

import pytest

from curb.domain.audit import Act
from curb.domain.book import OrderStatus, OrderType
from curb.domain.locks import LockKind
from curb.store.migrations import old_words as old


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("RULE-003", "RULE-003"),
        ("rule_3", "RULE-003"),
        ("RULE 012", "RULE-012"),
        (" RULE-001 ", "RULE-001"),
        ("RULE-1234", "ENGINE"),
        ("RULE-", "ENGINE"),
        ("DailyRealizedLoss", "ENGINE"),
        ("", "ENGINE"),
        ("manual", "MANUAL"),
        ("SELF-LOCK", "SELF-LOCK"),
    ],
)
def test_rules(name: str, rule: str) -> None:
    assert old.rule_of(name) == rule


@pytest.mark.parametrize(
    ("rule", "reason", "kind"),
    [
        ("ENGINE", "COOLDOWN", LockKind.COOLDOWN),
        ("ENGINE", "trade_frequency ", LockKind.COOLDOWN),
        ("RULE-006", "too fast", LockKind.COOLDOWN),
        ("RULE-007", "", LockKind.COOLDOWN),
        ("RULE-003", "DAILY_LOSS", LockKind.LOCKOUT),
        ("ENGINE", "", LockKind.LOCKOUT),
    ],
)
def test_kinds_of_locks(rule: str, reason: str, kind: LockKind) -> None:
    assert old.kind_of(rule, reason) is kind


@pytest.mark.parametrize(
    ("action", "act"),
    [
        ("CLOSE_ALL_POSITIONS", Act.FLATTEN),
        ("CLOSE_ALL_AND_LOCKOUT", Act.FLATTEN),
        ("COOLDOWN", Act.COOLDOWN),
        ("REJECT_ORDER", Act.CANCEL_ORDERS),
        ("CANCEL_ORDER", Act.CANCEL_ORDERS),
        ("AUTO_STOP_LOSS", Act.PLACE_STOP),
        ("CLOSE_POSITION", Act.CLOSE_POSITION),
        ("CLOSE_POSITION_AND_SYMBOL_LOCKOUT", Act.CLOSE_POSITION),
        ("REDUCE_TO_LIMIT", Act.REDUCE_POSITION),
        ("REMOVE_LOCKOUT", Act.UNLOCK),
        ("SET_LOCKOUT", Act.LOCK),
        ("MODIFY_STOP", Act.MOVE_STOP),
        ("reset", Act.RESET),
        ("Close_All_Positions", Act.FLATTEN),
        ("DANCE", Act.WARN),
        ("", Act.WARN),
    ],
)
def test_actions(action: str, act: Act) -> None:
    assert old.act_of(action) is act


@pytest.mark.parametrize(
    ("text", "details", "is_same"),
    [
        (None, {}, True),
        ("", {}, True),
        ('{"positions_closed": 2}', {"positions_closed": 2}, True),
        ("closed two", {"text": "closed two"}, False),
        ("[1, 2]", {"text": "[1, 2]"}, False),
        ('{"pnl": NaN}', {"text": '{"pnl": NaN}'}, False),
        ("[" * 100_000, {"text": "[" * 100_000}, False),
        (5, {"text": "5"}, False),
    ],
)
def test_details(text: object, details: dict[str, Any], *, is_same: bool) -> None:
    assert old.details_of(text) == (details, is_same)


@pytest.mark.parametrize(
    ("is_from_0", "code", "side", "state"),
    [
        (False, 0, None, OrderStatus.UNKNOWN),
        (False, 1, "buy", OrderStatus.OPEN),
        (False, 2, "sell", OrderStatus.FILLED),
        (False, 3, None, OrderStatus.CANCELLED),
        (False, 4, None, OrderStatus.REJECTED),
        (False, 5, None, OrderStatus.OPEN),
        (True, 0, "buy", OrderStatus.UNKNOWN),
        (True, 1, "sell", OrderStatus.PENDING),
        (True, 2, None, OrderStatus.OPEN),
        (True, 3, None, OrderStatus.FILLED),
        (True, 4, None, OrderStatus.CANCELLED),
        (True, 5, None, OrderStatus.REJECTED),
    ],
)
def test_codes_of_orders(
    code: int, side: str | None, state: OrderStatus, *, is_from_0: bool
) -> None:
    assert old.side_of(code, is_from_0=is_from_0) == side
    assert old.state_of(code, is_from_0=is_from_0) is state


@pytest.mark.parametrize(
    ("code", "has_limit", "has_stop", "kind"),
    [
        (1, False, False, OrderType.MARKET),
        (2, False, False, OrderType.MARKET),
        (1, True, False, OrderType.LIMIT),
        (2, True, False, OrderType.LIMIT),
        (3, False, True, OrderType.STOP),
        (4, False, True, OrderType.STOP),
        (5, False, True, OrderType.TRAILING_STOP),
        (5, False, False, OrderType.TRAILING_STOP),
        (3, True, True, OrderType.STOP_LIMIT),
        (4, True, True, OrderType.STOP_LIMIT),
        (None, False, False, OrderType.MARKET),
    ],
)
def test_types_of_orders(code: object, kind: OrderType, *, has_limit: bool, has_stop: bool) -> None:
    assert old.order_type(code, has_limit=has_limit, has_stop=has_stop) is kind


@pytest.mark.parametrize(
    ("code", "side"), [(1, "long"), (2, "short"), (0, "unknown"), ("x", "unknown")]
)
def test_types_of_positions(code: object, side: str) -> None:
    assert old.position_type(code) == side
