"""A guarded account that a trader tries to talk out of its limits, and the one proof against it."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from curb.control.client import connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.domain.snapshot import AccountView
from tests.cli.live import STARTED, Desk, Engine, config_text, desk, until
from tests.cli.test_wire import only

LIMIT = "rules.max_contracts.limit"
COUNTED = only("max_contracts")
LOSING = only("daily_realized_loss")


@dataclass(frozen=True)
class Held:
    """A lock that has to stand: whose it is, and the moment before which it must not end."""

    rule: str
    until: datetime

    def stands(self, account: AccountView) -> bool:
        return any(
            t.rule == self.rule and t.until and t.until >= self.until for t in account.timers
        )


class Stage:
    """An engine on its desk. `limit` is what it enforces, `held` the lock that it holds."""

    def __init__(self, found: Desk) -> None:
        self.desk = found
        self.limit = 5
        self.held: Held | None = None
        self.is_practice = False
        self.attempts = 0
        self.base: dict[str, Any] = COUNTED
        self.started: Engine | None = None

    @property
    def engine(self) -> Engine:
        assert self.started is not None
        return self.started

    def write(self, **changes: Any) -> None:
        """Write the file as it is in force, apart from `changes`."""
        told = self.base | ({LIMIT: self.limit} if self.base is COUNTED else {}) | changes
        if self.is_practice:
            self.desk.config.write_text(config_text(**told))
        else:
            self.desk.write(**told)

    async def ask(self, name: str, **args: Any) -> Reply:
        async with connect(socket_path(self.desk.state_dir)) as client:
            return await client.command(name, **args)

    async def reload(self, **args: Any) -> Reply:
        return await self.ask("reload", **args)

    async def start(self) -> None:
        self.started = await self.desk.engine()

    async def again(self) -> None:
        """Start another engine after a dozen attempts: the venue limits what one may ask."""
        self.attempts += 1
        if self.attempts % _ATTEMPTS == 0:
            await self.stop()
            await self.start()

    async def stop(self) -> None:
        """End the engine; in practice as a crash would, for it would end this gateway too."""
        if self.is_practice:
            await self.engine.kill()
        else:
            await self.engine.stop()

    async def shown(self, rule: str, kind: str = "LOCK") -> Held:
        """Return the lock of a rule, or another timer, as the engine shows it."""
        found: list[Held] = []

        def is_met(account: AccountView) -> bool:
            locks = (t for t in account.timers if t.rule == rule and t.kind == kind and t.until)
            found.extend(Held(rule, t.until) for t in locks if t.until)
            return bool(found)

        await self.desk.shown(is_met)
        return found[0]

    async def lose(self) -> None:
        """Lose the day's limit."""
        self.desk.move("MNQ", "21000")
        self.desk.paper.place("MNQ", "buy", 2)
        await self.desk.quoted("MNQ")
        self.desk.move("MNQ", "20400")
        await self.engine.row("RULE-003", "flatten", "lock")
        self.held = await self.shown("RULE-003")

    async def unloosened(self) -> None:
        """The end of every attempt: what breaks the limit is closed, and the lock stands."""
        engine, symbol, size = self.engine, "MNQ", self.limit + 1
        if self.held:
            await self.desk.shown(self.held.stands)
            symbol, size = "ES", 1
        known = _closings(engine)
        self.desk.paper.place(symbol, "buy", size)
        await until(lambda: _closings(engine) > known or engine.process.returncode is not None)
        assert engine.process.returncode is None
        await until(lambda: self.desk.position(symbol) == 0)
        await self.desk.rests()
        if self.held:
            await self.desk.shown(self.held.stands)


# Each costs eight requests or so, of 200 a minute.
_ATTEMPTS = 12


def _closings(engine: Engine) -> int:
    return sum(row["action"] in ("flatten", "close_position") for row in engine.rows)


Cheat = Callable[[Stage], Awaitable[object]]
"""An attempt on a running engine; what the engine answers does not count."""

Quiet = Callable[[Stage], object]
"""An attempt between two engines."""


@asynccontextmanager
async def counting(tmp: Path) -> AsyncIterator[Stage]:
    """Open a desk where more than 5 contracts are closed."""
    async with desk(tmp, **COUNTED) as found:
        yield Stage(found)


@asynccontextmanager
async def losing(tmp: Path, *, is_practice: bool = False) -> AsyncIterator[Stage]:
    """Open a desk where a lost day locks until the reset."""
    async with contextlib.AsyncExitStack() as stack:
        found = await stack.enter_async_context(desk(tmp, **LOSING))
        stage = Stage(found)
        stage.base, stage.is_practice = LOSING, is_practice
        if is_practice:
            stage.base = LOSING | {"config.loosen": "now"}
            await stack.enter_async_context(found.practice(**stage.base))
        yield stage


class Theater:
    """Plays scenes one after the other on one stage that stays open between them."""

    def __init__(self, runner: asyncio.Runner, stage: Stage) -> None:
        self.stage = stage
        self.play = runner.run


@contextmanager
def theater(opening: contextlib.AbstractAsyncContextManager[Stage]) -> Iterator[Theater]:
    with asyncio.Runner() as runner:
        stack = contextlib.AsyncExitStack()
        stage = runner.run(stack.enter_async_context(opening))
        try:
            yield Theater(runner, stage)
        finally:
            end_all()
            runner.run(stack.aclose())


def end_all() -> None:
    """Leave no engine behind, of a test that failed either."""
    while STARTED:
        with contextlib.suppress(ProcessLookupError):
            os.kill(STARTED.pop(), signal.SIGKILL)


@dataclass(frozen=True)
class Copy:
    """The state as it was left: its directory and its anchor."""

    folder: Path
    anchor: bytes

    @classmethod
    def of(cls, found: Desk) -> "Copy":
        folder = found.state_dir.with_name("copy")
        shutil.copytree(found.state_dir, folder)
        return cls(folder, found.anchor.read_bytes())

    def restore(self, found: Desk) -> None:
        """Bring both back, in step: no guard on this machine could tell."""
        found.state_dir = self.folder.with_name("state")
        shutil.rmtree(found.state_dir, ignore_errors=True)
        shutil.copytree(self.folder, found.state_dir)
        found.anchor.unlink(missing_ok=True)
        found.anchor.write_bytes(self.anchor)
