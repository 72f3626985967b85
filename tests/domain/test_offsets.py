from curb.domain.book import Order, OrderStatus, OrderType, Side
from curb.domain.offsets import is_offset, new_tag
from curb.domain.stops import is_own
from tests.scene import ACCOUNT, NOON, contract_id


def order(tag: str | None) -> Order:
    return Order(
        9, ACCOUNT.id, contract_id("MNQ"), Side.SELL, OrderType.MARKET, OrderStatus.OPEN, 1, tag=tag
    )


def test_an_order_against_a_position_is_known_by_its_name() -> None:
    assert is_offset(order(new_tag(NOON, 5)))
    assert not is_own(order(new_tag(NOON, 5)))  # no stop
    assert not is_offset(order("by hand"))
    assert not is_offset(order(None))
    assert new_tag(NOON, 5) != new_tag(NOON, 6)
