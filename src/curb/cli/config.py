"""`curb config init` and `curb config path`: a configuration to begin with, and which one is used."""

import argparse
import asyncio
import contextlib
import os
from pathlib import Path

from curb.cli import places
from curb.config.amend import amended
from curb.config.diff import diff
from curb.config.parse import parse
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.errors import Busy, CurbError
from curb.domain.snapshot import Snapshot

_MODE = 0o600

# What is stricter with real money than in practice.
LIVE: dict[tuple[str, ...], str | bool | int] = {
    ("gateway", "name"): "topstepx",
    ("config", "loosen"): "at_reset",
    ("rules", "no_stop_loss_grace", "grace_s"): 30,
    ("rules", "session_block_outside", "enabled"): True,
    ("rules", "trade_management", "enabled"): True,
}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the two commands and their flags."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="init|path")
    init = commands.add_parser("init", help="write a configuration to begin with")
    init.add_argument(
        "file", nargs="?", metavar="FILE", help="where to (default: the user's own place)"
    )
    init.add_argument("--live", action="store_true", help="the stricter one, for a real account")
    init.add_argument("--force", action="store_true", help="also over a file that is there")
    path = commands.add_parser("path", help="say which file is used")
    path.add_argument("--config", metavar="FILE", help="the configuration to use")
    path.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")


def run(args: argparse.Namespace) -> int:
    """Carry the command out; return the exit code."""
    if args.what == "path":
        print(of_engine(places.state_path(args.state_dir)) or places.chosen_config(args.config))
        return 0
    path = Path(args.file).absolute() if args.file else places.own_config()
    _write(path, live() if args.live else places.default_config(), is_forced=args.force)
    print(f"{path}: written")
    if args.live:
        print(
            f"Look through its limits, set CURB_USERNAME and CURB_API_KEY; then: curb check {path}"
        )
    if places.chosen_config(None) != path:
        print(f"Curb uses {places.chosen_config(None)} here; --config {path} names this one")
    return 0


def live() -> str:
    """Return the shipped configuration for a real account: its text but for what is stricter."""
    shipped = places.default_config()
    text = amended(shipped, LIVE)
    changes = diff(parse(shipped, "as shipped"), parse(text, "for a real account"))
    changed, meant = {change.path for change in changes}, set(LIVE)
    if changed != meant:
        raise LookupError(f"expected changes of {sorted(meant)}, found {sorted(changed)}")
    return text


def _write(path: Path, text: str, *, is_forced: bool) -> None:
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if is_forced else os.O_EXCL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(
            path, "w", encoding="utf-8", opener=lambda p, _: os.open(p, flags, _MODE)
        ) as file:
            path.chmod(_MODE)
            file.write(text)
    except OSError as e:
        if isinstance(e, FileExistsError) and path.is_file():
            words = "expected no file, found one; --force writes over it"
            raise CurbError(f"{path}: {words}") from None
        raise CurbError(f"{path}: expected to write there, found {e.strerror}") from None


def of_engine(state_dir: Path) -> str:
    """Return the file of the engine that runs, "" where none does."""

    async def ask() -> str:
        async with connect(socket_path(state_dir)) as client:
            return codec.decode(Snapshot, (await client.command("status")).data).config_path

    with contextlib.suppress(Busy):
        return asyncio.run(ask())
    return ""
