import random
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from curb.domain.book import Account, Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountSeen, Event, FillSeen, OrderSeen, PositionSeen
from curb.gateway.counters import Counters
from curb.gateway.decode import user_events

ES = "CON.F.US.EP.Z26"
STAMP = "2026-11-20T14:59:59.1234567+00:00"
AT = datetime(2026, 11, 20, 14, 59, 59, 123456, tzinfo=UTC)

ACCOUNT: dict[str, Any] = {
    "id": 12,
    "name": "PRAC-V2-12",
    "balance": Decimal("50000.25"),
    "canTrade": True,
    "isVisible": True,
    "simulated": True,
}
POSITION: dict[str, Any] = {
    "id": 825245547,
    "accountId": 12,
    "contractId": ES,
    "contractDisplayName": "ESZ6",
    "creationTimestamp": STAMP,
    "type": 2,
    "size": 3,
    "averagePrice": Decimal("6064.25"),
}
ORDER: dict[str, Any] = {
    "id": 3425270858,
    "accountId": 12,
    "contractId": ES,
    "creationTimestamp": STAMP,
    "updateTimestamp": STAMP,
    "status": 1,
    "type": 4,
    "side": 1,
    "size": 2,
    "fillVolume": 1,
    "stopPrice": Decimal("6050.50"),
    "customTag": "mine",
    "parentOrderId": 7,
}
TRADE: dict[str, Any] = {
    "id": 99,
    "accountId": 12,
    "contractId": ES,
    "creationTimestamp": STAMP,
    "price": Decimal("6064.25"),
    "profitAndLoss": Decimal("-12.50"),
    "fees": Decimal("1.40"),
    "commissions": Decimal("0.25"),
    "side": 0,
    "size": 1,
    "voided": False,
    "orderId": 3425270858,
}
HELD = Position(12, ES, -3, Decimal("6064.25"), AT, 825245547)


def decode(target: str, *arguments: Any) -> tuple[list[Event], Counters]:
    counters = Counters()
    return user_events(target, list(arguments), counters), counters


@pytest.mark.parametrize(
    ("target", "record", "expected"),
    [
        (
            "GatewayUserAccount",
            ACCOUNT,
            AccountSeen(
                Account(12, "PRAC-V2-12", Decimal("50000.25"), can_trade=True, is_simulated=True)
            ),
        ),
        ("GatewayUserPosition", POSITION, PositionSeen(HELD)),
        (
            "GatewayUserOrder",
            ORDER,
            OrderSeen(
                Order(
                    id=3425270858,
                    account_id=12,
                    contract_id=ES,
                    side=Side.SELL,
                    type=OrderType.STOP,
                    status=OrderStatus.OPEN,
                    size=2,
                    filled=1,
                    stop_price=Decimal("6050.50"),
                    created_at=AT,
                    updated_at=AT,
                    tag="mine",
                    parent_id=7,
                )
            ),
        ),
        (
            "GatewayUserTrade",
            TRADE,
            FillSeen(
                Fill(
                    id=99,
                    account_id=12,
                    contract_id=ES,
                    order_id=3425270858,
                    side=Side.BUY,
                    size=1,
                    price=Decimal("6064.25"),
                    at=AT,
                    pnl=Decimal("-12.50"),
                    fees=Decimal("1.40"),
                    commissions=Decimal("0.25"),
                )
            ),
        ),
    ],
)
def test_a_record_becomes_its_event(target: str, record: dict[str, Any], expected: Event) -> None:
    for shape in (record, {"action": 1, "data": record}, [record], {"data": [record]}):
        found, counters = decode(target, shape)
        assert found == [expected]
        assert counters == Counters()
    assert decode(target.lower(), record)[0] == [expected]
    assert decode(target, [{"action": 0, "data": record}, record])[0] == [expected, expected]
    assert decode(target, {"data": {**record, "unheardOf": {"deep": [1]}}})[0] == [expected]


