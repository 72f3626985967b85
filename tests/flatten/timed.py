"""The real core and a venue with time between them: requests, answers and events on their way.

Nothing is random but what `chance` draws, so that a seed plays the same day each time.
"""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    OffsetPosition,
    ReadAccount,
    ReduceContract,
    Request,
)
from curb.domain.book import OrderType, Side
from curb.domain.events import (
    Event,
    Link,
    LinkChanged,
    Outcome,
    RequestEnded,
    SelfLockAsked,
    TimePassed,
    Why,
)
from curb.domain.sessions import TradingDays
from curb.engine.policy import Policy
from tests.engine.world import PRICES, Sent, World
from tests.scene import ACCOUNT, NOON, contract_id

MNQ = contract_id("MNQ")
TICK = Decimal("0.25")
_TIMEOUT = timedelta(seconds=5)
_STEP = timedelta(milliseconds=100)

Close = CloseContract | ReduceContract | OffsetPosition


@dataclass(frozen=True)
class Terms:
    """How far away the venue is, and what goes wrong on the way."""

    rtt_s: float = 0.06
    jitter_s: float = 0.02
    outages: float = 0.0  # the chance that the line goes
    outage_within_s: float = 1.0  # of the breach
    halt_s: float = 0.0  # the market is closed so long from the breach on
    stop_ticks: tuple[int, int] = (8, 40)  # the stop's distance, at random within
    entries: int = 3  # resting limit orders, one every second tick below
    is_cancel_first: bool = False  # every order is cancelled before a close leaves


@dataclass
class Seen:
    """What the venue saw of one flatten, in seconds and contract-seconds."""

    flat_s: float | None = None  # to the last moment at which something was open or working
    asked_s: float | None = None  # from the market's opening to the first close that came then
    naked: float = 0.0  # of the position at the breach, with its stop gone
    longest_naked_s: float = 0.0
    flipped: float = 0.0
    longest_flip_s: float = 0.0
    raised: int = 0  # own requests that left more open than there was
    closes: int = 0
    is_over: bool = False  # nothing was open, working or wanted in the end


