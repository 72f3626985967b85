"""What an event brought, as a row of the audit keeps it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from curb.domain.book import (
    Account,
    Fill,
    Order,
    OrderStatus,
    OrderType,
    Position,
    Side,
)
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    ContractSeen,
    Event,
    FillSeen,
    FlattenAsked,
    OrderSeen,
    PositionSeen,
    QuoteSeen,
    SelfLockAsked,
    TimePassed,
)
from curb.domain.facts import facts, venue_time
from curb.domain.market import Contract

AT = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
MNQ = "CON.F.US.MNQ.Z26"
FILL = Fill(5, 7, MNQ, 9, Side.SELL, 2, Decimal("21000.50"), AT, Decimal(-60), Decimal("1.2"))
ORDER = Order(9, 7, MNQ, Side.BUY, OrderType.STOP, OrderStatus.OPEN, 2, updated_at=AT)
CONTRACT = Contract(MNQ, "MNQZ6", "MNQ", Decimal("0.25"), Decimal("0.5"))


@pytest.mark.parametrize(
    ("event", "expected", "at"),
    [
        (
            FillSeen(FILL),
            {"order": 9, "side": "sell", "size": 2, "price": "21000.50"}
            | {"pnl": "-60", "costs": "1.2"},
            AT,
        ),
        (
            OrderSeen(ORDER),
            {"side": "buy", "type": "stop", "status": "open", "size": 2, "filled": 0},
            AT,
        ),
        (
            PositionSeen(Position(7, MNQ, -3, Decimal(21000))),
            {"size": -3, "average": "21000"},
            None,
        ),
        (PositionSeen(Position(7, MNQ, 0)), {"size": 0}, None),
        (QuoteSeen(MNQ, AT, bid=Decimal(20)), {"bid": "20"}, AT),
        (ContractSeen(CONTRACT), {"name": "MNQZ6"}, None),
    ],
)
def test_of_a_contract(event: Event, expected: dict[str, Any], at: datetime | None) -> None:
    assert facts(event) == {"contract": MNQ} | expected
    assert venue_time(event) == at


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (AccountSeen(Account(7, "A", can_trade=False)), {"can_trade": False}),
        (AccountSeen(Account(7, "A", Decimal(50000))), {"balance": "50000"}),
        (AccountRead(3, 7, AT, 1), {}),
        (
            AccountRead(3, 7, AT, 1, positions=(), orders=(ORDER,), fills=(FILL,), latency_ms=40),
            {"positions": 0, "orders": 1, "fills": 1, "latency_ms": 40},
        ),
        (FlattenAsked(7), {"source": "key"}),
        (FlattenAsked(7, "ES", "command"), {"source": "command", "symbol": "ES"}),
        (SelfLockAsked(7, 600), {"source": "key", "seconds": 600}),
        (TimePassed(), {}),
    ],
)
def test_of_an_account(event: Event, expected: dict[str, Any]) -> None:
    assert facts(event) == expected
    assert json.loads(json.dumps(facts(event))) == expected
