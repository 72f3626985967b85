"""`curb status`, `curb stop`, `curb reload`, `curb lock`: ask the running engine."""

import argparse
import asyncio
import json
import re
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from curb.cli import bar, places, verdicts
from curb.cli.checkup.upkeep import store_words
from curb.control.client import connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.durations import RESET, seconds_of
from curb.domain.errors import CurbError
from curb.domain.health import HealthView
from curb.domain.snapshot import AccountView, FireView, LinkView, RuleView, Snapshot, TimerView
from curb.domain.text import safe_text
from curb.domain.vigil import Gap

_MOST_GAPS = 5  # the health pane has all of them

# "-12.50", "ES 2", "7/minute", "?": what can be said to be so much of a limit.
_CELLS = 500
_FIGURE = re.compile(r"(\w+ )?([-+]?[\d.]+(/\w+)?|\?)")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flag that says which engine is asked."""
    parser.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")


def add_status(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb status`."""
    add(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="the whole snapshot as JSON")
    form.add_argument(
        "--line",
        action="store_true",
        help="one line of at most 60 columns; the exit code is 1 where anything is wrong: no "
        "engine, no trading, a way down, a rule not evaluated, an alert. A lock is nothing wrong",
    )
    form.add_argument("--tmux", action="store_true", help="the same line in tmux's colors")


