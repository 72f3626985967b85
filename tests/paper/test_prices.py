import statistics
from itertools import islice, pairwise

import pytest

from curb.paper.prices import Tick, generated
from tests.paper.play import contracts, listed

SYMBOLS = [each.symbol for each in contracts()]


def minutes(symbol: str, seed: int, count: int) -> list[Tick]:
    """Return the last tick of each minute."""
    found: list[Tick] = []
    for tick in generated(listed(symbol), seed):
        if tick.at_s >= 60 * (len(found) + 1):
            found.append(tick)
            if len(found) == count:
                break
    return found


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_prices_stand_on_the_grid_one_tick_apart(symbol: str) -> None:
    contract = listed(symbol)
    for tick in islice(generated(contract, 1), 2_000):
        assert tick.touch.ask - tick.touch.bid == contract.tick_size
        assert contract.is_on_grid(tick.touch.bid)
        assert contract.is_on_grid(tick.touch.last)
        if tick.size:
            assert tick.touch.last in (tick.touch.bid, tick.touch.ask)


def test_the_same_seed_is_the_same_market() -> None:
    once, again, other = (list(islice(generated(listed("ES"), seed), 500)) for seed in (7, 7, 8))
    assert once == again
    assert once != other


def test_two_contracts_do_not_share_their_chances() -> None:
    moves = [
        [tick.at_s for tick in islice(generated(listed(symbol), 7), 50)]
        for symbol in ("MES", "MNQ")
    ]
    assert moves[0] != moves[1]


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_minute_moves_about_as_far_as_the_table_says(symbol: str) -> None:
    contract = listed(symbol)
    ticks = [contract.ticks(tick.touch.bid) for tick in minutes(symbol, 1, 120)]
    moves = [later - earlier for earlier, later in pairwise(ticks)]
    usual = statistics.pstdev(moves)
    assert 0.4 * contract.minute_ticks < usual < 2.5 * contract.minute_ticks


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_pace_is_about_the_tables(symbol: str) -> None:
    contract = listed(symbol)
    seconds = list(islice(generated(contract, 1), 5_000))[-1].at_s
    assert 0.5 * contract.rate < 5_000 / seconds < 2 * contract.rate


def test_lively_and_quiet_spells_follow_each_other() -> None:
    counts = [0] * 240
    for tick in generated(listed("ES"), 1):
        second = int(tick.at_s / 5)
        if second >= len(counts):
            break
        counts[second] += 1
    near = statistics.correlation(counts[:-1], counts[1:])
    assert near > 0.3
