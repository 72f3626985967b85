"""`curb alerts`, and what an engine needs to tell its services."""

import argparse
import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from curb.alerts.alerts import Alerts
from curb.alerts.channels import NAMES, Channel, channels
from curb.alerts.message import Message
from curb.alerts.sender import Outcome, Sender
from curb.cli import places
from curb.cli.secret_file import variables
from curb.control.client import connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.domain.errors import CredentialsError, CurbError
from curb.domain.severity import Severity
from curb.engine.runner import Runner

_FILE = "alerts.env"
_TEST = Message("Curb: a test", "Messages of Curb arrive here.", Severity.TOLD)
_GONE = Message(
    "Curb: the engine is gone",
    "NOTHING IS ENFORCED: systemd has given up. See: systemctl --user status curb",
    Severity.ENFORCED,
)
_TICK_S = 1.0


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument(
        "what",
        choices=("test", "gone"),
        help="send a message to each service: a test, or that no engine answers, if so",
    )
    parser.add_argument("--state-dir", metavar="DIR", help="whose engine is meant")


def run(args: argparse.Namespace) -> int:
    """Send a message to every service; return 0 where each took it, or none was due."""
    is_gone = args.what == "gone"
    if is_gone and asyncio.run(_answers(socket_path(places.state_path(args.state_dir)))):
        print("an engine answers: nothing was sent")
        return 0
    with contextlib.closing(Sender(_channels(), print)) as sender:
        outcomes = sender.test(_GONE if is_gone else _TEST)
    if not outcomes:
        print(_none())
    for outcome in outcomes:
        print(_words(outcome))
    return int(not outcomes or any(outcome.fault for outcome in outcomes))


@dataclass(frozen=True, slots=True)
class Telling:
    """The services of an engine, and why there are none where the trader wanted some."""

    sender: Sender
    fault: str


@contextlib.asynccontextmanager
async def alerting(runner: Runner) -> AsyncIterator[Telling]:
    """Let the runner's rows be told while it lasts."""
    loop = asyncio.get_running_loop()

    def warn(words: str) -> None:
        runner.act(runner.core.warn(words, runner.clock.now()))

    fault, found = "", tuple[Channel, ...]()
    try:
        found = _channels()
    except CredentialsError as e:
        # A guard without messages is better than none.
        fault = f"nothing is told elsewhere: {e}"

    def tell(words: str) -> None:
        loop.call_soon_threadsafe(warn, words)

    sender = Sender(found, tell)
    alerts = Alerts(sender, lambda: runner.core.policy.alerts, time.monotonic)
    runner.listen(alerts)
    ticking = asyncio.create_task(_tick(alerts))
    try:
        yield Telling(sender, fault)
    finally:
        ticking.cancel()
        await asyncio.to_thread(sender.close)


async def tested(sender: Sender) -> Reply:
    """Send a message to every service of a running engine; return what came of it."""
    outcomes = await asyncio.to_thread(sender.test, _TEST)
    is_good = bool(outcomes) and not any(outcome.fault for outcome in outcomes)
    return Reply(ok=is_good, text="; ".join(map(_words, outcomes)) or _none())


async def _answers(path: Path) -> bool:
    try:
        async with connect(path):
            return True
    except CurbError:
        return False


async def _tick(alerts: Alerts) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        alerts.tick()


def _channels() -> tuple[Channel, ...]:
    return channels(variables(os.environ, places.own_config().with_name(_FILE), NAMES))


def _words(outcome: Outcome) -> str:
    if outcome.fault:
        return f"{outcome.channel} FAILED after {outcome.took_ms} ms: {outcome.fault}"
    return f"{outcome.channel} ok in {outcome.took_ms} ms"


def _none() -> str:
    return f"no service is named: set one of {', '.join(NAMES)}"