@pytest.mark.parametrize(
    ("fields", "size", "is_side_known"),
    [
        ({"type": 1}, 3, True),
        ({"type": 2}, -3, True),
        ({"type": 0}, 3, False),
        ({"type": None}, 3, False),
        ({"type": 9}, 3, False),
        ({"type": "long"}, 3, False),
        ({"type": 0, "size": 0}, 0, True),
        ({"type": 2, "size": 0}, 0, True),
    ],
)
def test_a_positions_direction_is_its_type(
    fields: dict[str, Any], size: int, is_side_known: bool
) -> None:
    found, _ = decode("GatewayUserPosition", {**POSITION, **fields})
    assert [
        (e.position.size, e.position.is_side_known) for e in found if isinstance(e, PositionSeen)
    ] == [(size, is_side_known)]


def test_an_average_price_of_zero_is_unknown() -> None:
    (event,), _ = decode("GatewayUserPosition", {**POSITION, "averagePrice": 0})
    assert isinstance(event, PositionSeen)
    assert event.position.average_price is None


@pytest.mark.parametrize(
    ("fields", "kind", "status", "unknown"),
    [
        ({"type": 1, "status": 6}, OrderType.LIMIT, OrderStatus.PENDING, 0),
        ({"type": 2, "status": 2}, OrderType.MARKET, OrderStatus.FILLED, 0),
        ({"type": 3, "status": 8}, OrderType.STOP_LIMIT, OrderStatus.SUSPENDED, 0),
        ({"type": 5, "status": 7}, OrderType.TRAILING_STOP, OrderStatus.PENDING_CANCELLATION, 0),
        ({"type": 6, "status": 3}, OrderType.OTHER, OrderStatus.CANCELLED, 0),
        ({"type": 0, "status": 0}, OrderType.OTHER, OrderStatus.UNKNOWN, 0),
        ({"type": 4, "status": 4}, OrderType.STOP, OrderStatus.EXPIRED, 0),
        ({"type": 4, "status": 5}, OrderType.STOP, OrderStatus.REJECTED, 0),
        ({"type": 77, "status": 78}, OrderType.OTHER, OrderStatus.UNKNOWN, 2),
        ({"type": None, "status": None}, OrderType.OTHER, OrderStatus.UNKNOWN, 0),
    ],
)
def test_an_unlisted_number_is_counted_and_survived(
    fields: dict[str, Any], kind: OrderType, status: OrderStatus, unknown: int
) -> None:
    (event,), counters = decode("GatewayUserOrder", {**ORDER, **fields})
    assert isinstance(event, OrderSeen)
    assert (event.order.type, event.order.status) == (kind, status)
    assert counters.unknown_enum == unknown


def test_a_half_that_opened_exposure_has_no_profit_and_a_void_one_says_so() -> None:
    sparse = {k: v for k, v in TRADE.items() if k not in ("profitAndLoss", "commissions")}
    (event,), _ = decode("GatewayUserTrade", {**sparse, "voided": True})
    assert isinstance(event, FillSeen)
    assert event.fill.pnl is None
    assert event.fill.commissions == 0
    assert event.fill.is_voided


