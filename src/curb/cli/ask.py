"""`curb status`, `curb stop`, `curb reload`: ask the running engine."""

import argparse
import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

from curb.cli import places
from curb.control import codec
from curb.control.client import connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.domain.snapshot import AccountView, FireView, LinkView, RuleView, Snapshot


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says which engine is asked."""
    parser.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")


def add_status(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb status`."""
    add(parser)
    parser.add_argument("--json", action="store_true", help="the whole snapshot as JSON")


def stop(args: argparse.Namespace) -> int:
    """Stop the engine in order."""
    return _say(_ask(args, "stop"))


def reload(args: argparse.Namespace) -> int:
    """Let the engine read its configuration again."""
    return _say(_ask(args, "reload"))


def status(args: argparse.Namespace) -> int:
    """Print what the engine is doing."""
    reply = _ask(args, "status")
    if args.json:
        print(json.dumps(reply.data))
        return 0
    print("\n".join(sentences(codec.decode(Snapshot, reply.data))))
    return 0


def _ask(args: argparse.Namespace, name: str, **details: Any) -> Reply:
    async def talk() -> Reply:
        async with connect(socket_path(places.state_dir(args.state_dir))) as client:
            return await client.command(name, **details)

    return asyncio.run(talk())


def _say(reply: Reply) -> int:
    print(reply.text, file=sys.stdout if reply.ok else sys.stderr)
    return 0 if reply.ok else 1


def sentences(snapshot: Snapshot) -> list[str]:
    """Return a snapshot as lines for a person to read."""
    badge = "PAPER" if snapshot.is_paper else "LIVE"
    links = "  ".join(_link(link, snapshot) for link in _links(snapshot))
    lines = [
        f"{badge}  armed {snapshot.armed}/{snapshot.rules}  {links}  database {snapshot.store_word}",
        f"engine {snapshot.version}, pid {snapshot.pid}, since {snapshot.started_at:%H:%M:%S} UTC",
        f"config {snapshot.config_path} ({snapshot.config_hash[:12]})",
    ]
    for account in snapshot.accounts:
        lines += _account(account, snapshot)
    return lines


def _links(snapshot: Snapshot) -> tuple[LinkView, ...]:
    return (snapshot.rest, snapshot.user_hub, snapshot.market_hub)


def _link(link: LinkView, snapshot: Snapshot) -> str:
    if link.heard_at is None:
        return f"{link.name} {link.word}"
    age_s = max((snapshot.at - link.heard_at).total_seconds(), 0)
    return f"{link.name} {link.word} {age_s:.1f}s"


def _account(account: AccountView, snapshot: Snapshot) -> list[str]:
    pnl = account.pnl
    total = "unknown" if pnl.total is None else f"{pnl.total:+.2f}"
    limit = f" of -{pnl.limit:.2f}" if pnl.limit is not None else ""
    armed = f"armed {account.armed}/{snapshot.rules}"
    lines = [f"{account.name}  {account.state}  {armed}  day {total}{limit}"]
    if account.alert:
        lines.append(f"  ALERT {account.alert}")
    for position in account.positions:
        average = "?" if position.average is None else f"{position.average:.{position.decimals}f}"
        value = "?" if position.unrealized is None else f"{position.unrealized:+.2f}"
        fires = "".join(f"  {fire.rule} at {_price(fire)}" for fire in position.fires)
        lines.append(f"  {position.name} {position.size:+d} @ {average}  open {value}{fires}")
    for timer in account.timers:
        left = "until its condition ends"
        if timer.until is not None:
            seconds = max(round((timer.until - snapshot.at).total_seconds()), 0)
            left = f"{timedelta(seconds=seconds)} left"
        lines.append(f"  {timer.kind} {timer.scope} {timer.rule} {timer.reason}: {left}")
    return [*lines, *map(_rule, account.rules)]


def _rule(rule: RuleView) -> str:
    words = f"{rule.word} ({rule.blind})" if rule.blind else rule.word
    against = f" {rule.value} of {rule.limit}" if rule.limit else ""
    fires = ", ".join(f"{fire.name} {_price(fire)}" for fire in rule.fires)
    at = f", fires at {fires}" if fires else ""
    return f"  {rule.id} {rule.title}: {words}{against}{at}"


def _price(fire: FireView) -> str:
    return f"{fire.price:.{fire.decimals}f}"
