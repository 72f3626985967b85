import asyncio
from decimal import Decimal

from curb.domain.events import Event, QuoteSeen, TimePassed
from curb.engine.inbox import Inbox
from tests.scene import NOON


def quote(contract: str, **prices: str) -> QuoteSeen:
    return QuoteSeen(contract, NOON, **{k: Decimal(v) for k, v in prices.items()})


def test_quotes_of_a_contract_take_one_place_and_lose_no_price() -> None:
    inbox = Inbox()
    inbox.put(quote("MNQ", last="10"))
    inbox.put(quote("MNQ", bid="9", ask="11"))
    inbox.put(quote("MNQ", last="12"))
    assert len(inbox) == 1
    assert inbox.take() == quote("MNQ", last="12", bid="9", ask="11")
    assert inbox.take() is None


def test_user_events_go_first_in_their_order() -> None:
    inbox = Inbox()
    events: list[Event] = [TimePassed(), quote("MNQ", last="1"), TimePassed()]
    for event in events:
        inbox.put(event)
    assert [inbox.take(), inbox.take(), inbox.take()] == [events[0], events[2], events[1]]


def test_waiting_ends_with_the_next_event() -> None:
    async def scene() -> bool:
        inbox = Inbox()
        asyncio.get_running_loop().call_soon(inbox.put, TimePassed())
        async with asyncio.timeout(10):
            await inbox.wait(3600)
        return inbox.take() is not None

    assert asyncio.run(scene())


def test_waiting_ends_with_its_time() -> None:
    async def scene() -> object:
        inbox = Inbox()
        await inbox.wait(0.001)
        return inbox.take()

    assert asyncio.run(scene()) is None


def test_the_first_of_a_turn_is_handed_over_where_somebody_waits() -> None:
    async def scene() -> tuple[list[Event], list[Event | None]]:
        inbox, served = Inbox(), list[Event]()
        inbox.serve(served.append)
        inbox.put(TimePassed())
        assert served == []  # nobody waits
        inbox.take()
        inbox.take()
        waiting = asyncio.create_task(inbox.wait(3600))
        await asyncio.sleep(0)
        for last in ("1", "2"):
            inbox.put(quote("MNQ", last=last))
        async with asyncio.timeout(10):
            await waiting
        return served, [inbox.take(), inbox.take()]

    served, left = asyncio.run(scene())
    assert served == [quote("MNQ", last="1")]
    assert left == [quote("MNQ", last="2"), None]


def test_no_time_is_not_waited_for() -> None:
    asyncio.run(Inbox().wait(0))


def test_the_most_that_waited_and_every_quote_are_counted() -> None:
    inbox = Inbox()
    for event in (TimePassed(), quote("MNQ", last="1"), quote("MNQ", last="2"), TimePassed()):
        inbox.put(event)
    while inbox.take() is not None:
        pass
    inbox.put(quote("MES", last="1"))
    assert (inbox.most, inbox.quotes, len(inbox)) == (3, 3, 1)
