"""Puts an engine together, runs it, and takes it apart in order."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from curb import __version__
from curb.cli import anchors, paper_process, secret_file
from curb.cli.alerts import Telling, alerting, tested
from curb.cli.chapters import Chapters
from curb.cli.enforced import Enforced
from curb.cli.guarded import Guarded, guarded, strangers
from curb.cli.health import Health, Sources
from curb.cli.places import database_path, spare_places
from curb.cli.recorder import recording
from curb.cli.reloading import Reloading
from curb.cli.report import Printer
from curb.cli.second_look import SecondLook
from curb.cli.service import AGAIN, Service
from curb.cli.shelf import Archives, folder_of
from curb.cli.start import IN_FORCE, Start, begin
from curb.cli.upkeep import Upkeep
from curb.cli.watchdog import Watchdog
from curb.cli.why import Explaining
from curb.config.models import Config
from curb.control.frames import Reply
from curb.control.paths import account_lock_path, hold, socket_path
from curb.control.server import ControlServer
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreError
from curb.domain.events import Link
from curb.domain.snapshot import Snapshot
from curb.domain.text import safe_text
from curb.engine.clock import TrustedClock
from curb.engine.core import Core
from curb.engine.inbox import Inbox
from curb.engine.policy import Policy
from curb.engine.preflight import Known, Preflight, checks
from curb.engine.recording import RecordedCore, first_line
from curb.engine.runner import Runner
from curb.engine.snapshot import Setting, take
from curb.engine.strip import Strips
from curb.engine.writer import Writer
from curb.gateway.client import GatewayClient
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import Endpoints, endpoints
from curb.store.database import Database
from curb.store.emergency import Emergency
from curb.store.recovery import recovered

# The trusted time is kept this often, so that a restart goes on from near where it was.
_KEEP_TIME_S = 5.0
_FLUSH_S = 5.0


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How an engine is started."""

    config: Path
    state_dir: Path
    for_s: float | None
    as_json: bool
    is_quiet: bool
    is_supervised: bool
    paper_flags: list[str]
    record: Path | None = None


async def run_engine(options: EngineOptions) -> int:
    """Run an engine until it is stopped. Raises CurbError where it cannot start."""
    stop_asked = _obey_signals()
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(hold(options.state_dir / "engine.lock", "the state directory"))
        recorder = await stack.enter_async_context(recording(options.record))
        database, restored, why_new = await recovered(
            database_path(options.state_dir),
            _machine_time(),
            _tell,
            folder_of(options.config, options.state_dir),
        )
        stack.push_async_callback(database.close)
        start = begin(options.config, restored.configs, options.state_dir / IN_FORCE)
        emergency = Emergency(spare_places(options.state_dir))
        restored, again = emergency.recalled(restored)
        config = start.adoption.in_force
        where, credentials = await _find_gateway(config, options, stack)
        clock = TrustedClock(time.monotonic, _machine_time, restored.last_seen_at)
        inbox = Inbox()
        client = GatewayClient(
            where, credentials, emit=inbox.put, hear_time=clock.hear, now=clock.now
        )
        stack.push_async_callback(client.close)
        found = await guarded(client, where.gateway, config, options.state_dir)
        accounts = found.accounts
        for account in accounts:
            lock = account_lock_path(where.gateway, account.id)
            stack.enter_context(hold(lock, f"account {account.name}"))
        home = options.state_dir if config.gateway.name == "paper" else None
        places = [anchors.place(where.gateway, account.id, home) for account in accounts]
        state = anchors.judged(await database.attach(places), why_new)
        restored = replace(restored, lost=state.lost, lost_until=state.reset_at)
        policy = Policy.of(config)
        core = Core(policy, accounts, restored, start.adoption)
        if recorder:
            recorder.begin(first_line(__version__, policy, accounts, restored, start.adoption))
            core = RecordedCore(policy, accounts, restored, start.adoption, recorder.tell)
        writer = Writer(database, spare=emergency)
        writer.put(again)
        runner = Runner(core, client, writer, inbox, clock)
        if recorder:
            recorder.on_end(lambda words: runner.act(core.warn(words, clock.now())))
        telling = await stack.enter_async_context(alerting(runner))
        engine = _Engine(
            options, start, runner, writer, database, client, inbox, telling, stop_asked
        )
        return await engine.run(found, is_first=state.is_first)


