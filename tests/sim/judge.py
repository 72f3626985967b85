"""What the checks of a day remember from one event to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from curb.config.models import Config
from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    MoveStop,
    PlaceStop,
    ReduceContract,
)
from curb.domain.audit import AuditRow
from curb.domain.events import Event
from curb.domain.locks import Lock
from curb.engine.recording import Call
from tests.sim.holding import hold, is_as_strict, state_of

if TYPE_CHECKING:
    from tests.sim.day import Day

Mutation = CloseContract | ReduceContract | PlaceStop | MoveStop | CancelOrder
Key = tuple[int, str, str | None]
Check = Callable[["Day", "Judge", Event | None, tuple[Action, ...]], None]


@dataclass
class Judge:
    """Remembers; a process that died forgets some."""

    checks: tuple[Check, ...]
    locks: dict[Key, Lock] = field(default_factory=dict)
    locked_s: dict[str, float] = field(default_factory=dict)  # since when a contract is locked
    closing: dict[str, int] = field(default_factory=dict)
    asked: dict[int, tuple[str, int, datetime]] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)  # in which call what was told of it
    calls: int = 0
    closed: dict[str, int] = field(default_factory=dict)  # what the last close was about
    closes: dict[str, deque[tuple[float, object, int]]] = field(default_factory=dict)
    doubted: dict[str, datetime] = field(default_factory=dict)
    moved: dict[str, Decimal] = field(default_factory=dict)  # where stops were asked to be
    final: set[int] = field(default_factory=set)
    filled: dict[int, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    orders: set[int] = field(default_factory=set)
    rows: dict[int, AuditRow] = field(default_factory=dict)
    begun: dict[date, int] = field(default_factory=dict)  # the life in which a day began
    sent_s: deque[float] = field(default_factory=deque)
    in_force: Config | None = None
    stood: set[str] = field(default_factory=set)  # rules that locked before this call
    digest: str = ""  # of what was in force after the call before
    due: datetime | None = None  # when what waits may come into force
    quoted: dict[str, deque[bool]] = field(default_factory=dict)  # whether it was the market's
    raced: int = 0  # positions that a race at the venue turned round
    checked: dict[str, int] = field(default_factory=dict)  # how often a check had a case

    def called(self, day: Day, call: Call) -> None:
        """Judge one call of the core."""
        self.calls += 1
        hold("I8", not call.raised, "an error of our own:", call.raised, call.args)
        hold("I8", call.name != "fault", "an error of our own:", call.args)
        if call.name not in ("start", "govern", "compare"):
            for check in self.checks:
                check(day, self, day.event, call.actions)
        self.digest = day.core.policy.digest
        self.stood = {lock.rule for lock in state_of(day).lockouts}
        self.positions = {p.contract_id: p.size for p in state_of(day).positions}
        self.orders = {order.id for order in state_of(day).orders}

    def reached(self, day: Day, what: str, contract_id: str, before: int, after: int) -> None:
        """Judge what a request of ours did at the venue (I5)."""
        is_less = after == before or (abs(after) < abs(before) and after * before >= 0)
        if not is_less and day.broker.fired["match.stop_race"]:
            self.raced += 1  # its stops triggered after the close: the venue's doing
            return
        self.count("I5")
        hold("I5", is_less, what, contract_id, "made", before, "to", after)

    def sent(self, day: Day, path: str) -> None:
        """Judge that a request leaves (I9): 200 in a minute, as the venue counts."""
        now_s = day.loop.time()
        self.sent_s.append(now_s)
        while self.sent_s[0] <= now_s - 60:
            self.sent_s.popleft()
        is_asked_twice = any(knob.startswith("auth.") for knob in day.broker.fired)
        is_few = len(self.sent_s) <= 200
        hold(
            "I9", is_few or is_asked_twice, len(self.sent_s), "requests in a minute, the last", path
        )

    def forget(self, day: Day) -> None:
        """Keep only what a process that died has on its disk."""
        self.closing, self.asked, self.doubted, self.heard, self.moved = {}, {}, {}, {}, {}
        self.final, self.filled, self.positions, self.orders = set(), {}, {}, set()
        self.sent_s.clear()
        self.locked_s, self.in_force, self.due = {}, None, None
        self.rows = dict(day.disk.committed)
        self.locks = {lock.key: lock for lock in day.disk.restored().locks}

    def started(self, day: Day) -> None:
        """Judge what a restart took over from the disk (I16)."""
        i16_keeps_locks_over_a_crash(day)

    def count(self, number: str) -> None:
        """Note that a check had something to look at."""
        self.checked[number] = self.checked.get(number, 0) + 1


def i16_keeps_locks_over_a_crash(day: Day) -> None:
    """What was locked on disk is locked after a start, unless its time is over."""
    locks = {lock.key: lock for lock in state_of(day).lockouts}
    for old in day.disk.restored().locks:
        if old.until is None or old.until > day.now:
            new = locks.get(old.key)
            hold("I16", new and is_as_strict(new, old), "lost by a start:", old)
