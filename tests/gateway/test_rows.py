from decimal import Decimal
from typing import Any

import pytest

from curb.domain.market import Contract
from curb.domain.money import to_micros
from curb.gateway.counters import Counters
from curb.gateway.rows import contract_of, fill_of

RECORD: dict[str, Any] = {
    "id": "CON.F.US.EP.Z26",
    "name": "ESZ6",
    "description": "E-mini S&P 500: December 2026",
    "tickSize": Decimal("0.25"),
    "tickValue": Decimal("12.50"),
    "activeContract": True,
    "symbolId": "F.US.EP",
}


def test_a_contract_keeps_its_exact_ticks_and_the_traders_root() -> None:
    assert contract_of(RECORD, Counters()) == Contract(
        "CON.F.US.EP.Z26",
        "ESZ6",
        "ES",
        Decimal("0.25"),
        Decimal("12.50"),
        "E-mini S&P 500: December 2026",
    )


@pytest.mark.parametrize(
    ("fields", "symbol"),
    [
        ({"name": "6EZ6"}, "6E"),
        ({"name": "M2KZ26"}, "M2K"),
        ({"name": "E-mini", "symbolId": "F.US.EP"}, "EP"),
        ({"name": "E-mini", "symbolId": None}, "Z26"),
        ({"name": "\x1b[2J", "symbolId": "F.US.\x1b"}, "·"),
    ],
)
def test_the_symbol_comes_from_the_name_else_from_the_gateways_root(
    fields: dict[str, Any], symbol: str
) -> None:
    found = contract_of({**RECORD, **fields}, Counters())
    assert found is not None
    assert found.symbol == symbol
    assert found.name.isprintable()


@pytest.mark.parametrize(
    "fields",
    [
        {"id": None},
        {"name": None},
        {"tickSize": 0},
        {"tickSize": Decimal("-0.25")},
        {"tickSize": None},
        {"tickValue": 0},
        {"tickValue": "much"},
        {"tickValue": True},
    ],
)
def test_a_contract_without_usable_ticks_is_unknown(fields: dict[str, Any]) -> None:
    counters = Counters()
    assert contract_of({**RECORD, **fields}, counters) is None
    assert counters.dropped == 1


@pytest.mark.parametrize(
    ("told", "micros"),
    [
        ("12.50", 12_500_000),
        ("0.3700000000000001", 370_000),
        ("-0.0000014999", -1),
        ("0.0000005", 0),  # a half goes to the even one
        ("0.0000015", 2),
        ("1e-18", 0),
        ("999999999999.9999999", 1_000_000_000_000_000_000),
        (f"1.{'0' * 60}", 1_000_000),
    ],
)
def test_money_of_a_fill_comes_in_whole_micro_dollars(told: str, micros: int) -> None:
    amount = Decimal(told)
    record = {
        "id": 1,
        "accountId": 7,
        "contractId": "CON.F.US.EP.Z26",
        "creationTimestamp": "2026-11-18T18:00:00Z",
        "price": Decimal(5800),
        "side": 0,
        "size": 1,
        "orderId": 2,
        "profitAndLoss": amount,
        "fees": amount,
        "commissions": amount,
    }
    fill = fill_of(record, Counters())
    assert fill is not None
    assert fill.pnl is not None
    assert to_micros(fill.pnl) == micros
    assert (to_micros(fill.fees), to_micros(fill.commissions)) == (abs(micros), abs(micros))
