"""`curb headroom`: how far from each limit, and how many contracts may still be added."""

import argparse
import asyncio
import json
import sys

from curb.cli import ask, places
from curb.control.client import Client, connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.errors import CurbError
from curb.domain.room import Room
from curb.domain.snapshot import AccountView, Snapshot
from curb.tui import rooms


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    ask.add(parser)
    parser.add_argument("symbol", nargs="?", help="such as MNQ (default: every open one)")
    parser.add_argument("--account", metavar="NAME", help="one account (default: all)")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the room of every account and symbol asked for; return the exit code."""
    replies = asyncio.run(_asked(args))
    refused = [reply for reply in replies if not reply.ok]
    for reply in refused:
        print(reply.text, file=sys.stderr)
    found = [reply for reply in replies if reply.ok]
    if args.json:
        print(json.dumps([reply.data for reply in found]))
    else:
        print("\n\n".join(_words(codec.decode(Room, reply.data)) for reply in found))
    return 1 if refused else 0


async def _asked(args: argparse.Namespace) -> list[Reply]:
    async with connect(socket_path(places.state_dir(args.state_dir))) as client:
        status = await client.command("status")
        accounts = _chosen(codec.decode(Snapshot, status.data).accounts, args.account)
        return [
            await _room(client, account, symbol)
            for account in accounts
            for symbol in _symbols(account, args.symbol)
        ]


async def _room(client: Client, account: AccountView, symbol: str) -> Reply:
    return await client.command("headroom", account_id=account.id, symbol=symbol)


def _chosen(accounts: tuple[AccountView, ...], name: str | None) -> list[AccountView]:
    chosen = [account for account in accounts if name in (None, account.name)]
    if not chosen:
        found = ", ".join(account.name for account in accounts)
        raise CurbError(f"expected an account of the engine, {found}, found {name!r}")
    return chosen


def _symbols(account: AccountView, symbol: str | None) -> list[str]:
    if symbol is not None:
        return [symbol]
    held = sorted({position.symbol for position in account.positions})
    if not held:
        raise CurbError(f"{account.name} is flat: expected a symbol, as in `curb headroom MNQ`")
    return held


def _words(room: Room) -> str:
    return "\n".join((rooms.title(room, None), *(f"  {text}" for text, _ in rooms.lines(room))))
