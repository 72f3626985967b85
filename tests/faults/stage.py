"""A real engine on a paper gateway whose faults are turned one after the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from pathlib import Path
from typing import Any

from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.snapshot import Snapshot
from curb.paper.clock import stamp
from curb.paper.hub import Connection
from curb.paper.service import PaperOptions, running
from curb.wire import names
from tests.cli.live import DEADLINE_S, ROOT, Desk, Engine, spawned, until
from tests.cli.test_wire import only

SYMBOL = "MNQ"
LIMIT = 1

# The engine asks far less; what the venue's own limit does has tests of its own.
_REQUESTS = 100_000

_TICK_S = 0.1
_QUARTER = Decimal("0.25")
_UP = ("ok", "slow")
_HUBS = ("user", "market")


@dataclass(slots=True)
class Stage:
    """A desk, its engine, and a market that moves by a tick all the time."""

    desk: Desk
    engine: Engine
    market: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        self.market = asyncio.create_task(self._move())

    @property
    def fired(self) -> Mapping[str, int]:
        """How often each knob was turned."""
        return self.desk.paper.fired

    @property
    def held(self) -> dict[str, int]:
        """The gateway's own positions, by contract."""
        positions = self.desk.paper.exchange.positions.values()
        return {each.contract_id: each.net for each in positions}

    @property
    def contract_id(self) -> str:
        """The month that is traded."""
        contracts = self.desk.paper.exchange.contracts.values()
        return next(each.id for each in contracts if each.symbol == SYMBOL and each.is_active)

    def lay(self, *faults: Mapping[str, Any]) -> None:
        """Let this go wrong from now on, and nothing else."""
        self.desk.paper.lay(fault=[dict(each) for each in faults])

    def breach(self, *, is_protected: bool = False) -> None:
        """Let the trader hold more than the limit."""
        stop = -40 if is_protected else None
        self.desk.paper.place(self.contract_id, "buy", LIMIT + 1, stop_loss=stop)

    def hold(self) -> None:
        """Let the trader hold as much as he may."""
        self.desk.paper.place(self.contract_id, "buy", LIMIT)

    def nudge(self) -> None:
        """Let the hubs have something to tell: an order far away, gone again."""
        paper = self.desk.paper
        far = paper.exchange.touches[self.contract_id].last - 100
        paper.cancel(paper.place(self.contract_id, "buy", 1, "limit", limit=far))

    def tidy(self) -> None:
        """Let the trader leave nothing open, within the limit or not."""
        paper = self.desk.paper
        for order in tuple(paper.exchange.working()):
            paper.cancel(order.id)
        for contract_id, net in self.held.items():
            paper.place(contract_id, "sell" if net > 0 else "buy", abs(net))

    async def flat(self) -> None:
        """Wait until the gateway holds nothing for the account."""
        await self._wait(lambda: not self.held, "flat")

    async def turned(self, knob: str, before: int) -> None:
        """Wait until a knob has been turned."""
        await self._wait(lambda: self.fired.get(knob, 0) > before, f"{knob} turned")

    async def wait(self, seconds: float) -> None:
        """Let the engine live on."""
        await asyncio.sleep(seconds)

    @property
    def connections(self) -> set[Connection]:
        """The hub connections that the engine has now, with what it subscribed to there."""
        floor = self.desk.paper.floor
        return {each for hub in (floor.user, floor.market) for each in hub.connections}

    async def cut(self, *, is_breached: bool) -> None:
        """Cut both hubs and wait until they are there anew, and everything was read again."""
        before, since = self.connections, stamp(self.desk.paper.floor.clock.now())
        self.desk.paper.drop_hubs()
        if is_breached:
            self.breach()
            await self.flat()

        def is_there() -> bool:
            new = self.connections - before
            return len(new) == len(_HUBS) and all(each.topics for each in new)

        def is_read() -> bool:
            late = takewhile(lambda row: row["at"] >= since, self.desk.paper.record[::-1])
            return any(row.get("path") == names.TRADE_SEARCH for row in late)

        await self._wait(is_there, "connected again")
        await self._wait(is_read, "read again")

    async def healed(self) -> None:
        """Wait until the engine shows what the gateway holds, all links up and the account open."""
        shown: Snapshot | None = None
        with suppress(TimeoutError):
            async with asyncio.timeout(90):
                while True:
                    shown = await self._shown()
                    wrong = self._wrong(shown)
                    if not wrong:
                        return
                    if any(word.endswith("silent") for word in wrong):
                        self.nudge()
                    await asyncio.sleep(0.05)
        raise AssertionError(self._wrong(shown) if shown else "no engine answers")

    def _wrong(self, shown: Snapshot) -> list[str]:
        """Return what of the picture is not as the gateway has it."""
        (account,) = shown.accounts
        held = {each.contract_id: each.size for each in account.positions}
        orders = {each.id for each in account.orders}
        working = {each.id for each in self.desk.paper.exchange.working()}
        links = (shown.rest, shown.user_hub, shown.market_hub)
        found = [f"{link.name} {link.word}" for link in links if link.word not in _UP]
        found += [account.state] if account.state != "OPEN" else []
        found += [f"positions {held}, at the venue {self.held}"] if held != self.held else []
        return found + ([f"orders {orders}, not {working}"] if orders != working else [])

    async def shown(self, is_met: Callable[[Snapshot], bool]) -> None:
        """Wait until the engine's picture is so."""
        async with asyncio.timeout(DEADLINE_S):
            while not is_met(await self._shown()):
                await asyncio.sleep(0.05)

    async def _shown(self) -> Snapshot:
        async with connect(socket_path(self.desk.state_dir)) as client:
            reply = await client.command("status", timeout_s=10)
            return codec.decode(Snapshot, reply.data)

    async def _wait(self, is_met: Callable[[], bool], what: str) -> None:
        process = self.engine.process
        with suppress(TimeoutError):
            await until(lambda: is_met() or process.returncode is not None)
        assert process.returncode is None, "the engine ended"
        assert is_met(), f"not {what}"

    async def _move(self) -> None:
        """Trade a tick up, a tick down: quotes come all the time and gain nothing."""
        paper = self.desk.paper
        is_up = False
        while True:
            for contract in tuple(paper.exchange.contracts.values()):
                if contract.symbol == SYMBOL:
                    last = paper.exchange.touches[contract.id].last
                    is_up = not is_up
                    paper.set_price(contract.id, last + (_QUARTER if is_up else -_QUARTER))
            await asyncio.sleep(_TICK_S)


