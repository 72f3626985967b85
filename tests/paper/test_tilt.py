from decimal import Decimal

import pytest

from curb.paper.desk import Trader
from curb.paper.tilt import Tilt
from tests.paper.play import entries, nets, played, stops

SEEDS = range(3)
SYMBOLS = (None, "ES")
LIMITS = {"ES": 2, "NQ": 2, "MES": 5, "MNQ": 5}
ALL = tuple(LIMITS)


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("seed", SEEDS)
def test_tilt_breaks_four_rules_within_a_minute_with_nobody_to_stop_him(
    seed: int, symbol: str | None
) -> None:
    most = over_symbol = 0
    naked_since: dict[str, float] = {}
    naked_s = 0.0
    first_s = None
    floor = None
    for now_s, floor in played(Tilt(seed, symbol), seed, 60, ALL):
        held = nets(floor)
        if held and first_s is None:
            first_s = now_s
        most = max(most, abs(sum(held.values())))
        over_symbol = max([over_symbol, *(abs(held[each]) - LIMITS[each] for each in held)])
        naked_since = {
            each: naked_since.get(each, now_s)
            for each in held
            if stops(floor, each) < abs(held[each])
        }
        naked_s = max([naked_s, *(now_s - since for since in naked_since.values())])
    assert floor is not None
    assert first_s is not None
    assert first_s <= 3
    assert most > 5
    assert over_symbol > 0
    assert naked_s > 11
    assert len(entries(floor)) > 3


@pytest.mark.parametrize("seed", SEEDS)
def test_tilt_comes_back_soon_after_he_was_flattened_and_loses_money(seed: int) -> None:
    flat_since: float | None = None
    longest_flat_s = 0.0
    floor = None
    for now_s, floor in played(Tilt(seed), seed, 300, ALL):
        if now_s < 30:
            continue
        if now_s % 5 == 0:
            for contract_id in list(floor.exchange.positions):
                floor.exchange.close(contract_id, floor.clock.now())
            floor.tell()
        flat_since = None if nets(floor) else (flat_since or now_s)
        longest_flat_s = max(longest_flat_s, now_s - (flat_since or now_s))
    assert floor is not None
    assert longest_flat_s < 30
    assert floor.exchange.balance < Decimal(50_000)


def told(trader: Trader, seed: int) -> list[tuple[int, int, int, Decimal]]:
    *_, (_, floor) = played(trader, seed, 120, ALL)
    return [(each.order_id, each.side, each.size, each.price) for each in floor.exchange.trades]


def test_the_same_seed_trades_the_same_and_another_one_does_not() -> None:
    once = told(Tilt(3), 3)
    assert once == told(Tilt(3), 3)
    assert once != told(Tilt(4), 3)
    assert [size for _, _, size, _ in once[:1]] == [size for _, _, size, _ in told(Tilt(3), 4)[:1]]
