from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from curb.domain.events import QuoteSeen
from curb.gateway.counters import Counters
from curb.gateway.quotes import QuoteReader
from curb.wire import exact

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
AT = datetime(2026, 11, 20, 14, 59, 59, 123000, tzinfo=UTC)
ES = "CON.F.US.EP.Z26"
STAMP = "2026-11-20T14:59:59.123+00:00"
BARE = {
    "symbol": "F.US.EP",
    "contract": ES,
    "lastPrice": Decimal("6064.25"),
    "bestBid": Decimal("6064.00"),
    "bestAsk": Decimal("6064.50"),
    "timestamp": STAMP,
}
FULL = QuoteSeen(ES, AT, Decimal("6064.25"), Decimal("6064.00"), Decimal("6064.50"))


def read(arguments: Any, target: str = "GatewayQuote") -> tuple[list[QuoteSeen], Counters]:
    counters = Counters()
    return QuoteReader(counters, lambda: NOW).read(target, arguments), counters


@pytest.mark.parametrize(
    "arguments",
    [
        [ES, BARE],
        [[ES, BARE]],
        [BARE],
        [[BARE]],
        [ES, [BARE]],
        [ES, {"action": 1, "data": BARE}],
        [{"action": 1, "data": BARE}],
        [{"action": 1, "data": [BARE]}],
        [{**BARE, "contract": None, "contractId": ES}],
    ],
)
def test_every_shape_gives_the_same_quote(arguments: Any) -> None:
    found, counters = read(arguments)
    assert found == [FULL]
    assert counters.malformed == counters.dropped == 0


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"bestBid": Decimal("1.25")}, QuoteSeen(ES, NOW, None, Decimal("1.25"))),
        ({"bestAsk": 5}, QuoteSeen(ES, NOW, None, None, Decimal(5))),
        ({"lastPrice": None, "bestBid": None}, QuoteSeen(ES, NOW)),
        ({"bestBid": 0, "bestAsk": 0}, QuoteSeen(ES, NOW)),
        ({"lastPrice": Decimal("-37.63")}, QuoteSeen(ES, NOW, Decimal("-37.63"))),
        ({"lastUpdated": STAMP}, QuoteSeen(ES, AT)),
        ({"timestamp": "0001-01-01T00:00:00+00:00"}, QuoteSeen(ES, NOW)),
        ({"timestamp": "2026-11-20T14:59:59.1230000Z"}, QuoteSeen(ES, AT)),
        ({"timestamp": "2026-11-20T14:59:59.123"}, QuoteSeen(ES, AT)),
    ],
)
def test_what_is_absent_says_nothing(fields: dict[str, Any], expected: QuoteSeen) -> None:
    found, counters = read([ES, fields])
    assert found == [expected]
    assert counters.malformed == 0


def test_a_last_of_zero_goes_on_as_the_gateways_word_for_no_trade() -> None:
    found, _ = read([ES, {"lastPrice": 0, "bestBid": 7, "bestAsk": 8}])
    assert found == [QuoteSeen(ES, NOW, Decimal(0), Decimal(7), Decimal(8))]


@pytest.mark.parametrize(
    "price", ["6064.25", True, [], {}, 10**12, Decimal("1e400"), Decimal("1e-40")]
)
def test_an_unreadable_price_is_absent_and_counted(price: Any) -> None:
    found, counters = read([ES, {"lastPrice": price}])
    assert found == [QuoteSeen(ES, NOW)]
    assert counters.malformed == 1


@pytest.mark.parametrize("stamp", ["noon", 17, [], "9999-12-31T23:59:59-23:59"])
def test_an_unreadable_time_is_now(stamp: Any) -> None:
    found, _ = read([ES, {"timestamp": stamp}])
    assert found == [QuoteSeen(ES, NOW)]


@pytest.mark.parametrize(
    "arguments",
    [
        None,
        7,
        "text",
        [],
        [None],
        [ES],
        [ES, None],
        [ES, 7],
        [{"lastPrice": 5}],
        [{"symbol": "F.US.EP", "lastPrice": 5}],
        [{"contract": "\x1b[2J", "lastPrice": 5}],
        [{"contract": 5}],
        ["\x1b[2J", 7],
        [[[[[[[[[BARE]]]]]]]]],
    ],
)
def test_what_names_no_contract_gives_no_quote(arguments: Any) -> None:
    found, _ = read(arguments)
    assert found == []


def test_trades_of_the_market_give_the_last_price() -> None:
    trade = {"symbolId": "F.US.EP", "price": Decimal("6064.25"), "timestamp": STAMP, "volume": 2}
    found, _ = read([ES, [trade, {**trade, "price": 0}]], "GatewayTrade")
    assert found == [QuoteSeen(ES, AT, Decimal("6064.25"))]


def test_other_targets_are_ignored() -> None:
    assert read([ES, BARE], "GatewayDepth")[0] == []


def test_prices_stay_exact_on_the_way_from_the_wire() -> None:
    found, _ = read(exact.loads(f'["{ES}",{{"lastPrice":0.00005,"bestBid":5e-7}}]'))
    assert found == [QuoteSeen(ES, NOW, Decimal("0.00005"), Decimal("5e-7"))]
