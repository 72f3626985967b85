import asyncio
import gzip
from decimal import Decimal
from pathlib import Path

from curb.paper.calm import Calm
from curb.paper.desk import Desk
from curb.paper.market import Market
from curb.paper.orders import Ticket
from curb.paper.prices import generated
from curb.paper.pump import Pump
from curb.paper.replay import ticks
from curb.paper.service import PaperOptions, running
from curb.wire.codes import OrderSide, OrderType
from tests.paper.client import DEADLINE_S
from tests.paper.play import listed, new_floor

LINES = ["2018-05-07T13:30:00Z,2670.50", "2018-05-07T13:30:10Z,2680.75"]
ES = listed("ES")


def test_ticks_happen_when_they_are_due_and_not_before() -> None:
    floor = new_floor()
    pump = Pump(floor, Market([ticks(LINES, ES, 1)]), None, 0)
    pump.play(9.9)
    assert str(floor.exchange.touches[ES.id].last) == "2670.50"
    pump.play(10)
    assert str(floor.exchange.touches[ES.id].last) == "2680.75"


def test_a_replay_pulls_a_trailing_stop_along() -> None:
    floor = new_floor()
    pump = Pump(floor, Market([ticks(LINES, ES, 1)]), None, 0)
    pump.play(0)
    ticket = Ticket(ES.id, OrderType.TRAILING_STOP, OrderSide.ASK, 1, trail=Decimal(2665))
    floor.act(lambda exchange: exchange.place(ticket, floor.clock.now()))
    pump.play(10)
    (order,) = floor.exchange.working()
    assert order.ticket.stop == Decimal("2675.25")


def test_the_end_of_a_replay_is_noted_once_and_its_last_price_stands() -> None:
    floor = new_floor()
    pump = Pump(floor, Market([ticks(LINES, ES, 1)]), None, 0)
    pump.play(10)
    pump.play(1_000)
    assert [row["text"] for row in floor.record.rows() if row["kind"] == "note"] == [
        "the replay of ES ended; its last price stands"
    ]
    assert str(floor.exchange.touches[ES.id].last) == "2680.75"


def test_the_trader_waits_until_his_account_is_watched() -> None:
    floor = new_floor()
    trader = Calm(1, "ES")
    pump = Pump(floor, Market([]), Desk(floor, trader), trader.first_s)
    pump.play(100)
    assert not floor.exchange.positions
    floor.was_watched = True
    pump.play(100)
    assert not floor.exchange.positions
    pump.play(103)
    assert floor.exchange.positions


def test_a_long_backlog_is_played_in_bursts() -> None:
    floor = new_floor()
    pump = Pump(floor, Market([generated(ES, 1)]), None, 0)
    assert pump.play(60)
    bursts = 1
    while pump.play(60):
        bursts += 1
    assert bursts > 1


def test_a_replay_begins_when_somebody_comes_and_is_stamped_with_the_venues_clock(
    tmp_path: Path,
) -> None:
    path = tmp_path / "es.csv.gz"
    path.write_bytes(gzip.compress("\n".join(LINES).encode()))

    async def scenario() -> tuple[str, str, bool]:
        options = PaperOptions(replay=path, symbol="ES", speed=100)
        async with running(options) as paper:
            contract = paper.contract("ES")
            before = str(paper.exchange.touches[contract].last)
            paper.place("ES", "buy", 1)
            async with asyncio.timeout(DEADLINE_S):
                while str(paper.exchange.touches[contract].last) != "2680.75":
                    await asyncio.sleep(0.01)
            paper.place("ES", "sell", 1)
            trade = paper.exchange.trades[-1]
            return before, str(trade.pnl), trade.at.year >= 2026

    before, pnl, is_now = asyncio.run(scenario())
    assert before == "2670.50"
    assert is_now
    assert float(pnl) > 0
