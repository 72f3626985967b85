from decimal import Decimal

import pytest

from curb.domain.market import Contract, symbol_of


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("ESZ6", "ES"),
        ("MNQH27", "MNQ"),
        ("6EZ6", "6E"),
        ("M2KZ6", "M2K"),
        ("ZNZ6", "ZN"),
        ("esz6", "ES"),
        ("RTYH5", "RTY"),
        ("nonsense", None),
        ("", None),
    ],
)
def test_the_root_of_a_name(name: str, symbol: str | None) -> None:
    assert symbol_of(name) == symbol


@pytest.mark.parametrize(
    ("size", "tick", "value", "points", "contracts", "dollars"),
    [
        ("MNQ", "0.25", "0.50", "2.75", 1, "5.50"),
        ("ES", "0.25", "12.50", "-6", 1, "-300"),
        ("ZN", "0.015625", "15.625", "0.015625", -2, "-31.25"),
        ("6E", "0.00005", "6.25", "0.0001", 3, "37.5"),
    ],
)
def test_what_a_move_is_worth(
    size: str, tick: str, value: str, points: str, contracts: int, dollars: str
) -> None:
    contract = Contract("c", size, size, Decimal(tick), Decimal(value))
    assert contract.value(Decimal(points), contracts) == Decimal(dollars)
    assert contract.ticks(Decimal(tick) * 3) == 3
    assert contract.is_on_grid(Decimal(tick) * 7)
    assert not contract.is_on_grid(Decimal(tick) / 2)


@pytest.mark.parametrize("size", [2, -2])
def test_a_position_at_its_own_price_is_worth_a_plain_nothing(size: int) -> None:
    contract = Contract("c", "ES", "ES", Decimal("0.25"), Decimal("12.50"))
    assert str(contract.value(Decimal("0.00"), size)).startswith("0")
