from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from curb.paper.orders import Touch
from curb.paper.quotes import depth, quote
from curb.paper.tape import Bar
from tests.paper.play import START, listed

ES = listed("ES")
SPARSE = {"symbol", "bestBid", "bestAsk", "lastUpdated", "timestamp", "contract"}


def touch(bid: str, ask: str, last: str) -> Touch:
    return Touch(Decimal(bid), Decimal(ask), Decimal(last))


def test_a_new_last_price_brings_the_figures_of_the_day_and_a_new_touch_does_not() -> None:
    now = touch("6612.50", "6612.75", "6612.75")
    day = Bar(START, Decimal(6600), Decimal(6620), Decimal(6590), Decimal(6612), 12)
    first = quote(ES, now, None, day, START)
    assert set(first) - SPARSE == {
        *("symbolName", "lastPrice", "change", "changePercent"),
        *("open", "high", "low", "volume"),
    }
    assert (first["open"], first["high"], first["low"], first["volume"]) == (6600, 6620, 6590, 12)
    assert (first["change"], first["changePercent"]) == (Decimal("0.25"), 0)
    moved = replace(now, bid=Decimal("6612.25"))
    assert set(quote(ES, moved, now, day, START)) == SPARSE
    later = replace(moved, last=Decimal("6678.625"))
    assert quote(ES, later, moved, None, START)["changePercent"] == 1
    assert "high" not in quote(ES, later, moved, None, START)


def test_depth_tells_what_changed_at_the_touch() -> None:
    now = touch("6612.50", "6612.75", "6612.75")
    assert [row["type"] for row in depth(ES, now, None, START)] == [9, 10]
    moved = replace(now, bid=Decimal("6612.25"), last=Decimal("6612.50"))
    best, traded = depth(ES, moved, now, START + timedelta(seconds=1))
    assert (best["type"], best["price"]) == (9, Decimal("6612.25"))
    assert (traded["type"], traded["price"]) == (5, Decimal("6612.50"))
    assert set(best) == {"contractId", "timestamp", "type", "price", "volume", "currentVolume"}
    assert best["volume"] > 0
    assert list(depth(ES, moved, moved, START)) == []
