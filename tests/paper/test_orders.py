from decimal import Decimal

import pytest

from curb.paper.orders import price_fault
from tests.paper.play import listed


@pytest.mark.parametrize(
    ("symbol", "price", "words"),
    [
        ("ES", "6600.25", None),
        ("ES", "6600.3", "tick size"),
        ("ZN", "113.015625", None),
        ("ZN", "113.02", "tick size"),
        ("6E", "1.15325", None),
        ("6E", "1.15322", "tick size"),
        ("ES", "-1", "allowed range"),
        ("ES", None, "missing"),
    ],
)
def test_a_price_stands_on_its_contracts_grid(
    symbol: str, price: str | None, words: str | None
) -> None:
    fault = price_fault("limit", None if price is None else Decimal(price), listed(symbol))
    assert (fault is None) == (words is None)
    assert words is None or words in str(fault)
