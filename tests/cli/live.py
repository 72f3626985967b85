"""A paper gateway whose prices the test moves, and a real engine process against it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import tomli_w

from curb.cli import consent
from curb.control.client import connect
from curb.control.paths import (
    account_anchor_path,
    account_consent_path,
    account_lock_path,
    socket_path,
)
from curb.domain import codec
from curb.domain.book import Account
from curb.domain.snapshot import AccountView, Snapshot
from curb.gateway.endpoints import endpoints
from curb.paper.service import Paper, PaperOptions, running

ROOT = Path(__file__).parents[2]

# Generous: a busy machine is slow, and a test waits for a condition, not for a time.
DEADLINE_S = 60.0

Row = dict[str, Any]


def config_text(**changes: Any) -> str:
    """Return the shipped configuration with keys like `rules.max_contracts.limit` replaced."""
    data = tomllib.loads((ROOT / "config.toml").read_text())
    for path, value in changes.items():
        *tables, key = path.split(".")
        table = data
        for name in tables:
            table = table[name]
        assert key in table, path
        table[key] = value
    return tomli_w.dumps(data)


def armed(**changes: Any) -> str:
    """Return how many rules of how many that configuration arms, as the first line says it."""
    rules = tomllib.loads(config_text(**changes))["rules"].values()
    return f"{sum(rule['enabled'] for rule in rules)}/{len(rules)}"


# The day's backup comes when the machine's clock says: a test that is about another thing.
QUIET = {"backup.enabled": False}

# Every engine that a test started, so that none outlives it.
STARTED: list[int] = []


class Engine:
    """A `curb run --json` process; `rows` grows as it prints."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.rows: list[Row] = []
        self._reader = asyncio.create_task(self._read())

    async def row(
        self,
        rule: str,
        *actions: str,
        symbol: str | None = None,
        times: int = 1,
        **details: Any,
    ) -> Row:
        """Wait for a row of the rule, with one of the actions, the symbol and these details.

        The second such row is the one that came with `times` 2.
        """

        def found() -> Row | None:
            left = times
            for row in self.rows:
                is_meant = row["rule"] == rule and (not actions or row["action"] in actions)
                is_there = symbol is None or row["symbol"] == symbol
                if is_meant and is_there and details.items() <= row["details"].items():
                    left -= 1
                    if not left:
                        return row
            return None

        with contextlib.suppress(TimeoutError):
            await until(lambda: found() is not None or self.process.returncode is not None)
        row = found()
        assert row is not None, [(r["rule"], r["action"], r["reason"]) for r in self.rows]
        return row

    async def stop(self) -> int:
        """End in order; return the exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End as a crash would."""
        await self._end(signal.SIGKILL)

    async def errors(self) -> str:
        """Return what it said on stderr once it ended."""
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()

    async def _end(self, number: signal.Signals) -> int:
        if self.process.returncode is None:
            self.process.send_signal(number)
        code = await asyncio.wait_for(self.process.wait(), DEADLINE_S)
        await self._reader
        return code

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.rows.append(json.loads(line))


