"""`curb run`: the engine without a screen."""

import argparse
import gc
import os
import sys
import sysconfig
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curb.cli import places


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--config", metavar="FILE", help="the configuration to use")
    parser.add_argument("--state-dir", metavar="DIR", help="where database and logs live")
    parser.add_argument("--for", dest="for_s", type=float, metavar="SECONDS", help="stop after")
    parser.add_argument("--json", action="store_true", help="print audit rows as JSON lines")
    parser.add_argument("--record", metavar="FILE", help="write what happens, for curb replay")
    parser.add_argument("--quiet", action="store_true", help="print no audit rows")
    parser.add_argument(
        "--supervised", action="store_true", help="systemd starts the next one: screens wait for it"
    )
    add_paper(parser)


def add_paper(parser: argparse.ArgumentParser) -> None:
    """Add the flags that go on to the embedded paper gateway."""
    group = parser.add_argument_group("paper gateway")
    group.add_argument("--seed", type=int, help="make prices and trader reproducible")
    group.add_argument("--trader", choices=("tilt", "calm", "none"), help="who trades")
    group.add_argument("--replay", metavar="FILE", help="prices from timestamp,price[,size]")
    group.add_argument("--symbol", help="the symbol that is replayed and traded")
    group.add_argument("--speed", type=float, help="shorten the gaps of a replay")
    group.add_argument(
        "--account", type=int, action="append", metavar="ID", help="an account to offer, once each"
    )
    add_customs(group.add_argument)


def add_customs(flag: Callable[..., argparse.Action]) -> None:
    """Add the flags of what differs from venue to venue, or is not known well enough."""
    flag(
        "--brackets",
        choices=("strict", "lenient", "refused"),
        help="signs of brackets: as the price moves, put right, or no brackets at all",
    )
    flag(
        "--orphans",
        choices=("stay", "cancel"),
        help="what becomes of a bracket's exits when something else closed the position",
    )
    flag("--depth", type=_depth, metavar="N", help="contracts that fill on one touch (0: all)")
    flag("--payloads", choices=("wrapped", "bare"), help="events in an envelope, or without one")
    flag("--hours", choices=("always", "week", "closed"), help="when the venue is open")


def customs(args: argparse.Namespace) -> dict[str, Any]:
    """Return the customs that were asked for, by the names of their flags."""
    found = {
        name: getattr(args, name) for name in ("brackets", "orphans", "depth", "payloads", "hours")
    }
    return {name: value for name, value in found.items() if value is not None}


def _depth(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"expected 0 or more contracts, found {number}")
    return number


def paper_flags(args: argparse.Namespace) -> list[str]:
    """Return the flags for the paper gateway; the trader is on tilt unless told otherwise."""
    flags = ["--trader", args.trader or "tilt"]
    for name in ("seed", "replay", "symbol", "speed"):
        value = getattr(args, name)
        if value is not None:
            flags += [f"--{name}", str(value)]
    for name, value in customs(args).items():
        flags += [f"--{name}", str(value)]
    for account in args.account or ():
        flags += ["--account", str(account)]
    return flags


def run(args: argparse.Namespace) -> int:
    """Run until stopped; return the exit code."""
    # The client's own command line, and all that it draws with: a seventh of the start.
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    # Imported here: the other commands start faster without the engine.
    from curb.cli.engine import EngineOptions, run_engine  # noqa: PLC0415
    from curb.cli.live import ask_first  # noqa: PLC0415

    # Looking through all that was imported would hold a flatten up for 60 ms now and then.
    gc.freeze()
    _distrust_zones()
    ask_first(args)
    options = EngineOptions(
        config=places.config_path(args.config),
        state_dir=places.state_dir(args.state_dir),
        for_s=args.for_s,
        as_json=args.json,
        is_quiet=args.quiet,
        is_supervised=args.supervised,
        paper_flags=paper_flags(args),
        record=Path(args.record).absolute() if args.record else None,
    )
    import asyncio  # noqa: PLC0415 - a screen imports this module, and may do without TLS

    if sys.platform == "win32":
        return asyncio.run(run_engine(options))
    import uvloop  # noqa: PLC0415 - not on Windows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run_engine(options))


def _distrust_zones() -> None:
    """Look for time zones where the system has them: others would begin the day anew."""
    folders = str(sysconfig.get_config_var("TZPATH") or "").split(os.pathsep)
    zoneinfo.reset_tzpath([folder for folder in folders if folder])
    zoneinfo.ZoneInfo.clear_cache()
