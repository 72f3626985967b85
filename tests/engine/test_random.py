"""Random days: whatever comes, in whatever order, some things always hold."""

from datetime import UTC, datetime, timedelta

from curb.engine.replay import Replay
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from curb.config.parse import parse
from curb.domain.actions import Action, CloseContract, ReadAccount, ReduceContract
from curb.domain.book import OrderType, Side
from curb.domain.events import Event, FlattenAsked, Outcome, RequestEnded, TimePassed
from curb.domain.locks import Lock, LockKind
from curb.engine import recording
from curb.engine.flatten import Phase
from curb.engine.policy import Policy
from curb.state.account import AccountState
from tests.cli.live import config_text
from tests.scene import ACCOUNT, contract_id
from tests.sim.venue import realized, terms
from tests.sim.world import World

# Every way to act that the shipped file does not take.
OTHERWISE = {
    "day.pnl_basis": "gross",
    "rules.max_contracts.action": "reduce",
    "rules.max_contracts_per_instrument.action": "close",
    "rules.daily_unrealized_loss.scope": "account",
    "rules.max_unrealized_profit.scope": "account",
    "rules.max_unrealized_profit.lock": True,
    "rules.trade_frequency_limit.close_positions": True,
    "rules.trade_frequency_limit.unit": "fill",
    "rules.symbol_blocks.blocked": ["MES"],
}
TEXTS = (config_text(), config_text(**OTHERWISE))
POLICIES = [Policy.of(parse(text, "config.toml")) for text in TEXTS]

NAMES = st.sampled_from(["ES", "MES", "MNQ"]).map(contract_id)
# No deadline that a read waits for is further away.
SOON = timedelta(seconds=1)
RARELY = st.integers(0, 4)
INDEX = st.integers(0, 5)
SIZES = st.integers(-3, 3).filter(bool)
TICKS = st.integers(-60, 60).filter(bool)


class RandomDay(RuleBasedStateMachine):
    """A trader without restraint, a venue that is late, and a link that drops."""

    @initialize(policy=st.sampled_from(POLICIES))
    def begin(self, policy: Policy) -> None:
        self.locks: dict[tuple[int, str, str | None], Lock] = {}
        self.closing: dict[str, int] = {}  # the close in flight, by contract
        self.world = World(policy)
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

    @rule(can_trade=st.booleans(), rarely=RARELY)
    def permits(self, can_trade: bool, rarely: int) -> None:
        if not rarely:
            self.world.venue.permit(can_trade=can_trade)

    @rule(rarely=RARELY)
    def asks_to_be_flat(self, rarely: int) -> None:
        if not rarely:
            self.world.tell(FlattenAsked(ACCOUNT.id))

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

    @rule(rarely=RARELY)
    def restarts(self, rarely: int) -> None:
        if not rarely:
            self.closing = {}
            self.world.start()

    # What always holds.

    def holds(self, event: Event | None, actions: tuple[Action, ...]) -> None:
        """Judge one call of the core."""
        if isinstance(event, TimePassed):
            assert self.world.core.deadline(self.world.now) > self.world.now  # else it would spin
        self._adds_no_exposure(actions)
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
                case _:
                    pass

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
                assert old.until is not None or self.state.account.can_trade is True
                continue
            assert _end(new) >= _end(old)
            assert new.kind is LockKind.LOCKOUT or old.kind is LockKind.COOLDOWN
            allowed = dict(old.ceilings)
            assert all(abs(c) <= abs(allowed[cid]) for cid, c in new.ceilings)
        self.locks = locks

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
        day = self.state.day(world.now)
        days = self.state.resets.days
        mine = [f for f in venue.fills.values() if days.day_of(f.at) == day]
        assert self.state.pnl.realized(day, "net") == realized(mine)[1]

    def _replays(self) -> None:
        """The pure core, told the same, decides the same."""
        world = self.world
        first = recording.first_line("0", world.policy, (world.first_account,), world.restored)
        replay = Replay(first)
        assert [d for call in world.calls if (d := replay.play(recording.line_of(call)))] == []


def _end(lock: Lock) -> datetime:
    return lock.until or datetime.max.replace(tzinfo=UTC)


def _is_of(answer: Event, closing: dict[str, int]) -> bool:
    return isinstance(answer, RequestEnded) and answer.request_id in closing.values()


TestRandomDay = RandomDay.TestCase
TestRandomDay.settings = settings(
    max_examples=50,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
