from decimal import Decimal

import pytest

from curb.paper.customs import Brackets, Customs
from curb.paper.orders import Bracket, Ticket, Touch
from curb.paper.refusals import rejection
from curb.wire.codes import OrderSide, OrderType
from tests.paper.play import listed

ES = listed("ES")
LAST = Decimal(6600)
BUY, SELL = OrderSide.BID, OrderSide.ASK
LIMIT, MARKET, STOP = OrderType.LIMIT, OrderType.MARKET, OrderType.STOP
STOP_LIMIT, TRAILING = OrderType.STOP_LIMIT, OrderType.TRAILING_STOP


def refused(ticket: Ticket, brackets: Brackets = "strict") -> str | None:
    customs = Customs(brackets=brackets)
    return rejection(ticket, ES, Touch(LAST, LAST + ES.tick_size, LAST), {"used"}, customs)


@pytest.mark.parametrize(
    ("kind", "limit", "stop", "words"),
    [
        (STOP_LIMIT, "6601", "6600.50", None),
        (STOP_LIMIT, None, "6600.50", "Invalid limit price. Price is missing."),
        (STOP_LIMIT, "6601", None, "Invalid stop price. Price is missing."),
        (STOP_LIMIT, "6601", "6600.60", "Invalid stop price. Price is not aligned to tick size."),
        (STOP_LIMIT, "-1", "6600.50", "Invalid price. Price is outside allowed range."),
        (STOP, "6601.10", "6600.50", None),
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
        ("0", "Invalid price. Price is outside allowed range."),
    ],
)
def test_a_trail_price_is_a_level_at_most_a_thousand_ticks_away(
    trail: str | None, words: str | None
) -> None:
    price = None if trail is None else Decimal(trail)
    assert refused(Ticket(ES.id, TRAILING, SELL, 1, trail=price)) == words


@pytest.mark.parametrize(
    ("side", "stop", "target", "words"),
    [
        (BUY, (-4, STOP), (8, LIMIT), None),
        (SELL, (4, STOP), (-8, LIMIT), None),
        (BUY, (-20, TRAILING), None, None),
        (BUY, None, (1, LIMIT), None),
        (BUY, (8, STOP), None, "stop loss ticks (8). Ticks should be less than zero when longing."),
        (SELL, (-8, STOP), None, "loss ticks (-8). Ticks should be greater than zero when going"),
        (SELL, None, (8, LIMIT), "profit ticks (8). Ticks should be less than zero when going sho"),
        (BUY, None, (-8, LIMIT), "profit ticks (-8). Ticks should be greater than zero when longi"),
        (BUY, None, (0, LIMIT), "take profit ticks (0)"),
        (BUY, (-3, STOP), None, "Stop loss tick value should be at least 4 ticks."),
        (BUY, (-4, LIMIT), None, "Invalid stop loss type (Limit)"),
        (BUY, (-4, 77), None, "Invalid stop loss type (77)"),
        (BUY, None, (4, STOP_LIMIT), "Invalid take profit type (StopLimit)"),
        (BUY, (-1001, TRAILING), None, "Trail Distance exceeds maximum (1000)"),
        (BUY, (-10_001, STOP), None, "at most 10000"),
        (BUY, None, (10**40, LIMIT), "at most 10000"),
    ],
)
def test_brackets_are_signed_as_the_price_moves(
    side: OrderSide,
    stop: tuple[int, int] | None,
    target: tuple[int, int] | None,
    words: str | None,
) -> None:
    found = refused(
        Ticket(
            ES.id,
            MARKET,
            side,
            1,
            stop_loss=Bracket(*stop) if stop else None,
            take_profit=Bracket(*target) if target else None,
        )
    )
    assert (found is None) == (words is None)
    assert words is None or words in str(found)


@pytest.mark.parametrize("ticks", [(8, -8), (-8, 8)])
@pytest.mark.parametrize(
    ("customs", "words"),
    [("lenient", None), ("refused", "You must enable Auto OCO Brackets.")],
)
def test_a_custom_puts_signs_right_or_refuses_every_bracket(
    customs: Brackets, words: str | None, ticks: tuple[int, int]
) -> None:
    stop, target = Bracket(ticks[0], STOP), Bracket(ticks[1], LIMIT)
    found = refused(Ticket(ES.id, MARKET, BUY, 1, stop_loss=stop, take_profit=target), customs)
    assert (found is None) == (words is None)
    assert words is None or words in str(found)
    assert refused(Ticket(ES.id, MARKET, BUY, 1), customs) is None


def test_a_lenient_venue_still_wants_a_distance() -> None:
    none = Ticket(ES.id, MARKET, BUY, 1, take_profit=Bracket(0, LIMIT))
    near = Ticket(ES.id, MARKET, BUY, 1, stop_loss=Bracket(3, STOP))
    assert "take profit ticks (0)" in str(refused(none, "lenient"))
    assert "at least 4 ticks" in str(refused(near, "lenient"))


@pytest.mark.parametrize(("tag", "is_taken"), [("used", True), ("new", False), (None, False)])
def test_a_tag_is_used_once(tag: str | None, is_taken: bool) -> None:
    assert bool(refused(Ticket(ES.id, MARKET, BUY, 1, tag=tag))) == is_taken
