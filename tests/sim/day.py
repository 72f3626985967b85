"""A day on which things go wrong: the real engine and the paper gateway in one virtual time.

All chance comes from streams named by the seed, all time is virtual: a seed is one day.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from curb.config.models import Config
from curb.domain.events import Event
from curb.engine.core import Core
from curb.engine.governing import Governing
from curb.engine.recording import Call
from curb.engine.watch import AccountWatch
from curb.paper.faults.fault import Plan
from tests.scene import NOON
from tests.sim.broker import ACCOUNT, Broker
from tests.sim.holding import Broken
from tests.sim.judge import Judge
from tests.sim.life import Life
from tests.sim.plans import DiskFaults, Menu
from tests.sim.store import Disk
from tests.sim.trace import Trace

_LOOK_S = 0.25
_REFRESH_S = 2.0

# How long something may still be on its way after a knob of the group was turned.
_LASTS_S = {
    "http": 12.0,
    "auth": 12.0,
    "hub": 40.0,
    "net": 40.0,
    "schema": 35.0,
    "account": 12.0,
    "session": 0.0,  # a flatten goes on within 5 s of the reopening
}
_MENDS_S = 5.0


@dataclass
class Day:
    """Everything that a seed plays with."""

    seed: int
    file: Config
    menu: Menu
    trace: Trace
    judge: Judge
    disk: Disk = field(default_factory=Disk)
    lives: int = 0
    now: datetime = NOON  # the engine's time at its last call
    event: Event | None = None  # what it was told there
    broken: Broken | None = None
    boundaries: dict[str, int] = field(default_factory=dict)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.over = asyncio.Event()  # set where an invariant broke
        self.disturbed_until = self.loop.time()
        self.broker = Broker(self.loop.time)
        self.broker.fired.on_turn = self._turned
        self.broker.exchange.witness = self._witnessed
        self.broker.lay(self.menu.first)
        self._streams: dict[str, Random] = {}
        self._crashing = self.chance("crashes")
        self._beside = [self.beside(self._look()), self.beside(self._quote_again())]
        self._return: asyncio.TimerHandle | None = None
        self.life = Life(self, self.lives)

    def chance(self, name: str) -> Random:
        """Return a stream of chance that nothing else draws from."""
        return self._streams.setdefault(name, Random(f"{self.seed} {name}"))  # noqa: S311 - reproducible, no secret

    def beside(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Let something go on that has nothing to do with the process."""
        return self.loop.create_task(work)

    def note(self, *what: object) -> None:
        """Put a line into the trace, with the venue's time."""
        self.trace.note(self.broker.clock.now(), *what)

    def disturb(self, seconds: float = 0.0) -> None:
        """Note that something is not as it should be, for so long."""
        self.disturbed_until = max(self.disturbed_until, self.loop.time() + seconds)

    @property
    def watch(self) -> AccountWatch:
        """The watch of the account in the process that is alive."""
        return self.core.watches[ACCOUNT.id]

    @property
    def prices(self) -> dict[str, set[Decimal]]:
        """Every price that the market had, by contract."""
        return self.broker.prices

    @property
    def core(self) -> Core:
        """The core of the process that is alive."""
        assert self.life.core is not None
        return self.life.core

    @property
    def governing(self) -> Governing:
        """What governs that core."""
        assert self.core.governing is not None
        return self.core.governing

    @property
    def in_force(self) -> Config:
        """The configuration in force."""
        return self.governing.adoption.in_force

    @property
    def is_up(self) -> bool:
        """Whether a process is alive and has begun to watch."""
        return not self.life.is_over and self.life.core is not None

    async def run(self, seconds: float) -> None:
        """Let time pass, until an invariant breaks."""
        try:
            async with asyncio.timeout(seconds):
                await self.over.wait()
        except TimeoutError:
            return
        assert self.broken is not None
        raise self.broken

    def heal(self) -> None:
        """End every fault; what is under way arrives."""
        self.broker.lay(Plan(self.seed))
        self.menu = replace(self.menu, plan=Plan(self.seed), disk=DiskFaults(), dies=0, crashes=())
        self.disturb(_MENDS_S)

    def lay(self) -> None:
        """Begin to let things go wrong."""
        self.broker.lay(self.menu.plan)

    # The process, its death and its return.

    def called(self, call: Call) -> None:
        """Take in a call of the core."""
        self.now = next((arg for arg in call.args if isinstance(arg, datetime)), self.now)
        self.event = call.args[0] if call.name == "handle" else None
        self.note(call.name, self.event, "->", call.actions, call.raised)
        self._judged(self.judge.called, call)

    def sends(self, path: str, is_gone: bool) -> None:
        """Take in a request that leaves, or has left."""
        if not is_gone:
            self._judged(self.judge.sent, path)
        self.passes("after a send" if is_gone else "before a send")

    def passes(self, boundary: str) -> bool:
        """Pass a boundary of the process; return whether it is dead behind it."""
        if self.life.is_over:
            return True
        at = self.boundaries[boundary] = self.boundaries.get(boundary, 0) + 1
        if (boundary, at) in self.menu.crashes or self._crashing.random() < self.menu.dies:
            self.die(boundary)
        return self.life.is_over

    def die(self, why: str) -> None:
        """Let the process end here and now; it comes back in a while."""
        if self.life.is_over:
            return
        self.note("died", why)
        self.deaths += 1
        self.life.end()
        away_s = self._crashing.choice((0.1, 1.0, 4.0))
        self.disturb(away_s + _MENDS_S)
        self._return = self.loop.call_later(away_s, self._come_back)

    def _come_back(self) -> None:
        self.lives += 1
        self.judge.forget(self)
        self.life = Life(self, self.lives)

    # What goes on by itself.

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            self.broker.clockwork.look()
            if not self.broker.is_open:
                self.disturb()

    async def _quote_again(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_S)
            self.broker.floor.refresh()

    def _turned(self, knob: str) -> None:
        entries = (each for each in self.menu.plan.fault if each.knob == knob)
        figures = [float(each.has.get("seconds", 0)) for each in entries]
        group = knob.partition(".")[0]
        self.disturb(max(figures, default=0.0) + _LASTS_S.get(group, _MENDS_S))

    def _witnessed(self, what: str, contract_id: str, before: int, after: int) -> None:
        self.note("venue", what, contract_id, before, "->", after)
        self._judged(self.judge.reached, what, contract_id, before, after)

    def _judged(self, judge: Any, *what: Any) -> None:
        if self.broken is not None:
            return
        try:
            judge(self, *what)
        except Broken as e:
            self.broken = e
            self.over.set()
