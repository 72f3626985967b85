"""User-hub messages as events, in every shape in which the gateway sends them."""

from collections.abc import Callable
from typing import Any

from curb.domain.events import AccountSeen, Event, FillSeen, OrderSeen, PositionSeen
from curb.gateway.counters import Counters
from curb.gateway.rows import account_of, fill_of, order_of, position_of
from curb.wire import names

# {action, data}, in a list, as an argument: deeper nesting is no shape of the gateway's.
_MAX_DEPTH = 5


def _account(record: Any, counters: Counters) -> Event | None:
    account = account_of(record, counters)
    return AccountSeen(account) if account else None


def _order(record: Any, counters: Counters) -> Event | None:
    order = order_of(record, counters)
    return OrderSeen(order) if order else None


def _position(record: Any, counters: Counters) -> Event | None:
    position = position_of(record, counters)
    return PositionSeen(position) if position else None


def _fill(record: Any, counters: Counters) -> Event | None:
    fill = fill_of(record, counters)
    return FillSeen(fill) if fill else None


_EVENTS: dict[str, Callable[[Any, Counters], Event | None]] = {
    names.USER_ACCOUNT.lower(): _account,
    names.USER_ORDER.lower(): _order,
    names.USER_POSITION.lower(): _position,
    names.USER_TRADE.lower(): _fill,
}


def user_events(target: str, arguments: Any, counters: Counters) -> list[Event]:
    """Return what a user-hub message tells. Unusable records are counted; nothing is raised."""
    event_of = _EVENTS.get(target.lower())
    events: list[Event] = []
    if event_of is not None:
        for record in records(arguments, counters):
            event = event_of(record, counters)
            if event is not None:
                events.append(event)
    return events


def records(value: Any, counters: Counters, depth: int = 0) -> list[dict[str, Any]]:
    """Return the records in `value`: bare, under `data`, in lists, or any mix of these."""
    # As a rule it is one, however wrapped.
    while depth <= _MAX_DEPTH:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        elif isinstance(value, dict):
            if "data" not in value:
                return [value]
            value = value["data"]
        else:
            break
        depth += 1
    if depth > _MAX_DEPTH:
        counters.malform("nesting")
    elif isinstance(value, list):
        return [record for item in value for record in records(item, counters, depth + 1)]
    else:
        counters.malform("record")
    return []
