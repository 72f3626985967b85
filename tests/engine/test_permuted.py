"""The hub may tell late, twice and in any order: after the next read all is as if it had not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from curb.domain.book import OrderType, Side
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    Event,
    Link,
    LinkChanged,
    QuoteSeen,
    Restored,
)
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.rules.rule import Rule
from curb.state.account import AccountState
from tests.engine.venue import Venue, terms
from tests.engine.world import PRICES
from tests.rules.test_trade_frequency_limit import rule as frequency
from tests.scene import ACCOUNT, NOON, Scene, contract_id

CIDS = [contract_id(name) for name in ("ES", "MNQ")]
DAYS = Scene().core.policy.days

Deed = Callable[[Venue], None]


@dataclass(frozen=True)
class Trade:
    cid: str
    size: int

    def __call__(self, venue: Venue) -> None:
        venue.trade(self.cid, self.size)


@dataclass(frozen=True)
class Place:
    cid: str
    side: Side
    kind: OrderType
    ticks: int

    def __call__(self, venue: Venue) -> None:
        price = venue.prices[self.cid] + self.ticks * terms(self.cid).tick_size
        venue.place(self.cid, self.side, self.kind, 1, price)


@dataclass(frozen=True)
class Move:
    cid: str
    ticks: int

    def __call__(self, venue: Venue) -> None:
        venue.move(self.cid, venue.prices[self.cid] + self.ticks * terms(self.cid).tick_size)


@dataclass(frozen=True)
class Void:
    index: int

    def __call__(self, venue: Venue) -> None:
        ids = sorted(i for i, fill in venue.fills.items() if not fill.is_voided)
        if ids:
            venue.void(ids[self.index % len(ids)])


@dataclass(frozen=True)
class Wait:
    seconds: int

    def __call__(self, venue: Venue) -> None:
        venue.now += timedelta(seconds=self.seconds)


_TICKS = st.integers(-8, 8)
_DEEDS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Trade, st.sampled_from(CIDS), st.integers(-3, 3).filter(bool)),
    st.builds(
        Place,
        st.sampled_from(CIDS),
        st.sampled_from(Side),
        st.sampled_from([OrderType.STOP, OrderType.LIMIT]),
        _TICKS,
    ),
    st.builds(Move, st.sampled_from(CIDS), _TICKS),
    st.builds(Void, st.integers(0, 5)),
    st.builds(Wait, st.integers(1, 40)),
)

_OPENINGS: st.SearchStrategy[Deed] = st.one_of(
    st.builds(Trade, st.sampled_from(CIDS), st.integers(1, 3)),
    st.builds(Wait, st.integers(1, 40)),
)


def played(deeds: list[Deed]) -> Venue:
    venue = Venue(NOON, {contract_id(name): price for name, price in PRICES.items()})
    for deed in deeds:
        deed(venue)
    return venue


def state_after(rules: tuple[Rule, ...], events: list[Event], venue: Venue) -> AccountState:
    """Return what is known once the events were told, at one moment, and all was read."""
    policy = Policy(rules, DAYS, "net", "0" * 64, len(rules))
    core = Core(policy, (ACCOUNT,), Restored())
    core.start(NOON, {})
    for cid in CIDS:
        core.handle(ContractSeen(terms(cid)), NOON)
    for link in Link:
        core.handle(LinkChanged(link, is_up=True, words="", generation=1), NOON)
    core.handle(AccountRead(0, ACCOUNT.id, NOON, 1, ACCOUNT, (), (), ()), NOON)
    for event in events:
        core.handle(event, venue.now)
    at = venue.now + timedelta(seconds=3)  # what was told is two seconds old
    positions, orders = tuple(venue.positions.values()), tuple(venue.orders.values())
    fills = tuple(venue.fills.values())
    core.handle(AccountRead(0, ACCOUNT.id, at, 1, ACCOUNT, positions, orders, fills), at)
    return core.watches[ACCOUNT.id].state


def known(state: AccountState, venue: Venue) -> dict[str, Any]:
    day = state.day(venue.now)
    units = ("order", "fill", "round_turn")
    return {
        "positions": {p.contract_id: p for p in state.positions},
        "exposures": state.positions.exposures(),
        "orders": {order.id: order for order in state.orders},
        "gross": state.pnl.realized(day, "gross"),
        "net": state.pnl.realized(day, "net"),
        "trades": {unit: state.trades.counted(unit, state.positions) for unit in units},
    }


def _told(venue: Venue) -> list[Event]:
    return [event for event in venue.told if not isinstance(event, QuoteSeen)]


@given(data=st.data(), deeds=st.lists(_DEEDS, min_size=1, max_size=14))
def test_the_order_of_what_was_told_does_not_matter(data: st.DataObject, deeds: list[Deed]) -> None:
    venue = played(deeds)
    told = _told(venue)
    twice = data.draw(st.lists(st.sampled_from(told), max_size=6)) if told else []
    shuffled = data.draw(st.permutations([*told, *twice]))
    lost = data.draw(st.sets(st.integers(0, max(len(told) - 1, 0)), max_size=4))
    partly = [event for number, event in enumerate(told) if number not in lost]
    expected = known(state_after((), told, venue), venue)
    assert known(state_after((), shuffled, venue), venue) == expected
    assert known(state_after((), partly, venue), venue) == expected
    assert known(state_after((), [], venue), venue) == expected


def cooldowns(told: list[Event], venue: Venue) -> list[datetime | None]:
    state = state_after((frequency(),), told, venue)
    return [lock.until for lock in state.lockouts]


@given(deeds=st.lists(_DEEDS, min_size=4, max_size=14))
def test_a_cooldown_is_as_long_when_only_the_read_tells(deeds: list[Deed]) -> None:
    venue = played([deed for deed in deeds if not isinstance(deed, Void)])
    assert cooldowns([], venue) == cooldowns(_told(venue), venue)


@given(data=st.data(), deeds=st.lists(_OPENINGS, min_size=4, max_size=14))
def test_a_cooldown_is_as_long_in_whatever_order_openings_are_told(
    data: st.DataObject, deeds: list[Deed]
) -> None:
    venue = played(deeds)
    shuffled = data.draw(st.permutations(_told(venue)))
    assert cooldowns(shuffled, venue) == cooldowns(_told(venue), venue)