def add_reload(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb reload`."""
    add(parser)
    parser.add_argument(
        "--confirm", action="store_true", help="apply also what would close a position now"
    )


def add_stop(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb stop`."""
    add(parser)
    parser.add_argument("--word", help="the word that a stop while locked or in a position needs")


def add_lock(parser: argparse.ArgumentParser) -> None:
    """Add the flags of `curb lock`."""
    add(parser)
    parser.add_argument(
        "duration",
        help=f'how long, at least 5m: 30m, 2h, 1h30m, or "{RESET}": until the next reset',
    )
    parser.add_argument("--account", metavar="NAME", help="one account (default: all)")
    parser.add_argument("--symbol", metavar="ES", help="one symbol (default: everything)")


def stop(args: argparse.Namespace) -> int:
    """Stop the engine in order; what is at stake has to be confirmed by a typed word."""
    reply = _ask(args, "stop", word=args.word)
    wanted = reply.data.get("word") if isinstance(reply.data, dict) else None
    if reply.ok or wanted is None:
        return _say(reply)
    if args.word is not None or not sys.stdin.isatty():
        return _say(replace(reply, text=f"{reply.text}. `curb stop --word {wanted}` stops it"))
    print(f"{reply.text}.")
    if _typed(f"Type {wanted} to stop it: ") != wanted:
        print("not stopped", file=sys.stderr)
        return 1
    return _say(_ask(args, "stop", word=wanted))


def lock(args: argparse.Namespace) -> int:
    """Lock an account, or one symbol of it, for a time that nothing makes shorter."""
    seconds = seconds_of(args.duration)
    details: dict[str, Any] = {"duration_s": RESET if seconds is None else seconds}
    if args.account is not None:
        details["account_id"] = _account_id(args)
    if args.symbol is not None:
        details["symbol"] = args.symbol.upper()
    return _say(_ask(args, "lock", source="command", **details))


def reload(args: argparse.Namespace) -> int:
    """Let the engine read its configuration again; say what became of each change."""
    reply = _ask(args, "reload", confirm=args.confirm)
    words = [reply.text, *verdicts.lines(reply.data)]
    if isinstance(reply.data, dict) and reply.data.get("holds"):
        words.append("`curb reload --confirm` applies also what is held")
    return _say(replace(reply, text="\n".join(words)))


def status(args: argparse.Namespace) -> int:
    """Print what the engine is doing."""
    if args.line or args.tmux:
        found = bar.ask(socket_path(places.state_path(args.state_dir)))
        print(bar.text(found, is_tmux=args.tmux))
        return 0 if bar.is_fine(found) else 1
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


def _typed(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        return ""


def _account_id(args: argparse.Namespace) -> int:
    accounts = codec.decode(Snapshot, _ask(args, "status").data).accounts
    for account in accounts:
        if account.name == args.account:
            return account.id
    found = ", ".join(account.name for account in accounts)
    raise CurbError(f"expected an account of the engine, {found}, found {args.account!r}")


def _say(reply: Reply) -> int:
    print(reply.text, file=sys.stdout if reply.ok else sys.stderr)
    return 0 if reply.ok else 1


def sentences(snapshot: Snapshot) -> list[str]:
    """Return a snapshot as lines for a person to read."""
    badge = "PAPER" if snapshot.is_paper else "LIVE"
    links = "  ".join(_link(link, snapshot) for link in _links(snapshot))
    lines = [
        f"{badge}  {_armed(snapshot)}  {links}  database {snapshot.store_word}",
        *_missing(snapshot),
        f"engine {snapshot.version}, pid {snapshot.pid}, since {snapshot.started_at:%H:%M:%S} UTC",
        f"config {snapshot.config_path} ({snapshot.config_hash[:12]})",
    ]
    if store := store_words(snapshot):
        lines.append(f"store {store}")
    lines += _guarded(snapshot.health)
    for account in snapshot.accounts:
        lines += _account(account, snapshot)
    return [safe_text(line, _CELLS) for line in lines]


def _armed(snapshot: Snapshot) -> str:
    if snapshot.is_ready:
        return f"armed {snapshot.armed}/{snapshot.rules}"
    green = sum(check.is_green for check in snapshot.preflight)
    return f"PRE-FLIGHT {green}/{len(snapshot.preflight)}"


def _missing(snapshot: Snapshot) -> list[str]:
    if snapshot.is_ready:
        return []
    return [f"  WAIT {c.name}: {c.words}" for c in snapshot.preflight if not c.is_green]


def _guarded(health: HealthView) -> list[str]:
    """Return how much of the day was protected, why it is not now, and the newest gaps."""
    if health.protected is None:
        return []
    share = (health.protected * 100).quantize(Decimal("0.1"), ROUND_FLOOR)
    count = len(health.gaps)
    now = f", NOT NOW: {health.unguarded}" if health.unguarded else ""
    words = f"protected {share}% of the day, {count} gap{'' if count == 1 else 's'}{now}"
    return [words, *map(_gap, health.gaps[-_MOST_GAPS:])]


def _gap(gap: Gap) -> str:
    lasted = timedelta(seconds=round((gap.until - gap.since).total_seconds()))
    return f"  gap {gap.since:%H:%M:%S} UTC for {lasted}: {gap.why}"


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
    word = "armed" if snapshot.is_ready else "watching"
    armed = f"{word} {account.armed}/{snapshot.rules}"
    lines = [f"{account.name}  {account.state}  {armed}  day {total}{limit}"]
    lines.append(f"  {account.verdict}: {account.verdict_words}")
    if account.alert:
        lines.append(f"  ALERT {account.alert}")
    for position in account.positions:
        average = "?" if position.average is None else f"{position.average:.{position.decimals}f}"
        value = "?" if position.unrealized is None else f"{position.unrealized:+.2f}"
        fires = "".join(f"  {fire.rule} at {_price(fire)}" for fire in position.fires)
        lines.append(f"  {position.name} {position.size:+d} @ {average}  open {value}{fires}")
    timers = [_timer(timer, snapshot.at) for timer in account.timers]
    return [*lines, *timers, *map(_rule, account.rules)]


def _timer(timer: TimerView, at: datetime) -> str:
    left = ""
    if timer.until is not None:
        left = f"{timedelta(seconds=max(round((timer.until - at).total_seconds()), 0))}"
    if timer.kind == "CONF":
        return f"  CONF {timer.reason}: applies in {left}"
    if timer.kind == "HELD":
        return f"  HELD {timer.reason}: until `curb reload --confirm`"
    words = " ".join(word for word in (timer.kind, timer.scope, timer.rule, timer.reason) if word)
    return f"  {words}: {f'{left} left' if left else 'until its condition ends'}"


def _rule(rule: RuleView) -> str:
    words = f"{rule.word} ({rule.blind})" if rule.blind else rule.word
    against = ""
    if rule.limit:
        is_figure = _FIGURE.fullmatch(rule.value) is not None
        against = f" {rule.value} of {rule.limit}" if is_figure else f" {rule.value} ({rule.limit})"
    fires = ", ".join(f"{fire.name} {_price(fire)}" for fire in rule.fires)
    at = f", fires at {fires}" if fires else ""
    return f"  {rule.id} {rule.title}: {words}{against}{at}"


def _price(fire: FireView) -> str:
    return f"{fire.price:.{fire.decimals}f}"
