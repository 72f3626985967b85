from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.money import from_micros, to_micros


@given(st.integers(-(2**63), 2**63 - 1))
def test_micros_there_and_back(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros


@pytest.mark.parametrize(
    ("amount", "micros"), [("-500.00", -500_000_000), ("15.625", 15_625_000), ("0.36", 360_000)]
)
def test_amounts_of_the_trade(amount: str, micros: int) -> None:
    assert to_micros(Decimal(amount)) == micros


def test_what_would_round_is_refused() -> None:
    with pytest.raises(ValueError, match="whole micro-dollars"):
        to_micros(Decimal("0.0000001"))
