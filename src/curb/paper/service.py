"""Runs a paper gateway: for a test in the current event loop, or as a process of its own."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from curb.paper import keyfile, replay, saved, venue
from curb.paper.calendar import Hours
from curb.paper.certificate import CertificateError
from curb.paper.contracts import active
from curb.paper.exchange import Exchange
from curb.paper.faults.clockwork import Clockwork
from curb.paper.faults.plan import PlanError, parse
from curb.paper.faults.relay import relaying
from curb.paper.floor import Floor
from curb.paper.options import PaperOptions
from curb.paper.orders import Bracket, Ticket
from curb.paper.own import touch_of
from curb.paper.server import HOST, TLS_HOST, PortError, Server, bind
from curb.paper.venue import Venue
from curb.wire.codes import OrderSide, OrderType

__all__ = ["Paper", "PaperOptions", "running", "serve"]

_SAVE_S = 2.0
_LOOK_S = 0.1

Kind = Literal["market", "limit", "stop", "stop limit", "trailing stop"]

_TYPES: dict[Kind, OrderType] = {
    "market": OrderType.MARKET,
    "limit": OrderType.LIMIT,
    "stop": OrderType.STOP,
    "stop limit": OrderType.STOP_LIMIT,
    "trailing stop": OrderType.TRAILING_STOP,
}
_SIDES = {"buy": OrderSide.BID, "sell": OrderSide.ASK}


class Paper:
    """A running paper gateway, from the inside."""

    def __init__(
        self,
        parts: Venue,
        server: Server,
        port: int,
        tasks: list[asyncio.Task[None]],
        floor: Floor | None = None,
    ) -> None:
        self.floor = floor or parts.floor
        self.url = f"https://{TLS_HOST}:{port}" if server.config.is_ssl else f"http://{HOST}:{port}"
        self.port = port
        self.username = parts.username
        self.account_id = self.floor.account.id
        self.account_name = self.floor.account.name
        self._parts = parts
        self._server = server
        self._tasks = tasks

    @property
    def accounts(self) -> "tuple[Paper, ...]":
        """Return the gateway once for each account, which it trades on, the first one first."""
        return tuple(
            Paper(self._parts, self._server, self.port, self._tasks, floor)
            for floor in self.floor.all
        )

    @property
    def is_broken(self) -> bool:
        """Tell whether a part of it ended that should not have."""
        return any(task.done() for task in self._tasks)

    @property
    def api_key(self) -> str:
        """Return the key that logs in."""
        return self._parts.api_key.get_secret_value()

    @property
    def exchange(self) -> Exchange:
        """Return the exchange: the truth."""
        return self.floor.exchange

    @property
    def record(self) -> list[dict[str, Any]]:
        """Return the newest rows of the record, but quotes, by time."""
        return self.floor.record.rows()

    def lay(self, **plan: Any) -> None:
        """Let this go wrong from now on; the fields of `Plan`. Raises PlanError."""
        self.floor.faults.lay(parse(plan))

    @property
    def fired(self) -> dict[str, int]:
        """Return how often each knob was turned."""
        return dict(self.floor.faults.fired)

    def contract(self, symbol: str) -> str:
        """Return the id of a symbol's leading contract (or of itself)."""
        known = self.exchange.contracts
        return symbol if symbol in known else active(known.values())[symbol].id

    def set_price(
        self,
        symbol: str,
        last: Decimal | int | str,
        bid: Decimal | int | str | None = None,
        ask: Decimal | int | str | None = None,
    ) -> None:
        """Move the market of a symbol or contract; bid = last and ask a tick above if not given."""
        contract = self.exchange.contracts[self.contract(symbol)]
        sides = [None if each is None else Decimal(each) for each in (bid, ask)]
        self._parts.floor.set_price(contract, touch_of(contract, Decimal(last), *sides))

    def place(
        self,
        symbol: str,
        side: Literal["buy", "sell"],
        size: int,
        type: Kind = "market",  # noqa: A002 - the protocol's word
        limit: Decimal | int | str | None = None,
        stop: Decimal | int | str | None = None,
        trail: Decimal | int | str | None = None,
        stop_loss: Bracket | int | None = None,
        take_profit: Bracket | int | None = None,
    ) -> int:
        """Place an order as the trader would, in the platform; return its id.

        A bracket is given in signed ticks from the fill, a stop or a limit order unless it
        says otherwise.
        """
        if isinstance(stop_loss, int):
            stop_loss = Bracket(stop_loss, OrderType.STOP)
        if isinstance(take_profit, int):
            take_profit = Bracket(take_profit, OrderType.LIMIT)
        ticket = Ticket(
            self.contract(symbol),
            _TYPES[type],
            _SIDES[side],
            size,
            limit=None if limit is None else Decimal(limit),
            stop=None if stop is None else Decimal(stop),
            source="trader",
            trail=None if trail is None else Decimal(trail),
            stop_loss=stop_loss,
            take_profit=take_profit,
        )
        answer = self.floor.act(lambda exchange: exchange.place(ticket, self.floor.clock.now()))
        if answer.order_id is None:
            raise ValueError(answer.message)
        return answer.order_id

    def set_can_trade(self, can_trade: bool) -> None:
        """Let the account place orders or not, as the venue does; closing works in any case."""
        self.floor.act(lambda exchange: exchange.set_can_trade(can_trade=can_trade))

    def void(self, trade_id: int) -> None:
        """Take a half-turn back, as the venue does with a busted trade; KeyError: none such."""
        answer = self.floor.act(lambda exchange: exchange.void(trade_id))
        if answer.code:
            raise KeyError(answer.message)

    def set_hours(self, hours: Hours) -> None:
        """Keep other hours: always open, the exchange's week, or closed."""
        self.floor.set_hours(hours)

    def cancel(self, order_id: int) -> None:
        """Cancel an order as the trader would."""
        self.floor.act(lambda exchange: exchange.cancel(order_id, self.floor.clock.now()))

    def pass_time(self, span: timedelta) -> None:
        """Let the venue's clock go on at once, in its stamps and in the `Date` of its answers."""
        self.floor.clock.advance(span)
        self._server.tell_time()

    def drop_hubs(self) -> None:
        """Cut every hub socket without a word."""
        self._server.drop_sockets()


