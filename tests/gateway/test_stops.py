"""Protective stops at the paper gateway, over real sockets."""

from decimal import Decimal

from curb.domain.actions import MoveStop, PlaceStop
from curb.domain.book import Order, OrderType, Side
from curb.domain.events import OrderSeen, Outcome, RequestEnded
from curb.domain.stops import is_own
from tests.gateway.test_client import Desk, play
from tests.gateway.waiting import until

TAG = "curb-stop-1"


async def placed(made: Desk, *, tag: str = TAG, price: str = "6060.25") -> RequestEnded:
    stop = PlaceStop(1, made.account_id, made.es, Side.SELL, 2, Decimal(price), tag)
    ended = await made.client.perform(stop)
    assert isinstance(ended, RequestEnded)
    return ended


async def working(made: Desk) -> tuple[Order, ...]:
    return (await made.read()).orders or ()


def test_a_stop_is_placed_under_its_name_and_told_with_it() -> None:
    async def scene(made: Desk) -> None:
        made.paper.set_price("ES", "6064.25")
        assert (await placed(made)).outcome is Outcome.DONE
        (order,) = await working(made)
        assert (order.side, order.type) == (Side.SELL, OrderType.STOP)
        assert (order.size, order.stop_price, order.tag) == (2, Decimal("6060.25"), TAG)
        await until(lambda: made.seen(OrderSeen))
        assert all(is_own(event.order) for event in made.seen(OrderSeen))

    play(scene)


def test_the_same_name_is_refused_a_second_time() -> None:
    async def scene(made: Desk) -> None:
        made.paper.set_price("ES", "6064.25")
        await placed(made)
        again = await placed(made)
        assert (again.outcome, again.code) == (Outcome.REFUSED, 2)
        assert len(await working(made)) == 1

    play(scene)


def test_a_price_off_the_grid_is_refused_with_the_venues_words() -> None:
    async def scene(made: Desk) -> None:
        ended = await placed(made, price="6060.30")
        assert ended.outcome is Outcome.REFUSED
        assert "not aligned to tick size" in ended.words
        assert await working(made) == ()

    play(scene)


def test_a_stop_is_moved_and_keeps_its_name() -> None:
    async def scene(made: Desk) -> None:
        made.paper.set_price("ES", "6064.25")
        await placed(made)
        (order,) = await working(made)
        move = MoveStop(2, made.account_id, order.id, 1, Decimal("6061.50"))
        ended = await made.client.perform(move)
        assert isinstance(ended, RequestEnded)
        assert ended.outcome is Outcome.DONE
        (moved,) = await working(made)
        assert (moved.id, moved.tag) == (order.id, TAG)
        assert (moved.size, moved.stop_price) == (1, Decimal("6061.50"))
        await made.client.perform(MoveStop(3, made.account_id, order.id, None, Decimal(6062)))
        (moved,) = await working(made)
        assert (moved.size, moved.stop_price) == (1, Decimal(6062))

    play(scene)


def test_a_stop_that_is_gone_is_not_moved() -> None:
    async def scene(made: Desk) -> None:
        ended = await made.client.perform(MoveStop(1, made.account_id, 1, 1, Decimal(6000)))
        assert isinstance(ended, RequestEnded)
        assert (ended.outcome, ended.code) == (Outcome.REFUSED, 2)

    play(scene)
