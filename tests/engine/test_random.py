"""Random days: whatever comes, in whatever order, some things always hold."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from curb.config.canonical import canonical
from curb.config.diff import diff
from curb.config.models import Config
from curb.domain.actions import (
    Action,
    CloseContract,
    MoveStop,
    PlaceStop,
    ReadAccount,
    ReduceContract,
)
from curb.domain.book import Order, OrderType, Side
from curb.domain.events import (
    Event,
    FlattenAsked,
    Outcome,
    RequestEnded,
    SelfLockAsked,
    TimePassed,
)
from curb.domain.locks import Lock, LockKind
from curb.domain.stops import is_own
from curb.engine import recording
from curb.engine.flatten import Phase
from curb.engine.policy import Policy
from curb.engine.replay import Replay
from curb.rules.symbol_blocks import SymbolBlocks
from curb.state.account import AccountState
from tests.engine.files import FILES
from tests.engine.venue import realized, terms
from tests.engine.world import World
from tests.scene import ACCOUNT, contract_id

NAMES = st.sampled_from(["ES", "MES", "MNQ"]).map(contract_id)
# Under their locks nothing is loosened.
REFUSING = {f"RULE-{number:03}" for number in range(3, 8)} | {"SELF-LOCK", "ENGINE"}
# No deadline that a read waits for is further away.
SOON = timedelta(seconds=1)
RARELY = st.integers(0, 4)
INDEX = st.integers(0, 5)
SIZES = st.integers(-3, 3).filter(bool)
TICKS = st.integers(-60, 60).filter(bool)
PATHS = st.lists(st.integers(-6, 12), min_size=1, max_size=5)
PAUSES = st.sampled_from([0.05, 0.4, 1.0])


class RandomDay(RuleBasedStateMachine):
    """A trader without restraint, a venue that is late, and a link that drops."""

    @initialize(file=st.sampled_from(FILES))
    def begin(self, file: Config) -> None:
        self.locks: dict[tuple[int, str, str | None], Lock] = {}
        self.closing: dict[str, int] = {}  # the close in flight, by contract
        self.in_force = file
        self.due: datetime | None = None  # when what waits may come into force
        self.world = World(Policy.of(file), file)
        self.world.after_call = self.holds

    # What happens.

    @rule(cid=NAMES, size=SIZES)
    def trades(self, cid: str, size: int) -> None:
        self.world.venue.trade(cid, size)

    @rule(cid=NAMES, buys=st.booleans(), stop=st.booleans(), size=st.integers(1, 3), ticks=TICKS)
    def places(self, cid: str, buys: bool, stop: bool, size: int, ticks: int) -> None:
        price = self.world.venue.prices[cid] + ticks * terms(cid).tick_size
        kind = OrderType.STOP if stop else OrderType.LIMIT
        self.world.venue.place(cid, Side.BUY if buys else Side.SELL, kind, size, price)

    @rule(index=INDEX)
    def cancels(self, index: int) -> None:
        ids = sorted(self.world.venue.orders)
        if ids:
            self.world.venue.cancel(ids[index % len(ids)])

    @rule(cid=NAMES, ticks=TICKS)
    def market_moves(self, cid: str, ticks: int) -> None:
        venue = self.world.venue
        venue.move(cid, venue.prices[cid] + ticks * terms(cid).tick_size)

    @rule(index=INDEX)
    def voids(self, index: int) -> None:
        ids = sorted(i for i, fill in self.world.venue.fills.items() if not fill.is_voided)
        if ids:
            self.world.venue.void(ids[-1 - index % len(ids)])

    @rule(cid=NAMES, size=SIZES, ticks=TICKS, seconds=st.sampled_from([0.05, 1.0, 20.0]))
    def trades_and_all_is_told(self, cid: str, size: int, ticks: int, seconds: float) -> None:
        self.trades(cid, size)
        self.hub_tells_all()
        self.market_moves(cid, ticks)
        self.hub_tells_all()
        self.all_arrives()
        self.time_passes(seconds)

    @rule(cid=NAMES, size=st.sampled_from([-2, -1, 1, 2]), path=PATHS, seconds=PAUSES)
    def lets_a_profit_run(self, cid: str, size: int, path: list[int], seconds: float) -> None:
        self.trades(cid, size)
        for ticks in path:
            self.hub_tells_all()
            self.all_arrives()
            self.time_passes(seconds)
            self.market_moves(cid, ticks if size > 0 else -ticks)
        self.hub_tells_all()

    @rule(can_trade=st.booleans(), rarely=RARELY)
    def permits(self, can_trade: bool, rarely: int) -> None:
        if not rarely:
            self.world.venue.permit(can_trade=can_trade)

    @rule(rarely=RARELY)
    def asks_to_be_flat(self, rarely: int) -> None:
        if not rarely:
            self.world.tell(FlattenAsked(ACCOUNT.id))

    @rule(seconds=st.sampled_from([300, 900, None]), symbol=st.sampled_from([None, "ES"]), n=RARELY)
    def locks_himself_out(self, seconds: int | None, symbol: str | None, n: int) -> None:
        if not n:
            self.world.tell(SelfLockAsked(ACCOUNT.id, seconds, symbol))

    @rule(file=st.sampled_from(FILES), is_confirmed=st.booleans())
    def saves_another_file(self, file: Config, is_confirmed: bool) -> None:
        self.hub_tells_all()
        self.all_arrives()
        actions = self.world.reload(file, is_confirmed=is_confirmed)
        assert is_confirmed or not any(isinstance(a, CloseContract) for a in actions)

    # What arrives, when and how.

    @rule(index=INDEX, again=st.booleans())
    def hub_tells(self, index: int, again: bool) -> None:
        self.world.hear(index, again=again)

    @rule()
    def hub_tells_all(self) -> None:
        while self.world.venue.told and self.world.is_hub_up:
            self.world.hear()

    @rule(index=INDEX, outcome=st.sampled_from(Outcome), has_effect=st.booleans())
    def request_arrives(self, index: int, outcome: Outcome, has_effect: bool) -> None:
        self.world.arrive(index, outcome, has_effect=has_effect)

    @rule(index=INDEX)
    def answer_arrives(self, index: int) -> None:
        self.world.answer(index)

    @rule()
    def all_arrives(self) -> None:
        for _ in range(len(self.world.flight)):
            self.world.arrive(0, Outcome.DONE)
        for _ in range(len(self.world.answers)):
            self.world.answer()

    @rule(seconds=st.sampled_from([0.1, 0.6, 2.5, 12.0, 65.0, 400.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(is_up=st.booleans(), rarely=RARELY)
    def hub_drops_or_returns(self, is_up: bool, rarely: int) -> None:
        if not rarely:
            self.world.link(is_up=is_up)

    @rule(rarely=RARELY, file=st.none() | st.sampled_from(FILES))
    def restarts(self, rarely: int, file: Config | None) -> None:
        if not rarely:
            self.closing = {}
            self.world.file = file or self.world.file
            self.world.start()

    # What always holds.

    def holds(self, event: Event | None, actions: tuple[Action, ...]) -> None:
        """Judge one call of the core."""
        if isinstance(event, TimePassed):
            assert self.world.core.deadline(self.world.now) > self.world.now  # else it would spin
        self._adds_no_exposure(actions)
        self._loosens_in_its_time()
        self._has_one_close_in_flight(event, actions)
        self._keeps_its_locks()
        self._closes_what_a_lockout_forbids()
        self._counts_every_fill_once()
        self._would_restart_the_same()

    def _adds_no_exposure(self, actions: tuple[Action, ...]) -> None:
        held = self.state.positions
        for action in actions:
            match action:
                case CloseContract(contract_id=cid):
                    assert held.size(cid)
                case ReduceContract(contract_id=cid, size=size):
                    assert 0 < size < abs(held.size(cid))
                case PlaceStop(contract_id=cid, side=side, size=size):
                    self._covers(cid, side, size)
                case MoveStop(order_id=order_id, size=size) if size is not None:
                    order = self._order(order_id)
                    self._covers(order.contract_id, order.side, size - order.filled)
                case _:
                    pass

    def _covers(self, cid: str, side: Side, size: int) -> None:
        """A stop of this size closes no more than both the position and the fills show."""
        held = self.state.positions
        assert 0 < size <= min(-side.value * each for each in (held.size(cid), held.by_fills(cid)))

    def _order(self, order_id: int) -> Order:
        return next(order for order in self.state.orders if order.id == order_id)

    def _loosens_in_its_time(self) -> None:
        """Nothing is looser before its reset, but in practice; and not under a lock."""
        governing = self.world.core.governing
        assert governing is not None
        before, self.in_force = self.in_force, governing.adoption.in_force
        due, pending = self.due, governing.adoption.pending
        self.due = pending.due if pending else None
        if before is self.in_force or not [
            c for c in diff(before, self.in_force) if c.direction == "looser"
        ]:
            return
        standing = {lock.rule for lock in self.state.lockouts if lock.key in self.locks}
        assert not standing & REFUSING
        is_due = due is not None and due <= self.world.now
        assert is_due or before.is_loosened_at_once

    def _has_one_close_in_flight(self, event: Event | None, actions: tuple[Action, ...]) -> None:
        if isinstance(event, RequestEnded):
            done = event.request_id
            self.closing = {c: i for c, i in self.closing.items() if i != done}
        for action in actions:
            if isinstance(action, CloseContract | ReduceContract):
                assert action.contract_id not in self.closing
                self.closing[action.contract_id] = action.request_id

    def _keeps_its_locks(self) -> None:
        """No lock ends before its time, gets shorter or milder, or lets more stand."""
        locks = {lock.key: lock for lock in self.state.lockouts}
        for key, old in self.locks.items():
            new = locks.get(key)
            if new is None:
                assert old.until is None or old.until <= self.world.now
                assert old.until is not None or self._is_condition_over(old)
                continue
            assert _end(new) >= _end(old)
            assert new.kind is LockKind.LOCKOUT or old.kind is LockKind.COOLDOWN
            allowed = dict(old.ceilings)
            assert all(abs(c) <= abs(allowed[cid]) for cid, c in new.ceilings)
        self.locks = locks

    def _is_condition_over(self, lock: Lock) -> bool:
        if lock.rule == "RULE-010":
            return self.state.account.can_trade is True
        blocks = self.in_force.rule(SymbolBlocks)
        return not blocks.enabled or lock.symbol not in blocks.blocked

    def _closes_what_a_lockout_forbids(self) -> None:
        state, watch = self.state, self.world.watch
        if not state.positions.is_known:
            return
        for position in state.positions:
            cid = position.contract_id
            if state.lockouts.lockout(state.market.contracts.symbol(cid)):
                pursuit = watch.closing.get(cid)
                assert pursuit is not None
                assert pursuit.keep == 0
                is_waiting = pursuit.next_at is not None and pursuit.next_at > self.world.now
                # In flight; else a read is awaited, or the pause between two closes.
                assert pursuit.phase is not Phase.WANTED or is_waiting
                if pursuit.phase in (Phase.ACKED, Phase.DOUBT, Phase.SEEN):
                    assert self._is_read_awaited()

    def _is_read_awaited(self) -> bool:
        flight = (sent.request for sent in self.world.flight)
        if any(isinstance(request, ReadAccount) for request in flight):
            return True
        if any(not _is_of(answer, self.closing) for answer in self.world.answers):
            return True
        return self.world.core.deadline(self.world.now) <= self.world.now + SOON

    def _counts_every_fill_once(self) -> None:
        """The day's P&L is what adding up the fills that were kept gives."""
        day = self.state.day(self.world.now)
        days = self.state.resets.days
        kept = [f for f in self.world.disk.fills.values() if days.day_of(f.at) == day]
        gross, net = realized(kept)
        assert self.state.pnl.realized(day, "gross") == gross
        assert self.state.pnl.realized(day, "net") == net

    def _would_restart_the_same(self) -> None:
        """What the disk was given is what the core holds."""
        state, disk = self.state, self.world.disk
        assert disk.locks == {lock.key: lock for lock in state.lockouts}
        assert disk.graces == {grace.key: grace for grace in state.timers}
        assert disk.highs == {high.key: high for high in state.highs}
        governing = self.world.core.governing
        assert governing is not None
        assert list(disk.configs.values()) == [governing.adoption.kept()]
        assert self.world.core.policy.text == canonical(governing.adoption.in_force)

    @property
    def state(self) -> AccountState:
        return self.world.watch.state

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self._comes_to_rest()
        self._replays()

    def _comes_to_rest(self) -> None:
        """Once everything arrives, all is known, and what is forbidden is gone."""
        world = self.world
        world.settle(90)
        venue = world.venue
        assert {p.contract_id: p.size for p in self.state.positions} == {
            cid: held.size for cid, held in venue.positions.items()
        }
        assert {order.id for order in self.state.orders} == set(venue.orders)
        assert self.state.positions.exposures() == {
            cid: held.size for cid, held in sorted(venue.positions.items())
        }
        assert not self.world.watch.enforcements
        for cid in venue.prices:
            if self.state.lockouts.lockout(self.state.market.contracts.symbol(cid)):
                assert cid not in venue.positions
                assert not [order for order in venue.orders.values() if order.contract_id == cid]
            held = venue.positions.get(cid)
            mine = [o for o in venue.orders.values() if o.contract_id == cid and is_own(o)]
            covered = sum(order.side.value * order.remaining for order in mine)
            assert 0 <= -covered * held.size <= held.size**2 if held else not mine
        day = self.state.day(world.now)
        days = self.state.resets.days
        fills = [f for f in venue.fills.values() if days.day_of(f.at) == day]
        assert self.state.pnl.realized(day, "net") == realized(fills)[1]

    def _replays(self) -> None:
        """The pure core, told the same, decides the same."""
        world = self.world
        replay = Replay(world.first_line)
        assert [d for call in world.calls if (d := replay.play(recording.line_of(call)))] == []


def _end(lock: Lock) -> datetime:
    return lock.until or datetime.max.replace(tzinfo=UTC)


def _is_of(answer: Event, closing: dict[str, int]) -> bool:
    return isinstance(answer, RequestEnded) and answer.request_id in closing.values()


TestRandomDay = RandomDay.TestCase
TestRandomDay.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    suppress_health_check=list(HealthCheck),
)
