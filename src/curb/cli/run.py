"""`curb run`: the engine without a screen."""

import argparse
import asyncio
import sys
from pathlib import Path

from curb.cli import places


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("--config", metavar="FILE", help="the configuration to use")
    parser.add_argument("--state-dir", metavar="DIR", help="where database and logs live")
    parser.add_argument("--for", dest="for_s", type=float, metavar="SECONDS", help="stop after")
    parser.add_argument("--json", action="store_true", help="print audit rows as JSON lines")
    parser.add_argument("--record", metavar="FILE", help="write what happens, for curb replay")
    parser.add_argument("--quiet", action="store_true", help="print no audit rows")
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


def paper_flags(args: argparse.Namespace) -> list[str]:
    """Return the flags for the paper gateway; the trader is on tilt unless told otherwise."""
    flags = ["--trader", args.trader or "tilt"]
    for name in ("seed", "replay", "symbol", "speed"):
        value = getattr(args, name)
        if value is not None:
            flags += [f"--{name}", str(value)]
    for account in args.account or ():
        flags += ["--account", str(account)]
    return flags


def run(args: argparse.Namespace) -> int:
    """Run until stopped; return the exit code."""
    # Imported here: the other commands start faster without the engine.
    from curb.cli.engine import EngineOptions, run_engine  # noqa: PLC0415

    options = EngineOptions(
        config=places.config_path(args.config),
        state_dir=places.state_dir(args.state_dir),
        for_s=args.for_s,
        as_json=args.json,
        is_quiet=args.quiet,
        paper_flags=paper_flags(args),
        record=Path(args.record).absolute() if args.record else None,
    )
    if sys.platform == "win32":
        return asyncio.run(run_engine(options))
    import uvloop  # noqa: PLC0415 - not on Windows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(run_engine(options))