class Timed:
    """One position that is locked out at once, until it is flat and stays so."""

    def __init__(self, seed: int, terms: Terms, policy: Policy) -> None:
        self.seen = Seen()
        self._terms = terms
        self._chance = Random(seed)  # noqa: S311 - the same each time
        self._queue: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self._world = World(policy)
        self._world.after_call = lambda _event, _actions: None
        self._out = (NOON, NOON)
        self._held: dict[int, tuple[Sent, set[int]]] = {}
        self._naked_s = self._flip_s = 0.0
        self._settle()
        self._open()

    def play(self, seconds: float = 400) -> Seen:
        """Lock, and go on until nothing is open, working or wanted; return what was seen."""
        world, terms = self._world, self._terms
        self._began = world.now
        self._opening = world.now + timedelta(seconds=terms.halt_s)
        if self._chance.random() < terms.outages:
            begins = world.now + timedelta(seconds=self._chance.random() * terms.outage_within_s)
            ends = begins + timedelta(seconds=self._chance.choice((5, 30, 120)))
            self._out = (begins, ends)
            self._at(ends, self._back)
        self._tell(SelfLockAsked(ACCOUNT.id, None))
        self._at(world.now + _STEP, self._move)
        end = self._began + timedelta(seconds=seconds)
        while world.now < end and not self._is_over():
            self._step()
        self.seen.is_over = self._is_over()
        return self.seen

    def _open(self) -> None:
        """Hold 2 MNQ long with a stop below, and entries between."""
        venue, price = self._world.venue, PRICES["MNQ"]
        venue.trade(MNQ, 2)
        below = self._chance.randint(*self._terms.stop_ticks)
        venue.place(MNQ, Side.SELL, OrderType.STOP, 2, price - below * TICK)
        for number in range(self._terms.entries):
            limit = price - 2 * (number + 1) * TICK
            venue.place(MNQ, Side.BUY, OrderType.LIMIT, 1, limit)
        self._settle()

    def _settle(self) -> None:
        self._world.settle(2)

    def _is_over(self) -> bool:
        venue, world = self._world.venue, self._world
        is_flat = not venue.positions and not venue.orders
        return is_flat and not any(True for _ in world.watch.closing) and not self._held

    def _step(self) -> None:
        """Go to the next moment at which anything happens."""
        world = self._world
        due = world.core.deadline(world.now)
        if not self._queue or due < self._queue[0][0]:
            self._go(max(due, world.now + timedelta(milliseconds=1)))
            self._tell(TimePassed())
            return
        when, _, act = heapq.heappop(self._queue)
        self._go(max(when, world.now))
        act()

    def _go(self, now: datetime) -> None:
        self._count((now - self._world.now).total_seconds())
        self._world.go_to(now)

    def _count(self, seconds: float) -> None:
        """Add up what stands at the venue for so long."""
        venue = self._world.venue
        held = venue.positions.get(MNQ)
        size = held.size if held else 0
        stops = [o for o in venue.orders.values() if o.type.is_stop and o.side is Side.SELL]
        bare = max(size - sum(stop.remaining for stop in stops), 0)
        self._naked_s = self._naked_s + seconds if bare else 0.0
        self._flip_s = self._flip_s + seconds if size < 0 else 0.0
        seen = self.seen
        seen.naked += bare * seconds
        seen.longest_naked_s = max(seen.longest_naked_s, self._naked_s)
        seen.flipped += max(-size, 0) * seconds
        seen.longest_flip_s = max(seen.longest_flip_s, self._flip_s)
        if size or venue.orders:
            seen.flat_s = (self._world.now - self._began).total_seconds() + seconds

    def _move(self) -> None:
        """Let the market trade a tick up or down, or stay; while it is closed it does not."""
        world = self._world
        if world.now >= self._opening:
            price = world.venue.prices[MNQ] + self._chance.choice((-1, 0, 1)) * TICK
            world.venue.move(MNQ, price)
            self._tell_soon()
        self._at(world.now + _STEP, self._move)

    def _tell(self, event: Event) -> None:
        """Let the core hear, and send what it wants sent."""
        world = self._world
        world.tell(event)
        sent, world.flight = world.flight, []
        for each in sent:
            self._send(each)

    def _send(self, sent: Sent) -> None:
        if self._terms.is_cancel_first and isinstance(sent.request, Close):
            cancels = dict(enumerate(self._orders(), -10_000))
            if cancels:
                self._held[sent.request.request_id] = (sent, set(cancels))
                for number, order_id in cancels.items():
                    self._leave(Sent(CancelOrder(number, ACCOUNT.id, order_id), sent.at))
                return
        self._leave(sent)

    def _orders(self) -> list[int]:
        return [order.id for order in self._world.watch.state.orders.of(MNQ)]

    def _leave(self, sent: Sent) -> None:
        if self._is_out():
            self._lose(sent.request)
        else:
            self._at(self._world.now + self._way(), lambda: self._arrive(sent))

    def _lose(self, request: Request) -> None:
        ended = RequestEnded(request.request_id, Outcome.UNKNOWN, 5_000)
        self._at(self._world.now + _TIMEOUT, lambda: self._answer(ended))

    def _arrive(self, sent: Sent) -> None:
        """Let a request have its effect at the venue, and its answer be on the way back."""
        world, request = self._world, sent.request
        answer: Event
        if isinstance(request, Close):
            self.seen.closes += 1
            self._note_asked()
        if isinstance(request, Close) and world.now < self._opening:
            number = request.request_id
            answer = RequestEnded(number, Outcome.REFUSED, 5, 5, "closed", Why.MARKET)
        else:
            before = self._size()
            world.flight = [sent]
            world.arrive(0, Outcome.DONE)
            answer = world.answers.pop()
            after = self._size()
            is_less = after == before or (abs(after) < abs(before) and after * before >= 0)
            self.seen.raised += not (is_less or isinstance(request, ReadAccount))
        self._tell_soon()
        if self._is_out():
            self._lose(request)
        else:
            self._at(world.now + self._way(), lambda: self._answer(answer))

    def _note_asked(self) -> None:
        after = (self._world.now - self._opening).total_seconds()
        if after >= 0 and self.seen.asked_s is None:
            self.seen.asked_s = after

    def _answer(self, answer: Event) -> None:
        """Let an answer come; with cancel-first, the last cancel's lets the close go."""
        if isinstance(answer, RequestEnded) and answer.request_id < 0:
            for number, (sent, left) in list(self._held.items()):
                left.discard(answer.request_id)
                if not left:
                    del self._held[number]
                    self._leave(sent)
            return
        self._tell(answer)

    def _tell_soon(self) -> None:
        """Put what the hub has to say on its way; while the line is gone it is lost."""
        told, self._world.venue.told = self._world.venue.told, []
        if self._is_out():
            return
        way = self._way()
        for event in told:
            self._at(self._world.now + way, lambda event=event: self._tell(event))  # type: ignore[misc]

    def _back(self) -> None:
        for is_up in (False, True):
            self._tell(LinkChanged(Link.USER_HUB, is_up, "", 2))

    def _is_out(self) -> bool:
        return self._out[0] <= self._world.now < self._out[1]

    def _way(self) -> timedelta:
        """Return how long the line takes in one direction."""
        terms = self._terms
        spread = self._chance.uniform(-terms.jitter_s, terms.jitter_s)
        return timedelta(seconds=max(terms.rtt_s + spread, 0.001) / 2)

    def _size(self) -> int:
        held = self._world.venue.positions.get(MNQ)
        return held.size if held else 0

    def _at(self, when: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (when, next(self._numbers), act))


def nobody(days: TradingDays) -> Policy:
    """Return a policy without rules: the lock is set by hand."""
    return Policy((), days, "net", "0" * 64, 0)
