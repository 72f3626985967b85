"""A world that goes by itself: everything is under way for a drawn time, and faults happen.

All chance comes from one `random.Random`, all time is virtual: a seed is one day.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    MoveStop,
    PlaceStop,
    ReadAccount,
    Record,
    ReduceContract,
    Request,
)
from curb.domain.events import (
    AccountRead,
    Event,
    FillSeen,
    Link,
    LinkChanged,
    Outcome,
    QuoteSeen,
    RequestEnded,
    TimePassed,
)
from tests.scene import NOON
from tests.sim.faults import Faults
from tests.sim.invariants import Judge
from tests.sim.sql_disk import SqlDisk
from tests.sim.trace import Trace
from tests.sim.world import Sent, World

_AT_ONCE = CloseContract | CancelOrder | ReadAccount  # the others wait for the disk
_WRITE_AHEAD_MS = 250
_BREATH = timedelta(milliseconds=5)
_NEVER = datetime.max.replace(tzinfo=UTC)
_BLIND = timedelta(seconds=30)  # so long no routine read comes to one who believes he is flat


_ABSENT: tuple[Callable[[AccountRead], AccountRead], ...] = (
    lambda read: replace(read, positions=None),
    lambda read: replace(read, orders=None),
    lambda read: replace(read, fills=None),
    lambda read: replace(read, account=None),
)


class Died(Exception):  # noqa: N818 - no error: the seed wants it
    """The process ends here and now."""


@dataclass(order=True)
class _Due:
    at: datetime
    number: int
    act: Callable[[], object] = field(compare=False)
    life: int | None = field(compare=False)  # None: goes on without the process


@dataclass(kw_only=True)
class Day(World):
    """Requests, answers, the hub's words and commits, each on its way for its own time."""

    rng: Random
    faults: Faults
    trace: Trace
    disk: SqlDisk = field(default_factory=SqlDisk)
    judge: Judge = field(default_factory=Judge)
    disturbed_at: datetime = NOON  # by the trader or by a fault, at the latest
    life: int = 0  # processes that died
    is_dead: bool = False
    out_until: datetime | None = None
    _queue: list[_Due] = field(default_factory=list)
    _number: int = 0
    _hub: int = 0  # connections of the user hub so far
    _hub_at: datetime | None = None  # when the last of its words arrives
    _ahead: list[Request] = field(default_factory=list)
    _is_committing: bool = False
    _deadline: datetime = _NEVER
    _rested_at: datetime = NOON  # a deadline that cannot be met at once must not spin

    def __post_init__(self) -> None:
        self.disturbed_at = self.now
        faults, self.faults = self.faults, Faults()  # the first start is in peace
        super().__post_init__()
        self.faults = faults
        self.judge.started(self)

    def later(self, ms: int, act: Callable[[], object], *, outlives: bool = False) -> None:
        """Do something in so many milliseconds, unless the process dies before."""
        self._number += 1
        at = self.now + timedelta(milliseconds=ms)
        life = None if outlives else self.life
        heapq.heappush(self._queue, _Due(at, self._number, act, life))

    def disturb(self, for_: timedelta = timedelta()) -> None:
        """Note that something is not as it should be, for so long."""
        self.disturbed_at = max(self.disturbed_at, self.now + for_)

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + timedelta(seconds=seconds)
        while True:
            due = self._queue[0].at if self._queue else end
            if not self.is_dead:  # as the runner: what was due stays so until it was told
                self._deadline = min(self._deadline, self.core.deadline(self.now))
            moment = _NEVER if self.is_dead else max(self._deadline, self._rested_at)
            if moment <= min(due, end):
                self.go_to(max(moment, self.now))
                self._deadline, self._rested_at = _NEVER, self.now + _BREATH
                self._living(partial(self.tell, TimePassed()))
            elif due < end:
                self._next()
            else:
                self.go_to(max(self.now, end))
                return

    def _next(self) -> None:
        each = heapq.heappop(self._queue)
        if each.life is None or each.life == self.life:
            self.go_to(max(self.now, each.at))
            self._living(each.act)
            self.go_to(self.venue.now)
            self._post()

    def _living(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Died as e:
            self.die(str(e))

    def die(self, why: str) -> None:
        """Let the process end; it comes back in a while."""
        self.trace.note(self.now, "died", why)
        self.life += 1
        self.is_dead = True
        self._ahead.clear()
        self._deadline = _NEVER
        self._is_committing = False
        self.disk.lose()
        away_ms = self.rng.choice((100, 1_000, 4_000))
        self.disturb(timedelta(milliseconds=away_ms))
        self.later(away_ms, self._restart)

    def _restart(self) -> None:
        self.is_dead = False
        self.start()
        self.judge.started(self)

    # What the core wants.

    def start(self) -> None:
        self._hub, self._hub_at = self._hub + 1, None
        if self.life:
            self.judge.forget(self)
        super().start()

    def _took(self, event: Event | None, actions: list[Action]) -> tuple[Action, ...]:
        self.trace.note(self.now, event, "->", actions)
        self.judge.called(self, event, tuple(actions))
        for action in actions:
            if isinstance(action, _AT_ONCE):
                self._may_die(self.faults.crash_at_a_send, f"before {action}")
                self._depart(action)
        for action in actions:
            self.disk.keep(action)
        self._ahead += [a for a in actions if isinstance(a, ReduceContract | PlaceStop | MoveStop)]
        if any(isinstance(action, Record) for action in actions):
            self._may_die(self.faults.crash_at_a_write, "with records that wait")
        if self._ahead:
            self.later(_WRITE_AHEAD_MS, self._depart_ahead)
        self._want_commit(3_000 if self._happens(self.faults.disk_is_slow) else 20)
        return tuple(actions)

    def _want_commit(self, most_ms: int) -> None:
        if self.disk.waiting and not self._is_committing:
            self._is_committing = True
            self.later(self.rng.randrange(most_ms), self._commit)

    def _commit(self) -> None:
        self._is_committing = False
        if self._happens(self.faults.disk_fails):
            self._want_commit(1_000)
            return
        if self._happens(self.faults.crash_at_a_write):
            self.disk.commit(cut=self.rng.randrange(len(self.disk.waiting) + 1))
            raise Died("in a transaction")
        self.disk.commit()
        self._may_die(self.faults.crash_at_a_write, "after a commit")
        self._depart_ahead()

    def _depart_ahead(self) -> None:
        while self._ahead:
            request = self._ahead.pop(0)
            self._may_die(self.faults.crash_at_a_send, f"before {request}")
            self._depart(request)
            self._may_die(self.faults.crash_at_a_send, f"after {request}")

    def _may_die(self, chance: float, where: str) -> None:
        if self._happens(chance):
            raise Died(where)

    def _happens(self, chance: float) -> bool:
        if not chance or self.rng.random() >= chance:
            return False
        self.disturb()
        return True

    # On the way to the venue and back.

    def _depart(self, request: Request) -> None:
        faults, there_ms = self.faults, self.rng.randrange(20, 150)
        timeout_ms = self.rng.choice((1_000, 3_000))
        given_up = partial(self._answer, RequestEnded(request.request_id, Outcome.UNKNOWN, 9))
        is_out = self.out_until is not None and self.now < self.out_until
        if is_out or self._happens(faults.request_is_lost):
            self._lasts(timeout_ms)
            self.later(timeout_ms, given_up)
        elif self._happens(faults.request_is_refused):
            refused = RequestEnded(request.request_id, Outcome.REFUSED, 9, 2, "refused")
            self.later(there_ms * 2, partial(self._answer, refused))
        elif self._happens(faults.answer_is_lost):
            self._lasts(timeout_ms)
            self.later(there_ms, partial(self._reach, request), outlives=True)
            self.later(timeout_ms, given_up)
        elif not isinstance(request, ReadAccount) and self._happens(faults.request_strays):
            stray_ms = timeout_ms + self.rng.randrange(1, 700)
            self._lasts(stray_ms)
            self.later(stray_ms, partial(self._reach, request), outlives=True)
            self.later(timeout_ms, given_up)
        else:
            sent = Sent(request, self.now)
            # Only the process that asked is answered, not the one that is alive by then.
            reach = partial(self._reach, request, sent, self.life)
            self.later(there_ms, reach, outlives=True)

    def _lasts(self, ms: int) -> None:
        self.disturb(timedelta(milliseconds=ms))

    def _reach(self, request: Request, sent: Sent | None = None, life: int = -1) -> None:
        if isinstance(request, ReadAccount):
            if sent:
                self._answer_read(self._read(sent, request, Outcome.DONE), life)
            return
        before = {cid: held.size for cid, held in self.venue.positions.items()}
        is_done = self._carry_out(request)
        self.trace.note(self.now, "venue", request, is_done)
        self.judge.reached(self, request, before)
        outcome = Outcome.DONE if is_done else Outcome.REFUSED
        answer = partial(self._answer, RequestEnded(request.request_id, outcome, 9), life)
        self.later(self.rng.randrange(10, 100), answer)

    def _answer_read(self, event: Event, life: int) -> None:
        back_ms = self.rng.randrange(10, 100)
        if isinstance(event, AccountRead):
            if self._happens(self.faults.read_is_late):
                back_ms = self.rng.randrange(500, 4_000)
                self._lasts(back_ms)
            if self._happens(self.faults.read_is_absent):
                event = self.rng.choice(_ABSENT)(event)
        self.later(back_ms, partial(self._answer, event, life))

    def _answer(self, event: Event, life: int | None = None) -> None:
        if life is None or life == self.life:
            self.tell(event)

    # What the venue tells.

    def _post(self) -> None:
        told, self.venue.told[:] = list(self.venue.told), []
        if any(isinstance(event, FillSeen) for event in told):
            self.disturb()
        for event in told:
            if not self.is_dead:
                self._tell_later(event)

    def _tell_later(self, event: Event) -> None:
        if isinstance(event, QuoteSeen):
            self._quote_later(event)
            return
        if not self.is_hub_up:
            return
        faults = self.faults
        if self._happens(faults.hub_loses):
            self.disturb(_BLIND)
            return
        ms = self.rng.randrange(5, 60)
        if self._happens(faults.hub_is_late):
            ms = self.rng.randrange(500, 5_000)
        at = self.now + timedelta(milliseconds=ms)
        if not self._happens(faults.hub_reorders):
            at = self._hub_at = max(at, self._hub_at or at)
        self._hear_at(at, event)
        if self._happens(faults.hub_repeats):
            self._hear_at(at + timedelta(milliseconds=self.rng.randrange(2_000)), event)

    def _quote_later(self, event: QuoteSeen) -> None:
        """Another comes soon: a quote that is lost or late is no reason to wait."""
        if self.rng.random() >= self.faults.hub_loses:
            is_late = self.rng.random() < self.faults.hub_is_late
            ms = self.rng.randrange(500, 5_000) if is_late else self.rng.randrange(5, 60)
            self.later(ms, partial(self.tell, event))

    def _hear_at(self, at: datetime, event: Event) -> None:
        self.disturb(at - self.now)
        ms = -(-(at - self.now) // timedelta(milliseconds=1))
        self.later(ms, partial(self._hears, event, self._hub))

    def _hears(self, event: Event, hub: int) -> None:
        if hub == self._hub and self.is_hub_up:
            self.tell(event)

    def link(self, *, is_up: bool) -> None:
        if is_up == self.is_hub_up:
            return
        self.is_hub_up = is_up
        self._hub, self._hub_at = self._hub + 1, None
        self.disturb()
        if not self.is_dead:
            self.tell(LinkChanged(Link.USER_HUB, is_up, "", self._hub))

    def drop_link(self) -> None:
        """Let the user hub go, and come back after a while."""
        self.link(is_up=False)
        self.later(self.rng.choice((200, 2_000, 15_000)), partial(self.link, is_up=True))

    def drop_all(self) -> None:
        """Let nothing through for a while."""
        ms = self.rng.choice((1_000, 5_000, 30_000))
        self._lasts(ms)
        self.out_until = self.now + timedelta(milliseconds=ms)
        self.link(is_up=False)
        self.later(ms, self._returns)

    def _returns(self) -> None:
        self.out_until = None
        self.link(is_up=True)

    def heal(self) -> None:
        """End every fault; what is under way arrives."""
        self.faults, self.out_until = Faults(), None
        self.disturb()
        if not self.is_dead:
            self.link(is_up=True)