@pytest.mark.parametrize(
    ("target", "record", "fields"),
    [
        ("GatewayUserAccount", ACCOUNT, {"id": None}),
        ("GatewayUserAccount", ACCOUNT, {"id": "twelve"}),
        ("GatewayUserAccount", ACCOUNT, {"id": True}),
        ("GatewayUserPosition", POSITION, {"accountId": None}),
        ("GatewayUserPosition", POSITION, {"contractId": ""}),
        ("GatewayUserPosition", POSITION, {"contractId": "\x1b[2J"}),
        ("GatewayUserPosition", POSITION, {"contractId": "x" * 500}),
        ("GatewayUserPosition", POSITION, {"size": None}),
        ("GatewayUserPosition", POSITION, {"size": Decimal("1.5")}),
        ("GatewayUserPosition", POSITION, {"size": 10**30}),
        ("GatewayUserOrder", ORDER, {"id": 10**30}),
        ("GatewayUserOrder", ORDER, {"side": 5}),
        ("GatewayUserOrder", ORDER, {"side": None}),
        ("GatewayUserTrade", TRADE, {"orderId": None}),
        ("GatewayUserTrade", TRADE, {"price": None}),
        ("GatewayUserTrade", TRADE, {"price": Decimal("1e400")}),
        ("GatewayUserTrade", TRADE, {"size": 0}),
        ("GatewayUserTrade", TRADE, {"creationTimestamp": None}),
        ("GatewayUserTrade", TRADE, {"creationTimestamp": "noon"}),
        ("GatewayUserTrade", TRADE, {"creationTimestamp": "9999-12-31T23:59:59-23:59"}),
    ],
)
def test_a_record_without_what_it_needs_is_dropped_and_counted(
    target: str, record: dict[str, Any], fields: dict[str, Any]
) -> None:
    found, counters = decode(target, {"action": 1, "data": {**record, **fields}})
    assert found == []
    assert counters.dropped == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"averagePrice": "dear"},
        {"averagePrice": Decimal("1e400")},
        {"averagePrice": True},
        {"creationTimestamp": "noon"},
        {"creationTimestamp": [1]},
        {"creationTimestamp": "0001-01-01T00:00:00+00:00"},
        {"id": "x"},
    ],
)
def test_an_unreadable_extra_field_costs_only_itself(fields: dict[str, Any]) -> None:
    found, counters = decode("GatewayUserPosition", {**POSITION, **fields})
    assert [e.position.size for e in found if isinstance(e, PositionSeen)] == [-3]
    assert counters.malformed == 1
    assert counters.dropped == 0


def test_remote_text_is_harmless_behind_the_border() -> None:
    hostile = "\x1b]52;c;AAAA\x07[@click=app.quit]\u202e\u200b"
    (account,), _ = decode("GatewayUserAccount", {**ACCOUNT, "name": hostile})
    (order,), _ = decode("GatewayUserOrder", {**ORDER, "customTag": hostile})
    assert isinstance(account, AccountSeen)
    assert isinstance(order, OrderSeen)
    for text in (account.account.name, order.order.tag or ""):
        assert text.isprintable()
        assert "\u202e" not in text


@pytest.mark.parametrize("name", [None, "", 7])
def test_an_account_without_a_name_is_called_by_its_number(name: Any) -> None:
    (event,), _ = decode("GatewayUserAccount", {**ACCOUNT, "name": name})
    assert isinstance(event, AccountSeen)
    assert event.account.name == "account 12"


@pytest.mark.parametrize(
    "arguments",
    [None, 7, "text", [None], [7], ["text"], [[]], [{}], [{"data": None}], [{"data": 7}]],
)
def test_garbage_gives_nothing_and_raises_nothing(arguments: Any) -> None:
    counters = Counters()
    for target in ("GatewayUserPosition", "GatewayUserTrade", "GatewayUserOrder", "Unheard"):
        assert user_events(target, arguments, counters) == []


def test_mutated_records_never_raise() -> None:
    chooser = random.Random(7)  # noqa: S311 - a reproducible table, no secret
    odd: list[Any] = [
        None,
        True,
        0,
        -1,
        10**30,
        Decimal("1e999999"),
        "",
        "\x00",
        "x" * 9999,
        [],
        {},
        [[]],
    ]
    tables = {
        "GatewayUserAccount": ACCOUNT,
        "GatewayUserPosition": POSITION,
        "GatewayUserOrder": ORDER,
        "GatewayUserTrade": TRADE,
    }
    for target, record in tables.items():
        for _ in range(300):
            changed = {k: chooser.choice([v, chooser.choice(odd)]) for k, v in record.items()}
            found, _ = decode(target, changed)
            assert len(found) <= 1
