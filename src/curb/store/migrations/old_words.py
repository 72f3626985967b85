"""What the numbers and names of schema v1 and v2 mean in today's words."""

import json
import re
from typing import Any

from curb.domain.audit import CONFIG, ENGINE, LINK, MANUAL, SELF_LOCK, Act
from curb.domain.book import OrderStatus, OrderType
from curb.domain.locks import LockKind

_RULE = re.compile(r"RULE[-_ ]?(\d{1,3})", re.IGNORECASE | re.ASCII)
_OWN_RULES = frozenset((MANUAL, SELF_LOCK, CONFIG, LINK, ENGINE))

_COOLING_REASONS = frozenset(("COOLDOWN", "TRADE_FREQUENCY"))
_COOLING_RULES = frozenset(("RULE-006", "RULE-007"))

_ACTS = {
    "CLOSE_ALL_POSITIONS": Act.FLATTEN,
    "CLOSE_ALL_AND_LOCKOUT": Act.FLATTEN,
    "COOLDOWN": Act.COOLDOWN,
    "REJECT_ORDER": Act.CANCEL_ORDERS,
    "CANCEL_ORDER": Act.CANCEL_ORDERS,
    "CANCEL_ALL_ORDERS": Act.CANCEL_ORDERS,
    "AUTO_STOP_LOSS": Act.PLACE_STOP,
    "CREATE_STOP": Act.PLACE_STOP,
    "CLOSE_POSITION": Act.CLOSE_POSITION,
    "CLOSE_POSITION_AND_SYMBOL_LOCKOUT": Act.CLOSE_POSITION,
    "REDUCE_TO_LIMIT": Act.REDUCE_POSITION,
    "REMOVE_LOCKOUT": Act.UNLOCK,
    "SET_LOCKOUT": Act.LOCK,
    "MODIFY_STOP": Act.MOVE_STOP,
}
_OWN_ACTS = {act.value: act for act in Act}

# By the code in the file: the documents' own, and those of a file that counts sides from 0.
_STATES = {
    1: OrderStatus.OPEN,
    2: OrderStatus.FILLED,
    3: OrderStatus.CANCELLED,
    4: OrderStatus.REJECTED,
    5: OrderStatus.OPEN,  # filled in part
}
_STATES_FROM_0 = {
    1: OrderStatus.PENDING,
    2: OrderStatus.OPEN,
    3: OrderStatus.FILLED,
    4: OrderStatus.CANCELLED,
    5: OrderStatus.REJECTED,
}
_SIDES = {1: "buy", 2: "sell"}
_SIDES_FROM_0 = {0: "buy", 1: "sell"}
_TRAILING = 5

_POSITIONS = {1: "long", 2: "short"}


def rule_of(name: str) -> str:
    """Return the rule that a name means, the engine where it means none."""
    if name.upper() in _OWN_RULES:
        return name.upper()
    found = _RULE.fullmatch(name.strip())
    return f"RULE-{int(found[1]):03}" if found else ENGINE


def kind_of(rule: str, reason: str) -> LockKind:
    """Return what a lock forbids."""
    is_cooling = rule in _COOLING_RULES or reason.strip().upper() in _COOLING_REASONS
    return LockKind.COOLDOWN if is_cooling else LockKind.LOCKOUT


def act_of(action: str) -> Act:
    """Return the act that an action was; a warning where it means none."""
    word = action.strip()
    return _ACTS.get(word.upper()) or _OWN_ACTS.get(word.lower()) or Act.WARN


def details_of(text: object) -> tuple[dict[str, Any], bool]:
    """Return the details of an audit row, and whether they stand there as they were."""
    if text is None or text == "":
        return {}, True
    try:
        found = json.loads(str(text), parse_constant=_refuse)
    except (ValueError, RecursionError):
        found = None
    return (found, True) if isinstance(found, dict) else ({"text": str(text)}, False)


def side_of(code: int, *, is_from_0: bool) -> str | None:
    """Return the side of an order, None of another code."""
    return (_SIDES_FROM_0 if is_from_0 else _SIDES).get(code)


def state_of(code: int, *, is_from_0: bool) -> OrderStatus:
    """Return where an order stood."""
    return (_STATES_FROM_0 if is_from_0 else _STATES).get(code, OrderStatus.UNKNOWN)


def order_type(code: object, *, has_limit: bool, has_stop: bool) -> OrderType:
    """Return the type of an order by its prices: the codes of two documents contradict."""
    if has_limit:
        return OrderType.STOP_LIMIT if has_stop else OrderType.LIMIT
    if code == _TRAILING:
        return OrderType.TRAILING_STOP
    return OrderType.STOP if has_stop else OrderType.MARKET


def position_type(code: object) -> str:
    """Return the side of a position, "unknown" of another code."""
    return _POSITIONS.get(code, "unknown") if isinstance(code, int) else "unknown"


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