@asynccontextmanager
async def running(options: PaperOptions | None = None) -> AsyncIterator[Paper]:
    """Run a paper gateway in the current event loop until the block ends.

    Raises PortError, ReplayError, SavedStateError, OptionsError, CertificateError or OSError
    where it cannot start.
    """
    options = options or PaperOptions()
    parts = venue.build(options)
    listener = inner = bind(options.port)
    try:
        parts.floor.record.open()
        server = parts.server
        inner = bind(0) if parts.is_relayed else listener  # clients meet the relay first
        tasks = [
            asyncio.create_task(server.serve([inner])),
            asyncio.create_task(parts.pump.run()),
            asyncio.create_task(Clockwork(parts.floor).run()),
            asyncio.create_task(_keep(parts)),
        ]
        try:
            await server.is_up.wait()
            async with contextlib.AsyncExitStack() as stack:
                if parts.is_relayed:
                    port = inner.getsockname()[1]
                    await stack.enter_async_context(relaying(parts.floor.faults, listener, port))
                yield Paper(parts, server, listener.getsockname()[1], tasks)
        finally:
            await _end(server, tasks)
            parts.save()
    finally:
        parts.floor.record.flush()
        parts.floor.record.close()
        listener.close()
        inner.close()


async def _end(server: Server, tasks: list[asyncio.Task[None]]) -> None:
    """End the tasks; one that had failed says so now."""
    server.stop()
    for task in tasks[1:]:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, BaseException) and not isinstance(outcome, asyncio.CancelledError):
            raise outcome


async def _keep(parts: Venue) -> None:
    """Bring record and state to their files every few seconds."""
    told = sum(floor.told for floor in parts.floor.all)
    while True:
        await asyncio.sleep(_SAVE_S)
        parts.floor.record.flush()
        now_told = sum(floor.told for floor in parts.floor.all)
        if now_told != told:
            # A full disk costs the state of the next start, not this market.
            with contextlib.suppress(OSError):
                parts.save()
                told = now_told


def serve(options: PaperOptions) -> int:
    """Run a paper gateway until it is told to end; return the exit code.

    0 after an end in order; 2, with one line on stderr, where it cannot start.
    """
    try:
        asyncio.run(_serve(options))
    except (
        PortError,
        PlanError,
        replay.ReplayError,
        saved.SavedStateError,
        venue.OptionsError,
        CertificateError,
        OSError,
    ) as error:
        sys.stderr.write(f"curb paper: {error}\n")
        return 2
    return 0


async def _serve(options: PaperOptions) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with running(options) as paper:
        path = _announce(paper, options)
        try:
            await _until(stop, paper, options.linger)
        finally:
            if path:
                path.unlink(missing_ok=True)


def _announce(paper: Paper, options: PaperOptions) -> Path | None:
    """Write the key file and say where the gateway is; return the key file's path."""
    path = options.key_file
    given = options.username is not None and options.api_key is not None
    if path is None and not given:
        path = keyfile.default_path(paper.port)
    if path is not None:
        content = {
            "url": paper.url,
            "username": paper.username,
            "api_key": paper.api_key,
            "account_id": paper.account_id,
            "account": paper.account_name,
            "pid": os.getpid(),
            "record": str(options.record) if options.record else None,
        }
        keyfile.write(path, content)
    where = f", key in {path}" if path else ""
    names = ", ".join(each.account_name for each in paper.accounts)
    sys.stdout.write(f"paper gateway on {paper.url}, account {names}{where}\n")
    sys.stdout.flush()
    return path


async def _until(stop: asyncio.Event, paper: Paper, linger: float | None) -> None:
    """Wait for the end: a signal, or nobody watching for `linger` seconds."""
    left_at = time.monotonic()
    while not (stop.is_set() or paper.is_broken):
        if paper.floor.user.connections:
            left_at = time.monotonic()
        elif linger is not None and time.monotonic() - left_at >= linger:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_S)