def _obey_signals() -> asyncio.Event:
    """Return what SIGTERM and SIGINT set, from the first moment on; a hang-up changes nothing."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    loop.add_signal_handler(signal.SIGHUP, _stay)
    return asked


class _Engine:
    """The running engine: its loop, its socket, its printed audit."""

    def __init__(
        self,
        options: EngineOptions,
        start: Start,
        runner: Runner,
        writer: Writer,
        database: Database,
        client: GatewayClient,
        inbox: Inbox,
        telling: Telling,
        stop_asked: asyncio.Event,
    ) -> None:
        config = start.adoption.in_force
        self._start = start
        self._telling = telling
        self._client = client
        self._options = options
        self._runner = runner
        self._writer = writer
        self._database = database
        self._audit_count = 0
        path = database_path(options.state_dir)
        self._second_look = SecondLook(path, self._warn)
        self._watchdog = Watchdog(self._warn)
        self._setting = Setting(
            version=__version__,
            pid=os.getpid(),
            started_at=runner.clock.now(),
            is_paper=config.gateway.name == "paper",
            gateway=config.gateway.name,
            config_path=str(options.config),
        )
        in_force = options.state_dir / IN_FORCE
        self._stop_asked = stop_asked
        self._server: ControlServer | None = None
        self._upkeep = Upkeep(
            runner,
            database,
            path,
            is_store_ok=lambda: self._store_word == "ok",
            count_audit=self._count_audit,
            shelf=Archives(path, options.config, runner.clock.now),
        )
        self._health = Health(self._sources(inbox))
        self._enforced = Enforced(self._day_of)
        self._reloading = Reloading(runner, options.config, in_force, start.fault)
        self._preflight = Preflight()
        self._strips = Strips()
        self._left_out: tuple[str, ...] = ()
        self._is_first = False
        more = {
            "reload_preview": self._reloading.preview,
            "reload": self._reloading.reload,
            "why": Explaining(path, options.config).why,
            "alerts_test": lambda _args: tested(telling.sender),
            "welcomed": self._welcomed,
            "rule": Chapters(runner.core, self._enforced, runner.clock.now).rule,
        }
        self._service = Service(runner, self._snapshot, stop_asked, more)

    async def run(self, found: Guarded, *, is_first: bool) -> int:
        """Enforce until told to stop; return the exit code.

        `is_first` says that nothing was watched here before.
        """
        # Figures to look at, no more: what is wrong with the audit the second look tells.
        with contextlib.suppress(StoreError):
            self._audit_count = await self._database.audit_count()
            await self._enforced.load(self._database.audit_rows, self._runner.clock.now())
        self._reloading.keep_in_force()
        self._is_first = is_first
        server = ControlServer(
            socket_path(self._options.state_dir),
            version=__version__,
            snapshot=self._snapshot,
            command=self._service.answer,
            tail=lambda: self._database.audit_rows(None, 500),
            is_supervised=self._options.is_supervised,
        )
        # Who reads a row may count on it: it is on disk before it is printed.
        self._writer.listen(
            Printer(
                as_json=self._options.as_json,
                is_on=not self._options.is_quiet,
                names_accounts=len(self._runner.core.watches) > 1,
            )
        )
        self._runner.listen(lambda row: self._tell(server, row))
        self._runner.listen(self._enforced.hear)
        await server.start()
        self._server = server
        writing = asyncio.create_task(self._writer.run())
        besides = (
            self._health.run(),
            self._keep_time(),
            self._upkeep.run(),
            self._reloading.watch(),
            self._second_look.run(),
            self._watchdog.run(),
        )
        beside = [asyncio.create_task(each) for each in besides]
        deciding = asyncio.create_task(self._runner.run())
        try:
            now = self._runner.clock.now()
            details: dict[str, object] = {"version": __version__, "pid": os.getpid()}
            details |= {"first": True} if is_first else {}
            self._runner.act(self._runner.core.start(now, details))
            self._runner.act(self._start.tell(self._runner.core, now))
            if found.fault:
                beside.append(asyncio.create_task(self._meet(found)))
            else:
                self._leave_out(found.left_out)
            if self._telling.fault:
                self._warn(self._telling.fault)
            await self._until_stopped(deciding)
        finally:
            self._runner.stop()
            await deciding
            self._runner.act(self._runner.core.stop(self._runner.clock.now(), "engine stopped"))
            await self._runner.drain()
            for task in beside:
                task.cancel()
            self._writer.finish()
            await asyncio.wait([writing], timeout=_FLUSH_S)
            writing.cancel()
            await asyncio.gather(writing, *beside, return_exceptions=True)
            await server.close()
        return AGAIN if self._service.is_to_return else 0

    async def _meet(self, found: Guarded) -> None:
        """Say that nobody could be asked whom to guard, and hear it once somebody can."""
        self._warn(f"the gateway is tried again and again, locks stand: {found.fault}")
        config = self._start.adoption.in_force
        self._leave_out(await strangers(self._client, found, config))

    def _leave_out(self, names: tuple[str, ...]) -> None:
        self._left_out = names
        for name in names:
            self._warn(f"{safe_text(name)} is NOT guarded: it was not taken live; `curb live`")

    async def _until_stopped(self, deciding: asyncio.Task[None]) -> None:
        asked = asyncio.create_task(self._stop_asked.wait())
        await asyncio.wait(
            [asked, deciding],
            timeout=self._options.for_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        asked.cancel()

    async def _keep_time(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_TIME_S)
            # The writer tells of a failing disk; this only keeps the restart close.
            with contextlib.suppress(StoreError):
                await self._database.seen(self._runner.clock.now())

    def _tell(self, server: ControlServer, row: AuditRow) -> None:
        self._audit_count += 1
        server.publish_audit(row)
        server.publish_now()

    def _warn(self, words: str) -> None:
        self._runner.act(self._runner.core.warn(words, self._runner.clock.now()))

    def _count_audit(self, count: int) -> None:
        self._audit_count = count

    @property
    def _store_word(self) -> str:
        every = (self._writer.word, self._second_look.word, self._database.anchor_word)
        return next((word for word in every if word != "ok"), "ok")

    def _snapshot(self) -> Snapshot:
        now = self._runner.clock.now()
        taken = take(
            self._runner.core,
            self._setting,
            now,
            ages=self._client.ages(),
            store_word=self._store_word,
            audit_count=self._audit_count,
            health=self._health.view(),
        )
        taken = self._strips.sampled(taken, self._runner.core.policy.days)
        state_dir = str(self._options.state_dir)
        if self._setting.is_paper:
            return replace(taken, is_first=self._is_first, state_dir=state_dir)
        self._look(taken.store_word)
        return replace(
            taken,
            preflight=self._preflight.checks,
            is_ready=self._preflight.is_passed,
            state_dir=state_dir,
        )

    def _day_of(self, at: datetime) -> date:
        return self._runner.core.policy.days.day_of(at)

    def _sources(self, inbox: Inbox) -> Sources:
        core, counters = self._runner.core, self._client.counters
        links = core.market.links

        def day_start(now: datetime) -> datetime:
            days = core.policy.days
            return days.start_of(days.day_of(now))

        return Sources(
            inbox=inbox,
            calls_left=self._client.calls_left,
            latencies_ms=counters.latencies_ms,
            failures=counters.failures,
            writes_ms=self._writer.writes_ms,
            screens=lambda: self._server.screens if self._server is not None else 0,
            reconnects=lambda: (
                links[Link.USER_HUB].generation,
                links[Link.MARKET_HUB].generation,
            ),
            snapshot=self._snapshot,
            day_start=day_start,
            noted=self._upkeep.noted,
            state_dir=self._options.state_dir,
        )

    async def _welcomed(self, _args: dict[str, Any]) -> Reply:
        self._is_first = False
        return Reply(ok=True, text="welcomed")

    def _look(self, store_word: str) -> None:
        """Look at the pre-flight again."""
        known = Known(
            self._runner.clock.is_venue_time, self._reloading.fault, store_word, self._left_out
        )
        self._preflight = self._preflight.then(checks(self._runner.core, known))


async def _find_gateway(
    config: Config, options: EngineOptions, stack: contextlib.AsyncExitStack
) -> tuple[Endpoints, Credentials]:
    gateway = config.gateway
    if gateway.name != "paper":
        where = endpoints(gateway.name, gateway.api_url, gateway.user_hub, gateway.market_hub)
        return where, secret_file.credentials()
    key = await asyncio.to_thread(paper_process.ensure, options.state_dir, options.paper_flags)
    stack.push_async_callback(asyncio.to_thread, paper_process.stop, key)
    where = endpoints("custom", key.url, f"{key.url}/hubs/user", f"{key.url}/hubs/market")
    return where, Credentials(key.username, key.api_key)


def _machine_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the clock's one source before the venue is heard


def _tell(line: str) -> None:
    print(f"curb: {line}", file=sys.stderr)


def _stay() -> None:
    """Stay: a closed terminal does not end the watch."""
