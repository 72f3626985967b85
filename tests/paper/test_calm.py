from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from curb.paper.calm import Calm
from curb.wire.codes import OrderStatus
from tests.paper.play import entries, nets, played, stops

SEEDS = range(3)
SYMBOLS = (None, "ES")
MICROS = ("MES", "MNQ")


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("seed", SEEDS)
def test_calm_is_small_protected_unhurried_and_never_loses_much(
    seed: int, symbol: str | None
) -> None:
    floor = None
    worst = Decimal(50_000)
    for _, floor in played(Calm(seed, symbol), seed, 3_600, (symbol,) if symbol else MICROS):
        for name, net in nets(floor).items():
            assert abs(net) <= 2
            assert stops(floor, name) == abs(net)
        worst = min(worst, floor.exchange.balance)
    assert floor is not None
    times = [order.created_at for order in entries(floor)]
    assert 2 <= len(times) <= 10
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) > timedelta(seconds=30)
    assert worst > Decimal(49_600)


@pytest.mark.parametrize("seed", SEEDS)
def test_calm_leaves_no_order_behind_when_flat(seed: int) -> None:
    for now_s, floor in played(Calm(seed), seed, 900, MICROS):
        if not nets(floor) and now_s % 5 == 0:
            left = [order for order in floor.exchange.working() if now_s > 10]
            assert all(order.status == OrderStatus.OPEN for order in left)
            assert len(left) <= 1
