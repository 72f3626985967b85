import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from curb.paper import saved
from curb.paper.exchange import Exchange
from curb.paper.orders import Bracket, Ticket, Touch
from curb.paper.saved import SavedStateError
from curb.wire import exact
from curb.wire.codes import OrderSide, OrderType
from tests.paper.play import START, contracts, listed

ES = listed("ES")


def exchange() -> Exchange:
    return Exchange(contracts(), first_id=3_000_000_000, position_id=1)


def busy() -> Exchange:
    """Return an exchange with three uneven entries, a working stop and a rejected order."""
    found = exchange()
    for price in ("6600", "6600.25", "6600.25"):
        last = Decimal(price)
        found.move(ES.id, Touch(last, last, last), START)
        found.place(Ticket(ES.id, OrderType.MARKET, OrderSide.BID, 1, tag=price[-2:]), START)
    found.place(Ticket(ES.id, OrderType.STOP, OrderSide.ASK, 3, stop=Decimal(6500)), START)
    return found


def intricate() -> Exchange:
    """Return an exchange with a waiting bracket, a trailing stop, a triggered stop-limit, a void."""
    found = busy()
    stop, target = Bracket(-8, OrderType.STOP), Bracket(12, OrderType.LIMIT)
    for ticket in (
        Ticket(ES.id, OrderType.MARKET, OrderSide.BID, 1, stop_loss=stop, take_profit=target),
        Ticket(ES.id, OrderType.TRAILING_STOP, OrderSide.ASK, 1, trail=Decimal(6590)),
        Ticket(
            ES.id,
            OrderType.STOP_LIMIT,
            OrderSide.BID,
            1,
            limit=Decimal(6580),
            stop=Decimal("6600.25"),
        ),
        Ticket(
            ES.id,
            OrderType.LIMIT,
            OrderSide.BID,
            1,
            limit=Decimal(6570),
            tag="later",
            stop_loss=stop,
            take_profit=target,
        ),
    ):
        found.place(ticket, START)
    found.void(found.trades[1].id)
    return found


def test_everything_comes_back_exactly(tmp_path: Path) -> None:
    before, after = busy(), exchange()
    path = saved.path_of(tmp_path, 7)
    saved.save(path, before, START)
    assert saved.load(path, after)
    assert after.positions == before.positions
    assert after.orders == before.orders
    assert after.trades == before.trades
    assert (after.balance, after.working()) == (before.balance, before.working())
    assert after.drain() == []
    assert after.next_id == before.next_id
    assert after.next_position_id == 2


def test_brackets_trailing_stops_and_voids_go_on_after_a_restart(tmp_path: Path) -> None:
    before, after = intricate(), exchange()
    path = saved.path_of(tmp_path, 7)
    saved.save(path, before, START)
    assert saved.load(path, after)
    assert (after.orders, after.trades) == (before.orders, before.trades)
    assert after.working() == before.working()
    assert any(each.is_triggered for each in after.working())
    for each in (before, after):
        each.drain()
        for last in ("6601", "6570", "6565"):
            price = Decimal(last)
            each.move(ES.id, Touch(price, price, price), START)
    assert after.drain() == before.drain()
    assert (after.balance, after.positions) == (before.balance, before.positions)


def test_exits_end_together_though_their_entry_was_left_behind(tmp_path: Path) -> None:
    before, after = exchange(), exchange()
    stop, target = Bracket(-8, OrderType.STOP), Bracket(12, OrderType.LIMIT)
    ticket = Ticket(ES.id, OrderType.MARKET, OrderSide.BID, 1, stop_loss=stop, take_profit=target)
    before.place(ticket, START)
    path = saved.path_of(tmp_path, 7)
    saved.save(path, before, START + timedelta(days=3))
    assert saved.load(path, after)
    assert len(after.orders) == len(after.working()) == 2
    price = Decimal(7000)
    after.move(ES.id, Touch(price, price, price), START)
    assert (after.working(), after.positions) == ([], {})


def test_a_file_from_before_there_were_brackets_is_read(tmp_path: Path) -> None:
    path = saved.path_of(tmp_path, 7)
    saved.save(path, busy(), START)
    state = exact.loads(path.read_text())
    for order in state["orders"]:
        for name in ("parent", "linked", "distance", "triggered"):
            del order[name]
    for trade in state["trades"]:
        del trade["voided"]
    path.write_text(exact.dumps(state))
    after = exchange()
    assert saved.load(path, after)
    assert after.orders == busy().orders


def test_old_orders_and_trades_stay_behind_but_working_ones_do_not(tmp_path: Path) -> None:
    before, after = busy(), exchange()
    path = saved.path_of(tmp_path, 7)
    saved.save(path, before, START + timedelta(days=3))
    saved.load(path, after)
    assert (len(after.trades), len(after.orders), len(after.working())) == (0, 1, 1)
    assert after.positions == before.positions


def test_without_a_file_nothing_is_taken_up(tmp_path: Path) -> None:
    assert not saved.load(saved.path_of(tmp_path, 7), exchange())
    assert saved.lasts(saved.path_of(tmp_path, 7), contracts()) == {}


def test_prices_go_on_where_they_stood(tmp_path: Path) -> None:
    path = saved.path_of(tmp_path, 7)
    saved.save(path, busy(), START)
    assert saved.lasts(path, contracts())[ES.id] == Decimal("6600.25")


def test_contracts_that_are_no_longer_listed_are_left_behind(tmp_path: Path) -> None:
    path = saved.path_of(tmp_path, 7)
    saved.save(path, busy(), START)
    path.write_text(path.read_text().replace(ES.id, "CON.F.US.EP.U26"))
    after = exchange()
    assert saved.load(path, after)
    assert not after.positions
    assert not after.orders


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"balance":"x"}', '{"balance":"1","orders":[{}],"positions":[]}'],
)
def test_a_file_that_is_not_ours_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = saved.path_of(tmp_path, 7)
    path.write_text(text)
    with pytest.raises(SavedStateError, match="account-7"):
        saved.load(path, exchange())


@pytest.mark.parametrize("keep", range(0, 1200, 100))
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, keep: int) -> None:
    path = saved.path_of(tmp_path, 7)
    saved.save(path, busy(), START)
    whole = path.read_text()
    path.write_text(whole[: min(keep, len(whole) - 1)])
    with pytest.raises(SavedStateError):
        saved.load(path, exchange())


def test_the_file_is_the_owners_only(tmp_path: Path) -> None:
    path = saved.path_of(tmp_path / "deep", 7)
    saved.save(path, busy(), START)
    assert path.stat().st_mode & 0o077 == 0
    assert exact.loads(path.read_text())["balance"]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_oldest_accounts_are_forgotten(tmp_path: Path) -> None:
    for number in range(60):
        path = saved.path_of(tmp_path, number)
        path.write_text("{}")
        os.utime(path, (number, number))
    (tmp_path / "mine.txt").write_text("kept")
    saved.forget_oldest(tmp_path)
    left = {each.name for each in tmp_path.iterdir()}
    assert left == {"mine.txt", *(f"account-{number}.json" for number in range(10, 60))}
