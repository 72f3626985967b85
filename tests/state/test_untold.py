"""What a read was the first to show, by size; prices are no news."""

from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.book import Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import AccountRead, Link, LinkChanged
from curb.state.account import AccountState, Market
from curb.state.untold import Untold, untold
from tests.scene import ACCOUNT, NOON, Scene, contract_id

MNQ, ES = contract_id("MNQ"), contract_id("ES")
LONG = Position(ACCOUNT.id, MNQ, 2, Decimal(21000), NOON, 5)
STOP = Order(
    9, ACCOUNT.id, MNQ, Side.SELL, OrderType.STOP, OrderStatus.OPEN, 2, stop_price=Decimal(20990)
)
FILL = Fill(1, ACCOUNT.id, MNQ, 2, Side.SELL, 1, Decimal(21000), NOON, Decimal(-40))


def words(*found: Untold) -> list[tuple[str, str, str]]:
    return [(each.kind, each.key, each.words) for each in found]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {}, []),
        ({}, {MNQ: LONG}, [("position", MNQ, "+2")]),
        ({MNQ: LONG}, {}, [("position", MNQ, "flat")]),
        ({MNQ: LONG}, {MNQ: replace(LONG, size=-1)}, [("position", MNQ, "-1")]),
        ({MNQ: LONG}, {MNQ: replace(LONG, average_price=Decimal(1))}, []),
    ],
)
def test_positions(
    before: dict[str, Position], after: dict[str, Position], found: list[object]
) -> None:
    assert words(*untold((before, after), ({}, {}), ())) == found


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({}, {9: STOP}, [("order", "9", "order 9")]),
        ({9: STOP}, {}, [("order", "9", "order 9 gone")]),
        ({9: STOP}, {9: replace(STOP, filled=1)}, [("order", "9", "order 9 with 1 left")]),
        ({9: STOP}, {9: replace(STOP, stop_price=Decimal(1))}, []),
    ],
)
def test_orders(before: dict[int, Order], after: dict[int, Order], found: list[object]) -> None:
    assert words(*untold(({}, {}), (before, after), ())) == found


def test_fills() -> None:
    assert words(*untold(({}, {}), ({}, {}), (FILL,))) == [("fill", "1", "fill 1")]


def read(number: int, second: int, *fills: Fill, lists: bool = True) -> AccountRead:
    at = Scene().at(second).now
    held = (LONG,) if lists else None
    return AccountRead(number, ACCOUNT.id, at, 1, None, held, () if lists else None, fills)


@pytest.mark.parametrize(
    ("up_at", "first_read", "is_whole", "is_up", "count"),
    [
        pytest.param(0, 1, True, True, 2, id="up all the time"),
        pytest.param(2, 1, True, True, 0, id="it came up after the read before"),
        pytest.param(0, None, True, True, 0, id="the first read of all"),
        pytest.param(0, 1, False, True, 0, id="a read that left a list out"),
        pytest.param(0, 1, True, False, 0, id="a hub that is down tells nothing"),
    ],
)
def test_only_what_came_up_while_the_hub_was_up_is_untold(
    up_at: int, first_read: int | None, is_whole: bool, is_up: bool, count: int
) -> None:
    state = AccountState(ACCOUNT, Market(), Scene().core.policy.days, "net")
    if first_read is not None:
        moment = Scene().at(first_read).now
        state.apply(AccountRead(1, ACCOUNT.id, moment, 1, None, (), (), ()), moment)
    change = LinkChanged(Link.USER_HUB, is_up, "", 1)
    state.market.links.apply(change, Scene().at(up_at).now)
    old, new = FILL, replace(FILL, id=3, at=Scene().at(4).now)
    event = read(2, 5, replace(old, at=Scene().at(-9).now), new, lists=is_whole)
    found = state.apply(event, Scene().at(5).now).untold
    assert len(found) == count  # the position, and the fill that is not from before


def test_a_link_that_never_came_up_has_no_since() -> None:
    state = AccountState(ACCOUNT, Market(), Scene().core.policy.days, "net")
    state.market.links[Link.USER_HUB].is_up = True
    state.apply(AccountRead(1, ACCOUNT.id, NOON, 1, None, (), (), ()), NOON)
    assert state.apply(read(2, 5), Scene().at(5).now).untold == ()
