from decimal import Decimal

import pytest

from curb.paper.orders import Ticket, Touch
from curb.paper.refusals import rejection
from curb.wire.codes import OrderSide, OrderType
from tests.paper.play import listed

ES = listed("ES")
LAST = Decimal(6600)
BUY, SELL = OrderSide.BID, OrderSide.ASK
MARKET, STOP = OrderType.MARKET, OrderType.STOP
STOP_LIMIT, TRAILING = OrderType.STOP_LIMIT, OrderType.TRAILING_STOP


def refused(ticket: Ticket) -> str | None:
    return rejection(ticket, ES, Touch(LAST, LAST + ES.tick_size, LAST), {"used"})


@pytest.mark.parametrize(
    ("kind", "limit", "stop", "words"),
    [
        (STOP_LIMIT, "6601", "6600.50", None),
        (STOP_LIMIT, None, "6600.50", "Invalid limit price. Price is missing."),
        (STOP_LIMIT, "6601", None, "Invalid stop price. Price is missing."),
        (STOP_LIMIT, "6601", "6600.60", "Invalid stop price. Price is not aligned to tick size."),
        (STOP_LIMIT, "-1", "6600.50", "Invalid limit price. Price is outside allowed range."),
        (STOP, "6601.10", "6600.50", None),
        (OrderType.JOIN_BID, None, None, "Invalid order type."),
        (OrderType.UNKNOWN, None, None, "Invalid order type."),
    ],
)
def test_a_kind_of_order_needs_its_own_prices(
    kind: OrderType, limit: str | None, stop: str | None, words: str | None
) -> None:
    first, second = (None if each is None else Decimal(each) for each in (limit, stop))
    assert refused(Ticket(ES.id, kind, BUY, 1, limit=first, stop=second)) == words


@pytest.mark.parametrize(
    ("trail", "words"),
    [
        ("6590", None),
        ("6610", None),
        ("6350", None),
        (None, "Trail Distance not set."),
        ("6600", "Trail Distance not set."),
        ("6590.10", "Invalid trail price. Price is not aligned to tick size."),
        ("6349.75", "Trail Distance exceeds maximum (1000)"),
        ("0", "Invalid trail price. Price is outside allowed range."),
    ],
)
def test_a_trail_price_is_a_level_at_most_a_thousand_ticks_away(
    trail: str | None, words: str | None
) -> None:
    price = None if trail is None else Decimal(trail)
    assert refused(Ticket(ES.id, TRAILING, SELL, 1, trail=price)) == words


@pytest.mark.parametrize(("tag", "is_taken"), [("used", True), ("new", False), (None, False)])
def test_a_tag_is_used_once(tag: str | None, is_taken: bool) -> None:
    assert bool(refused(Ticket(ES.id, MARKET, BUY, 1, tag=tag))) == is_taken
