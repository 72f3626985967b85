"""`curb paper`: the paper gateway, by itself."""

import argparse
import os
from pathlib import Path

from pydantic import SecretStr

from curb.cli.run import add_customs, customs
from curb.paper.options import PaperOptions
from curb.paper.service import serve


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    flag = parser.add_argument
    flag("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    flag("--seed", type=int, help="makes prices and trader repeat themselves")
    flag("--trader", choices=("tilt", "calm", "none"), default="none", help="who trades")
    flag("--replay", type=Path, metavar="FILE", help="trades to replay: timestamp,price[,size]")
    flag("--symbol", type=str.upper, help="the replayed symbol, and what the trader trades")
    flag("--speed", type=float, default=1.0, help="how much faster to replay (default: 1)")
    flag("--account", type=int, action="append", metavar="ID", help="account id, once for each")
    flag("--prices", choices=("generated", "manual"), default="generated", help="who moves prices")
    flag("--key-file", type=Path, metavar="PATH", help="where to write address and key")
    flag("--state", type=Path, metavar="DIR", help="keeps the account between two starts")
    flag("--record", type=Path, metavar="FILE", help="writes every request and event there")
    flag("--faults", type=Path, metavar="FILE", help="a plan of what goes wrong, TOML or JSON")
    flag("--relay", action="store_true", help="a relay in front, for faults of the line")
    flag("--tls", type=Path, metavar="CERT", help="speak TLS only, with this certificate (PEM)")
    flag("--tls-key", type=Path, metavar="KEY", help="its key (PEM), if not in the same file")
    flag("--linger", type=float, metavar="SECONDS", help="ends so long after the last watcher left")
    flag("--request-limit", type=_count, default=200, metavar="N", help="requests in any 60 s")
    flag("--bars-limit", type=_count, default=50, metavar="N", help="requests of bars in any 30 s")
    flag(
        "--retry-after",
        choices=("seconds", "date", "none"),
        default="seconds",
        help="how a request that is one too many is told when to come again",
    )
    add_customs(flag)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more requests, found {number}")
    return number


def run(args: argparse.Namespace) -> int:
    """Run the paper gateway until it is told to end; return the exit code."""
    return serve(options(args))


def options(args: argparse.Namespace) -> PaperOptions:
    """Return what the flags and the environment ask for."""
    username = os.environ.get("CURB_USERNAME")
    api_key = os.environ.get("CURB_API_KEY")
    accounts = args.account or []
    is_given = bool(username and api_key)
    return PaperOptions(
        port=args.port,
        seed=args.seed,
        trader=args.trader,
        replay=args.replay,
        symbol=args.symbol,
        speed=args.speed,
        account=accounts[0] if accounts else None,
        more_accounts=tuple(accounts[1:]),
        prices=args.prices,
        key_file=args.key_file,
        state=args.state,
        record=args.record,
        linger=args.linger,
        faults=args.faults,
        relay=args.relay,
        tls=args.tls,
        tls_key=args.tls_key,
        request_limit=args.request_limit,
        bars_limit=args.bars_limit,
        retry_after=args.retry_after,
        username=username if is_given else None,
        api_key=SecretStr(api_key) if is_given and api_key else None,
        **customs(args),
    )