@asynccontextmanager
async def staged(
    tmp: Path, *, is_hurried: bool = False, at_once: bool = False
) -> AsyncIterator[Stage]:
    """Open a gateway with a relay in front and start an engine with one rule.

    A hurried one is `tests.faults.engine`, with hubs that come back `at_once` or not.
    """
    options = PaperOptions(prices="manual", trader="none", relay=True, request_limit=_REQUESTS)
    async with running(options) as paper:
        desk = Desk(paper, tmp)
        desk.write(**only("max_contracts", limit=LIMIT))
        desk.anchor.unlink(missing_ok=True)
        with desk.live():
            stage = Stage(
                desk, await (_hurried(desk, tmp, at_once=at_once) if is_hurried else desk.engine())
            )
            try:
                stage.breach()  # from here on there are quotes, and the account was read
                await stage.flat()
                await stage.healed()
                yield stage
            finally:
                paper.lay()
                stage.market.cancel()
                await stage.engine.kill()
                desk.anchor.unlink(missing_ok=True)


async def _hurried(desk: Desk, tmp: Path, *, at_once: bool) -> Engine:
    words = ("--json", "--config", str(desk.config), "--state-dir", str(desk.state_dir))
    env = desk.env | {"CURB_TASKS_FILE": str(tmp / "tasks"), "CURB_AT_ONCE": "1" * at_once}
    engine = await spawned("-m", "tests.faults.engine", "run", *words, env=env, cwd=ROOT)
    await engine.row("ENGINE", "start")
    await until(lambda: desk.is_watched() or engine.process.returncode is not None)
    return engine
