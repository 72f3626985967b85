"""Orders as the gateway tells them: what is believed, what is dropped, what costs the order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from curb.domain.book import Order, OrderStatus, OrderType, Position
from curb.gateway.counters import Counters
from curb.gateway.rows import fill_of, order_of
from curb.paper import orders as paper
from curb.paper.rows import on_stream, order_row
from curb.state.orders import adding
from curb.state.protection import is_protective
from curb.wire import codes
from tests.paper.play import START, listed

ES = "CON.F.US.EP.Z26"
AT = datetime(2026, 11, 20, 14, 59, 59, tzinfo=UTC)
RECORD: dict[str, Any] = {
    "id": 9,
    "accountId": 12,
    "contractId": ES,
    "creationTimestamp": AT.isoformat(),
    "updateTimestamp": None,
    "status": 1,
    "type": 4,
    "side": 1,
    "size": 3,
    "fillVolume": 1,
    "stopPrice": Decimal("6050.50"),
}


def read(**fields: Any) -> tuple[Order | None, Counters]:
    counters = Counters()
    return order_of(RECORD | fields, counters), counters


def believed(**fields: Any) -> Order:
    found, counters = read(**fields)
    assert found is not None
    assert counters == Counters()
    return found


@pytest.mark.parametrize(
    ("fields", "name", "expected"),
    [
        ({}, "trailing_amount", None),
        ({"type": 5, "trailPrice": Decimal("10.00"), "trailDistance": 40}, "trailing_amount", "10"),
        ({"type": 5, "trailPrice": Decimal(-10)}, "trailing_amount", "10"),
        ({"type": 5, "trailPrice": 0}, "trailing_amount", None),
        ({"type": 5, "trailDistance": 40}, "trailing_amount", None),  # of what size is a tick?
        ({"trailPrice": Decimal("10.00")}, "trailing_amount", None),  # a bracket's exit
        ({"filledPrice": Decimal("6051.125")}, "filled_price", "6051.125"),
        ({"filledPrice": Decimal("-0.25")}, "filled_price", "-0.25"),
        ({"filledPrice": 0}, "filled_price", None),
        ({"filledPrice": None}, "filled_price", None),
        ({"type": 1, "limitPrice": Decimal("-37.63")}, "limit_price", "-37.63"),
        ({"stopPrice": Decimal("-37.63")}, "stop_price", "-37.63"),
        ({"type": 2, "limitPrice": 0, "stopPrice": 0}, "limit_price", None),
        ({"type": 2, "limitPrice": 0, "stopPrice": 0}, "stop_price", None),
    ],
)
def test_a_price_of_an_order(fields: dict[str, Any], name: str, expected: str | None) -> None:
    found = getattr(believed(**fields), name)
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("fields", "remaining"),
    [
        ({"fillVolume": 0}, 3),
        ({"fillVolume": None}, 3),
        ({"fillVolume": 3}, 0),
        ({"status": 2, "size": 0, "fillVolume": 0}, 0),
    ],
)
def test_what_is_left_of_an_order(fields: dict[str, Any], remaining: int) -> None:
    assert believed(**fields).remaining == remaining


@pytest.mark.parametrize(
    "fields",
    [
        {"fillVolume": 4},
        {"fillVolume": -1},
        {"fillVolume": "one"},
        {"fillVolume": 10**30},
        {"size": -3, "fillVolume": 0},
        {"status": 1, "type": 1, "stopPrice": None},
        {"stopPrice": None},
        {"stopPrice": 0},
        {"stopPrice": "dear"},
        {"type": 3},
        {"type": 5, "stopPrice": None},
        {"filledPrice": True, "fillVolume": 0},
        {"type": 5, "trailPrice": Decimal("1e400"), "fillVolume": 0},
        {"creationTimestamp": "noon", "fillVolume": 0},
    ],
)
def test_what_is_impossible_is_counted_and_the_order_may_still_add(fields: dict[str, Any]) -> None:
    found, counters = read(**fields)
    assert found is not None
    assert counters.malformed > 0
    assert counters.dropped == 0
    assert not found.status.is_final
    assert found.remaining >= 2
    assert adding(0, [found]) == (found,)


@pytest.mark.parametrize("price", [None, 0, "dear"])
def test_a_stop_without_its_price_protects_nothing(price: Any) -> None:
    held = Position(12, ES, 3, Decimal(6060))
    found, _ = read(stopPrice=price)
    assert found is not None
    assert not is_protective(found, held, Decimal(6060))
    assert is_protective(believed(), held, Decimal(6060))


@pytest.mark.parametrize(
    "fields",
    [
        {"type": 4, "stopPrice": None, "status": 8},
        {"type": 1, "stopPrice": None, "status": 8},
        {"type": 3, "stopPrice": None, "status": 5},
    ],
)
def test_the_child_of_an_entry_and_an_ended_order_need_no_price(fields: dict[str, Any]) -> None:
    believed(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"accountId": "twelve"},
        {"contractId": None},
        {"side": None},
        {"side": 2},
        {"size": None},
        {"size": 0},
        {"size": 0, "status": 0},
        {"size": 0, "status": 8},
        {"size": Decimal("1.5")},
        {"size": 10**30},
    ],
)
def test_an_order_that_cannot_be_told_from_another_is_dropped(fields: dict[str, Any]) -> None:
    found, counters = read(**fields)
    assert found is None
    assert counters.dropped == 1


@pytest.mark.parametrize("ahead", [timedelta(seconds=2), timedelta(seconds=30)])
def test_a_time_ahead_of_ours_is_the_venues(ahead: timedelta) -> None:
    # Nothing here knows the time: a slow clock must not lose a fill.
    at = AT + ahead
    assert believed(creationTimestamp=at.isoformat()).created_at == at
    record = {
        "id": 1,
        "accountId": 12,
        "contractId": ES,
        "creationTimestamp": at.isoformat(),
        "price": Decimal("-37.63"),
        "profitAndLoss": None,
        "side": 0,
        "size": 1,
        "orderId": 2,
    }
    fill = fill_of(record, Counters())
    assert fill is not None
    assert (fill.at, fill.price, fill.pnl) == (at, Decimal("-37.63"), None)


TYPES = [
    (0, "UNKNOWN", OrderType.OTHER),
    (1, "LIMIT", OrderType.LIMIT),
    (2, "MARKET", OrderType.MARKET),
    (3, "STOP_LIMIT", OrderType.STOP_LIMIT),
    (4, "STOP", OrderType.STOP),
    (5, "TRAILING_STOP", OrderType.TRAILING_STOP),
    (6, "JOIN_BID", OrderType.OTHER),
    (7, "JOIN_ASK", OrderType.OTHER),
]
STATUSES = [
    (0, "NONE", OrderStatus.UNKNOWN),
    (1, "OPEN", OrderStatus.OPEN),
    (2, "FILLED", OrderStatus.FILLED),
    (3, "CANCELLED", OrderStatus.CANCELLED),
    (4, "EXPIRED", OrderStatus.EXPIRED),
    (5, "REJECTED", OrderStatus.REJECTED),
    (6, "PENDING", OrderStatus.PENDING),
    (7, "PENDING_CANCELLATION", OrderStatus.PENDING_CANCELLATION),
    (8, "SUSPENDED", OrderStatus.SUSPENDED),
]


@pytest.mark.parametrize(("number", "name", "kind"), TYPES)
def test_every_type_that_the_gateway_lists(number: int, name: str, kind: OrderType) -> None:
    prices = dict.fromkeys(("limitPrice", "stopPrice", "trailPrice"), Decimal(6000))
    assert believed(type=number, **prices).type is kind
    assert codes.OrderType(number).name == name


@pytest.mark.parametrize(("number", "name", "status"), STATUSES)
def test_every_status_that_the_gateway_lists(number: int, name: str, status: OrderStatus) -> None:
    assert believed(status=number).status is status
    assert codes.OrderStatus(number).name == name


def test_no_number_of_the_gateway_is_left_out() -> None:
    assert [number for number, *_ in TYPES] == [kind.value for kind in codes.OrderType]
    assert [number for number, *_ in STATUSES] == [status.value for status in codes.OrderStatus]


def test_the_paper_gateways_trailing_stop_tells_its_distance_and_fill() -> None:
    contract = listed("ES")
    sell, trail = codes.OrderSide.ASK, codes.OrderType.TRAILING_STOP
    ticket = paper.Ticket(contract.id, trail, sell, 2, stop=Decimal(6590))
    order = paper.Order(
        9, ticket, codes.OrderStatus.OPEN, START, START, 1, Decimal("6591.25"), distance=40
    )
    row = order_row(12, contract, order)
    for record in (row, on_stream(1, row)["data"]):
        counters = Counters()
        found = order_of(record, counters)
        assert found is not None
        assert (found.trailing_amount, found.filled_price) == (Decimal(10), Decimal("6591.25"))
        assert counters == Counters()
