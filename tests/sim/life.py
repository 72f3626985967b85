"""One process of the engine: the real runner, writer and client, until it ends or dies."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from curb.domain.book import Account
from curb.domain.errors import CurbError
from curb.domain.events import Restored
from curb.engine import recording
from curb.engine.adoption import Adoption, resumed
from curb.engine.clock import TrustedClock
from curb.engine.inbox import Inbox
from curb.engine.policy import Policy
from curb.engine.recording import Call, RecordedCore
from curb.engine.runner import Runner
from curb.engine.writer import Writer
from curb.gateway.client import GatewayClient
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import endpoints
from tests.sim.broker import API_KEY, USERNAME
from tests.sim.network import Network
from tests.sim.store import LivesStore
from tests.sim.virtual import machine

if TYPE_CHECKING:
    from curb.config.models import Config
    from tests.sim.day import Day

BYTES = "f" * 64  # the hash of every file
_WHERE = endpoints("custom", "http://127.0.0.1:80")
_KEEP_TIME_S = 5.0
_AGAIN_S = 1.0  # after a start that failed, as systemd waits


class Life:
    """A process from its start to its death; `is_over` from the moment on in which it dies."""

    def __init__(self, day: Day, number: int) -> None:
        self.number = number
        self.is_over = False
        self.calls: list[Call] = []
        self.first_line = ""
        self.accounts: tuple[Account, ...] = ()
        self.client: GatewayClient | None = None
        self.runner: Runner | None = None
        self.core: RecordedCore | None = None
        self.began_with: tuple[Config, Restored] | None = None
        self._day = day
        self.network = Network(
            day.broker.app, day.broker.clock, day.broker.faults, day.chance("lines"), day.sends
        )
        self.task = asyncio.get_running_loop().create_task(self._go_on())

    def end(self) -> None:
        """Die now: nothing more leaves, nothing more is written."""
        self.is_over = True
        self.network.sever()
        self.task.cancel()

    async def _go_on(self) -> None:
        self.network.take_over()
        self._day.broker.cut = self.network.cut
        while True:
            try:
                await self._run()
            except CurbError as e:
                self._day.note("cannot start:", e)
                await asyncio.sleep(_AGAIN_S)

    async def _run(self) -> None:
        day = self._day
        store = LivesStore(day.disk, lambda: day.menu.disk, day.chance("disk"), day.passes)
        restored = await store.load()
        loop = asyncio.get_running_loop()
        clock = TrustedClock(loop.time, machine, restored.last_seen_at)
        inbox = Inbox()
        client = GatewayClient(
            _WHERE,
            Credentials(USERNAME, API_KEY),
            emit=inbox.put,
            hear_time=clock.hear,
            now=clock.now,
        )
        try:
            self.accounts = accounts = await client.open()
            adoption = adoption_of(day.file, restored)
            policy = Policy.of(adoption.in_force)
            self.began_with = (day.file, restored)
            self.first_line = recording.first_line("0", policy, accounts, restored, adoption)
            core = RecordedCore(policy, accounts, restored, adoption, self._called)
            self.core, self.client = core, client
            writer = Writer(store, loop.time)
            self.runner = Runner(core, client, writer, inbox, clock)
            tasks = [loop.create_task(each) for each in (writer.run(), self._keep_time(clock))]
            deciding = loop.create_task(self.runner.run())
            try:
                self._start(core, clock, restored, self.runner)
                await deciding
            finally:
                for task in (*tasks, deciding):
                    task.cancel()
                await self.runner.drain()
                await asyncio.gather(*tasks, deciding, return_exceptions=True)
        finally:
            await client.close()

    def _start(
        self, core: RecordedCore, clock: TrustedClock, restored: Restored, runner: Runner
    ) -> None:
        now = clock.now()
        runner.act(core.start(now, {}))
        is_first = not restored.configs
        runner.act(core.govern(now, is_first=is_first))
        if not is_first:
            runner.act(core.compare(self._day.file, BYTES))
        self._day.judge.started(self._day)

    async def _keep_time(self, clock: TrustedClock) -> None:
        while True:
            await asyncio.sleep(_KEEP_TIME_S)
            if not self.is_over:
                self._day.disk.seen(clock.now())

    def _called(self, call: Call) -> None:
        if not self.is_over:
            self.calls.append(call)
            self._day.called(call)


def adoption_of(file: Config, restored: Restored) -> Adoption:
    """Return what is in force at a start with a file and what the database kept."""
    if not restored.configs:
        return Adoption(file)
    (kept,) = restored.configs
    return resumed(kept, file)
