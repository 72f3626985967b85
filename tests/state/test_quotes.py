"""The mark, as rules.md section 1 has it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.events import QuoteSeen
from curb.state.quotes import Quotes
from tests.scene import NOON, contract

MNQ = contract("MNQ")

Tick = tuple[str | None, str | None, str | None]


def mark(*ticks: Tick) -> str | None:
    quotes = Quotes()
    for last, bid, ask in ticks:
        prices = (None if price is None else Decimal(price) for price in (last, bid, ask))
        quotes.apply(QuoteSeen(MNQ.id, NOON, *prices), NOON, MNQ)
    found = quotes.mark(MNQ.id)
    return None if found is None else str(found)


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        pytest.param([], None, id="nothing seen is unknown"),
        pytest.param([("21000", "20999", "21001")], "21000", id="the last trade"),
        pytest.param([("21000", None, None), (None, "20990", "20991")], "21000", id="carried over"),
        pytest.param([(None, "20924.75", "20925.25")], "20925.00", id="no trade yet: the mid"),
        pytest.param([("0", "20924.75", "20925.00")], "20924.875", id="zero: the mid, unrounded"),
        pytest.param(
            [("21000", "20999", "21001"), ("0", None, None)], "21000", id="back to the mid"
        ),
        pytest.param(
            [("21000", "20999", "21001"), ("0", "21000", "21004")], "21002", id="the newest mid"
        ),
        pytest.param([(None, "21001", "21000")], None, id="crossed is no mid"),
        pytest.param([("21000", None, None), ("21000.10", None, None)], "21000", id="off the grid"),
        pytest.param([("21000", None, None), ("-21000", None, None)], "21000", id="negative"),
        pytest.param([("21000", None, None), ("20000", None, None)], "21000", id="a lone jump"),
        pytest.param([("25000", "20999", "21001")], None, id="a first one far from its own quote"),
        pytest.param(
            [("25000", "20999", "21001"), ("21000", None, None)], "21000", id="then one near it"
        ),
        pytest.param(
            [("25000", "20999", "21001"), ("25010", None, None)], "25010", id="then one far again"
        ),
        pytest.param(
            [("21000", None, None), ("20000", None, None), ("20010", None, None)],
            "20010",
            id="a second tick confirms",
        ),
        pytest.param(
            [("21000", None, None), ("25000", None, None), ("25750", None, None)],
            "25750",
            id="a second tick just near enough",
        ),
        pytest.param(
            [("21000", None, None), ("20000", "19999.75", "20000.25")],
            "20000",
            id="the quote confirms",
        ),
        pytest.param(
            [("21000", None, None), ("20000", None, None), (None, "20999", "21001")],
            "21000",
            id="a rejected price is not carried over",
        ),
        pytest.param(
            [("21000", None, None), ("20000", None, None), ("21001", None, None)],
            "21001",
            id="back where it was",
        ),
    ],
)
def test_what_the_mark_is(ticks: list[Tick], expected: str | None) -> None:
    found = mark(*ticks)
    assert (found is None) is (expected is None)
    assert found is None or expected is None or Decimal(found) == Decimal(expected)


def test_a_mark_is_stale_after_ten_seconds() -> None:
    quotes = Quotes()
    assert quotes.is_stale(MNQ.id, NOON)
    quotes.apply(QuoteSeen(MNQ.id, NOON, Decimal(21000)), NOON, MNQ)
    assert not quotes.is_stale(MNQ.id, NOON + timedelta(seconds=10))
    assert quotes.is_stale(MNQ.id, NOON + timedelta(seconds=10.001))


@pytest.mark.parametrize(
    ("fill_s", "late_s", "heard_s", "marks"),
    [
        pytest.param(1, 0.5, 1.1, ("101", "101"), id="a quote from before it comes after it"),
        pytest.param(1, 1, 1.1, ("101", "99"), id="one of the same moment is as new"),
        pytest.param(1, 0.5, 2.1, ("101", "99"), id="whose clock is behind is heard in time"),
        pytest.param(0, 0.5, 1.1, ("100", "99"), id="a fill no newer than the mark is no news"),
    ],
)
def test_a_fill_of_ours_is_the_newest_price(
    fill_s: float, late_s: float, heard_s: float, marks: tuple[str, str]
) -> None:
    quotes = Quotes()
    quotes.apply(QuoteSeen("ES", NOON, Decimal(100)), NOON, None)
    quotes.trade("ES", Decimal(101), NOON + timedelta(seconds=fill_s), NOON + timedelta(seconds=1))
    before = quotes.mark("ES")
    late = QuoteSeen("ES", NOON + timedelta(seconds=late_s), Decimal(99))
    quotes.apply(late, NOON + timedelta(seconds=heard_s), None)
    assert (before, quotes.mark("ES")) == (Decimal(marks[0]), Decimal(marks[1]))


def test_a_fill_where_no_price_was_seen_makes_none() -> None:
    quotes = Quotes()
    quotes.trade("ES", Decimal(101), NOON, NOON)
    assert (quotes.mark("ES"), quotes.at("ES")) == (None, None)


@pytest.mark.parametrize(
    ("last", "has_moved"),
    [
        pytest.param("21000.25", True, id="another price"),
        pytest.param("21000", False, id="the same"),
        pytest.param("20000", False, id="a lone jump"),
        pytest.param("21000.10", False, id="off the grid"),
        pytest.param(None, False, id="no price"),
    ],
)
def test_a_quote_says_whether_the_mark_moved(last: str | None, has_moved: bool) -> None:
    quotes = Quotes()
    assert not quotes.apply(QuoteSeen(MNQ.id, NOON), NOON, MNQ)
    assert quotes.apply(QuoteSeen(MNQ.id, NOON, Decimal(21000)), NOON, MNQ)
    price = None if last is None else Decimal(last)
    assert quotes.apply(QuoteSeen(MNQ.id, NOON, price), NOON, MNQ) is has_moved
