from itertools import islice

from curb.paper.market import Market
from curb.paper.prices import Tick, generated
from curb.paper.replay import ticks
from tests.paper.play import listed


def test_ticks_of_all_contracts_come_in_the_order_of_their_time() -> None:
    market = Market([generated(listed(symbol), 1) for symbol in ("ES", "NQ", "GC")])
    found: list[Tick] = []
    while len(found) < 300:
        due = market.next_at_s
        found.append(market.take())
        assert due == found[-1].at_s
    assert [tick.at_s for tick in found] == sorted(tick.at_s for tick in found)
    assert {tick.contract.symbol for tick in found} == {"ES", "NQ", "GC"}


def test_a_source_that_ends_is_told_once_and_the_others_go_on() -> None:
    lines = ["2018-05-07T13:30:00Z,2670.50", "2018-05-07T13:30:01Z,2670.75"]
    market = Market([ticks(lines, listed("ES"), 1), generated(listed("ZN"), 1)])
    taken = [market.take() for _ in range(40)]
    assert sum(tick.contract.symbol == "ES" for tick in taken) == 2
    assert [str(tick.touch.last) for tick in market.ended] == ["2670.75"]
    assert market.next_at_s is not None


def test_no_source_means_no_tick() -> None:
    assert Market([]).next_at_s is None
    assert list(islice(ticks([], listed("ES"), 1), 1)) == []