async def until(is_met: Callable[[], bool]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(DEADLINE_S):
        while not is_met():
            await asyncio.sleep(0.01)


async def start(
    config: Path, state_dir: Path, *flags: str, env: dict[str, str] | None = None
) -> Engine:
    """Start an engine."""
    words = ("--json", "--config", str(config), "--state-dir", str(state_dir))
    return await spawned("-m", "curb", "run", *words, *flags, env=env)


async def spawned(
    *words: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> Engine:
    """Start a Python that runs an engine."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | (env or {}),
        cwd=cwd,
        limit=1 << 20,
    )
    STARTED.append(process.pid)
    return Engine(process)


# The requests that change something at the venue.
_DEEDS = {
    "/api/Position/closeContract",
    "/api/Position/partialCloseContract",
    "/api/Order/cancel",
    "/api/Order/modify",
    "/api/Order/place",
}


class Desk:
    """Paper, configuration and the way to start engines on them."""

    def __init__(self, paper: Paper, tmp: Path) -> None:
        self.paper = paper
        self.config = tmp / "config.toml"
        self.state_dir = tmp / "state"
        self.env = {"CURB_USERNAME": paper.username, "CURB_API_KEY": paper.api_key}

    @property
    def gateway(self) -> str:
        """The gateway's host and port."""
        return endpoints("custom", self.paper.url).gateway

    @property
    def anchor(self) -> Path:
        """The anchor of the account's database."""
        return account_anchor_path(self.gateway, self.paper.account_id)

    @property
    def consent(self) -> Path:
        """Where it is kept that the account was taken live."""
        return account_consent_path(self.gateway, self.paper.account_id)

    @contextlib.contextmanager
    def live(self) -> Iterator[None]:
        """Take every account live, as its owner would by hand, until the end."""
        self._forget()
        for each in self.paper.accounts:
            account = Account(each.account_id, each.account_name)
            consent.give(self.gateway, account, self.state_dir)
        try:
            yield
        finally:
            consent.withdraw(self.state_dir)
            self._forget()

    def _forget(self) -> None:
        """Leave nothing in the home: another gateway may have this port and account one day."""
        for each in self.paper.accounts:
            for place in (account_anchor_path, account_lock_path):
                place(self.gateway, each.account_id).unlink(missing_ok=True)

    def write(self, **changes: Any) -> None:
        """Write the configuration that points at the paper gateway."""
        hubs = {f"gateway.{hub}_hub": f"{self.paper.url}/hubs/{hub}" for hub in ("user", "market")}
        gateway = {"gateway.name": "custom", "gateway.api_url": self.paper.url}
        self.config.write_text(config_text(**(gateway | hubs | QUIET | changes)))

    @asynccontextmanager
    async def practice(self, **changes: Any) -> AsyncIterator[None]:
        """Let engines find this gateway as their own paper gateway, where `loosen` may be "now".

        They would end its process with themselves, so another one stands in: kill, never stop.
        """
        stand_in = await asyncio.create_subprocess_exec("sleep", "7200")
        key = {
            "url": self.paper.url,
            "username": self.paper.username,
            "api_key": self.paper.api_key,
            "account_id": self.paper.account_id,
            "account": self.paper.account_name,
            "pid": stand_in.pid,
        }
        self.state_dir.mkdir(mode=0o700, exist_ok=True)
        (self.state_dir / "paper.json").write_text(json.dumps(key))
        self.config.write_text(config_text(**(QUIET | changes)))
        try:
            yield
        finally:
            stand_in.kill()
            await stand_in.wait()

    async def engine(self, *flags: str) -> Engine:
        """Start an engine and wait until it watches."""
        engine = await start(self.config, self.state_dir, *flags, env=self.env)
        await engine.row("ENGINE", "start")
        await until(lambda: self.is_watched() or engine.process.returncode is not None)
        return engine

    def is_watched(self) -> bool:
        """Tell whether fills would be told on the user hub and the account has been read."""
        asked = [row for row in self.paper.record if row["kind"] == "request"]
        is_told = any(row.get("method") == "SubscribeTrades" for row in asked)
        return is_told and any(row.get("path") == "/api/Trade/search" for row in asked)

    async def quoted(self, symbol: str, times: int = 1) -> None:
        """Wait until the symbol's quotes are subscribed: this gateway sends no snapshot.

        The second engine on a desk subscribes for the second time.
        """
        contract = self.paper.contract(symbol)

        def is_subscribed() -> bool:
            asked = (r for r in self.paper.record if r.get("method") == "SubscribeContractQuotes")
            return sum(contract in str(row) for row in asked) >= times

        await until(is_subscribed)

    async def shown(self, is_met: Callable[[AccountView], bool]) -> None:
        """Wait until the engine shows an account of which this is true."""
        async with connect(socket_path(self.state_dir)) as client, asyncio.timeout(DEADLINE_S):
            while True:
                reply = await client.command("status", timeout_s=DEADLINE_S)
                if is_met(codec.decode(Snapshot, reply.data).accounts[0]):
                    return
                await asyncio.sleep(0.02)

    async def rests(self, **sizes: int) -> None:
        """Wait until the engine knows exactly these positions, by symbol, and closes none."""

        def is_met(account: AccountView) -> bool:
            held = {position.symbol: position.size for position in account.positions}
            return held == sizes and account.state != "FLATTENING"

        await self.shown(is_met)

    def asked(self) -> list[str]:
        """Return what the venue was asked for and did, in words: `modify MNQ 2 @ 21002.5`."""
        done = (row for row in self.paper.record if row.get("path") in _DEEDS and row["code"] == 0)
        return [self._words(row) for row in done]

    def _words(self, row: Row) -> str:
        name, body = row["path"].rsplit("/", 1)[1], row["body"]
        contracts, orders = self.paper.exchange.contracts, self.paper.exchange.orders
        contract_id = body.get("contractId") or orders[body["orderId"]].ticket.contract_id
        size = "" if body.get("size") is None else f" {body['size']}"
        price = "" if body.get("stopPrice") is None else f" @ {body['stopPrice']}"
        return f"{name} {contracts[contract_id].symbol}{size}{price}"

    def position(self, symbol: str) -> int:
        """Return the venue's signed position."""
        contract = self.paper.contract(symbol)
        for row in self.paper.record[::-1]:
            if row["kind"] in ("fill", "flat", "correction") and row.get("contract_id") == contract:
                return int(row.get("net_after", 0))
        return 0

    def move(self, symbol: str, price: str) -> None:
        """Let the market trade at a price, bid and ask there too."""
        amount = Decimal(price)
        self.paper.set_price(symbol, amount, amount, amount)


@asynccontextmanager
async def desk(tmp: Path, **changes: Any) -> AsyncIterator[Desk]:
    """Open a paper gateway with manual prices and nobody trading but the test."""
    async with running(PaperOptions(prices="manual", trader="none")) as paper:
        found = Desk(paper, tmp)
        found.write(**changes)
        # Another test's gateway may have had this port.
        found.anchor.unlink(missing_ok=True)
        try:
            with found.live():
                yield found
        finally:
            found.anchor.unlink(missing_ok=True)
