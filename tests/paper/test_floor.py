from decimal import Decimal

from curb.paper.floor import Floor
from curb.paper.hub import Connection
from curb.paper.orders import Ticket, Touch
from curb.wire import exact, names
from curb.wire.codes import OrderSide, OrderType
from tests.paper.play import listed, new_floor

ES = listed("ES")


def touch(last: str) -> Touch:
    price = Decimal(last)
    return Touch(price, price + ES.tick_size, price)


def watched() -> tuple[Floor, Connection]:
    """Return a floor and one client of both hubs, so that the order across them can be seen."""
    floor, client = new_floor(), Connection()
    for hub in (floor.user, floor.market):
        hub.connections.add(client)
    floor.user.invoke(client, names.SUBSCRIBE_POSITIONS, [1])
    floor.market.invoke(client, names.SUBSCRIBE_QUOTES, [ES.id])
    floor.market.invoke(client, names.SUBSCRIBE_CONTRACT_TRADES, [ES.id])
    return floor, client


def told(client: Connection) -> list[tuple[str, list[object]]]:
    found = []
    while client.waiting.qsize():
        message = exact.loads(str(client.waiting.get_nowait()).rstrip("\x1e"))
        found.append((message["target"], message["arguments"]))
    return found


def test_the_quote_that_causes_a_fill_is_told_before_it() -> None:
    floor, client = watched()
    ticket = Ticket(ES.id, OrderType.STOP, OrderSide.ASK, 1, stop=Decimal(6500))
    floor.act(lambda exchange: exchange.place(ticket, floor.clock.now()))
    floor.move(ES, touch("6499"), size=2, side=1)
    assert [name for name, _ in told(client)] == [names.QUOTE, names.TRADE, names.USER_POSITION]


def test_moves_between_two_quotes_become_one_quote_and_a_list_of_trades() -> None:
    floor, client = watched()
    for last in ("6600", "6600.25", "6601"):
        floor.move(ES, touch(last), size=1)
    assert told(client) == []
    floor.quote()
    (quote, (_, quoted)), (trade, (_, printed)) = told(client)
    assert (quote, trade) == (names.QUOTE, names.TRADE)
    assert isinstance(quoted, dict)
    assert (quoted["lastPrice"], quoted["volume"]) == (6601, 3)
    assert isinstance(printed, list)
    assert [each["price"] for each in printed] == [6600, exact.loads("6600.25"), 6601]


def test_what_nobody_wants_is_not_sent_and_what_moved_is_not_repeated() -> None:
    floor, client = watched()
    floor.move(listed("NQ"), floor.exchange.touches[listed("NQ").id], size=1)
    floor.move(ES, touch("6600"))
    floor.quote()
    assert len(told(client)) == 1
    floor.refresh()
    assert told(client) == []
    floor.refresh()
    assert [name for name, _ in told(client)] == [names.QUOTE]


def test_the_floor_notices_when_the_account_is_watched() -> None:
    floor, client = new_floor(), Connection()
    floor.market.invoke(client, names.SUBSCRIBE_QUOTES, [ES.id])
    assert (floor.began.is_set(), floor.was_watched) == (True, False)
    floor.user.invoke(client, names.SUBSCRIBE_ACCOUNTS, [])
    assert floor.was_watched


def test_events_that_nobody_was_told_stand_in_the_record_all_the_same() -> None:
    floor = new_floor()
    ticket = Ticket(ES.id, OrderType.MARKET, OrderSide.BID, 2)
    floor.act(lambda exchange: exchange.place(ticket, floor.clock.now()))
    floor.act(lambda exchange: exchange.close(ES.id, floor.clock.now()))
    rows = floor.record.rows()
    assert {row["to"] for row in rows if row["kind"] == "event"} == {0}
    assert [row["symbol"] for row in rows if row["kind"] == "flat"] == ["ES"]
    assert [row["net_after"] for row in rows if row["kind"] == "fill"] == [2, 0]
