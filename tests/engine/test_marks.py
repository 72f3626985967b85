from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.snapshot import FireView
from curb.engine.marks import digits, nearest
from tests.scene import contract

MNQ = contract("MNQ")


def fire(rule: str, price: str, *, is_above: bool, contract_id: str = "C") -> FireView:
    return FireView(rule, contract_id, "MNQZ6", Decimal(price), 2, is_above)


def test_the_nearest_on_either_side_is_told_of_its_own_contract_only() -> None:
    fires = (
        fire("RULE-003", "20900", is_above=False),
        fire("RULE-004", "20950", is_above=False),
        fire("RULE-005", "21100", is_above=True),
        fire("RULE-012", "21050", is_above=True),
        fire("RULE-003", "20999", is_above=False, contract_id="D"),
    )
    assert [each.rule for each in nearest(fires, "C")] == ["RULE-004", "RULE-012"]
    assert [each.rule for each in nearest(fires, "D")] == ["RULE-003"]
    assert nearest((), "C") == ()


@pytest.mark.parametrize(
    ("tick", "found"), [("0.25", 2), ("0.1", 2), ("5", 2), ("0.015625", 6), ("0.00005", 5)]
)
def test_the_tick_tells_the_digits_of_a_price(tick: str, found: int) -> None:
    assert digits(replace(MNQ, tick_size=Decimal(tick))) == found


def test_a_contract_that_is_not_known_yet_has_two_digits() -> None:
    assert digits(None) == 2
