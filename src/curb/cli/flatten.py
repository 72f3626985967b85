"""`curb flatten`: by the engine where one answers, else over REST by itself."""

import argparse
import asyncio
import itertools
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from curb.cli import paper_process, places, secret_file
from curb.config.models import Config
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.actions import ReadAccount
from curb.domain.book import Account
from curb.domain.errors import Busy, ConfigError, CurbError
from curb.domain.events import AccountRead, RequestEnded
from curb.domain.snapshot import Snapshot
from curb.domain.text import safe_text
from curb.engine.closing import Closing
from curb.gateway.client import GatewayClient
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import Endpoints, endpoints
from curb.state.orders import Orders
from curb.state.positions import Positions

_LOOK_S = 0.1


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("symbol", nargs="?", help="the symbol to close, such as MNQ")
    parser.add_argument("--all", action="store_true", help="close everything, cancel all orders")
    parser.add_argument("--account", metavar="NAME", help="on this account only")
    parser.add_argument("--config", metavar="FILE", help="the configuration to use")
    parser.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")
    parser.add_argument(
        "--within",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="without an engine: give up after (60)",
    )


def run(args: argparse.Namespace) -> int:
    """Flatten; return 0 once that was asked of the engine, or seen over REST."""
    if bool(args.symbol) == args.all:
        raise CurbError(
            "expected either a symbol or --all, found " + ("both", "none")[not args.all]
        )
    symbol = args.symbol.upper() if args.symbol else None
    state_dir = places.state_dir(args.state_dir)
    try:
        return asyncio.run(_by_engine(state_dir, symbol, args.account))
    except Busy:
        print("no engine answers: flattening over REST", file=sys.stderr)
    return asyncio.run(_by_rest(args, state_dir, symbol))


async def _by_engine(state_dir: Path, symbol: str | None, account: str | None) -> int:
    details: dict[str, Any] = {"symbol": symbol, "source": "command"}
    async with connect(socket_path(state_dir)) as client:
        if account is not None:
            status = await client.command("status")
            accounts = codec.decode(Snapshot, status.data).accounts
            names = {each.name: each.id for each in accounts}
            details["account_id"] = names[_known(account, names)]
        reply = await client.command("flatten", **details)
    print(reply.text, file=sys.stdout if reply.ok else sys.stderr)
    return 0 if reply.ok else 1


def _config(args: argparse.Namespace, state_dir: Path) -> Config:
    """Return the file's configuration, else what was in force: this must work in need."""
    # Imported here: reading a configuration is not needed where an engine answers.
    from curb.cli.start import IN_FORCE, read_config  # noqa: PLC0415

    try:
        return read_config(places.config_path(args.config))
    except ConfigError:
        if not (state_dir / IN_FORCE).is_file():
            raise
        return read_config(state_dir / IN_FORCE)


async def _by_rest(args: argparse.Namespace, state_dir: Path, symbol: str | None) -> int:
    config = _config(args, state_dir)
    where, credentials = _gateway(config, state_dir)
    client = GatewayClient(where, credentials, emit=_ignore, hear_time=_ignore, now=_now)
    try:
        accounts = await client.open()
        names = config.account.names
        chosen = [account for account in accounts if not names or account.name in names]
        if args.account is not None:
            _known(args.account, [account.name for account in chosen])
            chosen = [account for account in chosen if account.name == args.account]
        deadline = time.monotonic() + args.within
        results = [await _flatten(client, account, symbol, deadline) for account in chosen]
    finally:
        await client.close()
    return 0 if results and all(results) else 1


async def _flatten(
    client: GatewayClient, account: Account, symbol: str | None, deadline: float
) -> bool:
    """Close and cancel until two reads show it; the engine's own saga on a short leash."""
    ids = itertools.count(1)
    positions, orders, closing = Positions(), Orders(), Closing(account.id, ids)
    is_first = True
    while time.monotonic() < deadline:
        began_at = _now()
        read = await client.perform(ReadAccount(next(ids), account.id))
        if isinstance(read, RequestEnded):
            print(f"{account.name}: {read.words or read.outcome.value}", file=sys.stderr)
            await asyncio.sleep(0.5)
            continue
        now = _now()
        positions.apply(read, now)
        orders.apply(read, now)
        if is_first:
            for contract_id in await _wanted(client, read, symbol):
                closing.want(contract_id, 0, now)
            is_first = False
        closing.read(read, now)
        closing.take_done()
        if not list(closing):
            print(f"{account.name}: {symbol or 'everything'} is flat, no working orders")
            return True
        requests = closing.drive(positions, orders, now)
        ends = await asyncio.gather(*(client.perform(request) for request in requests))
        for end in ends:
            if isinstance(end, RequestEnded):
                closing.ended(end, _now())
        await asyncio.sleep(max(_LOOK_S - (_now() - began_at) / timedelta(seconds=1), 0))
    left = ", ".join(sorted(pursuit.contract_id for pursuit in closing))
    print(f"{account.name}: NOT FLAT: {left}", file=sys.stderr)
    return False


async def _wanted(client: GatewayClient, read: AccountRead, symbol: str | None) -> list[str]:
    contracts = {position.contract_id for position in read.positions or ()}
    contracts |= {order.contract_id for order in read.orders or ()}
    if symbol is None:
        return sorted(contracts)
    found = [(contract_id, await client.learn(contract_id)) for contract_id in sorted(contracts)]
    return [
        contract_id for contract_id, contract in found if contract and contract.symbol == symbol
    ]


def _known(account: str, names: Iterable[str]) -> str:
    """Return the account's name. Raises CurbError where it is none of the names."""
    if account not in names:
        found = ", ".join(safe_text(name) for name in names)
        raise CurbError(f"expected an account out of {found}, found {safe_text(account)}")
    return account


def _gateway(config: Config, state_dir: Path) -> tuple[Endpoints, Credentials]:
    gateway = config.gateway
    if gateway.name != "paper":
        where = endpoints(gateway.name, gateway.api_url, gateway.user_hub, gateway.market_hub)
        return where, secret_file.credentials()
    key = paper_process.read_key(paper_process.key_path(state_dir))
    if key is None:
        raise CurbError("no paper gateway runs for this state directory: there is nothing open")
    where = endpoints("custom", key.url, f"{key.url}/hubs/user", f"{key.url}/hubs/market")
    return where, Credentials(key.username, key.api_key)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - no lock ends on it here


def _ignore(_value: object) -> None:
    """Take nothing from the hubs: every decision here is made on a read."""
