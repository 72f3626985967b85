"""`curb check [FILE]`: whether a configuration could be used, without using it.

Where an engine runs, also what would become of each change; else how the file differs from
what was in force when the last engine ended.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from curb.cli import places, verdicts
from curb.cli.start import IN_FORCE, read_config
from curb.config.diff import diff
from curb.config.models import Config
from curb.config.revive import revived
from curb.control.client import connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.domain.errors import Busy, ConfigError
from curb.domain.text import safe_text

_REPLY_CELLS = 2000  # it may name many keys

_LATER = {
    "tighter": "tighter: applies at the next start",
    "looser": "looser: waits for the reset after the next start",
    "same": "applies at the next start",
}


def add(parser: argparse.ArgumentParser) -> None:
    """Give `parser` the arguments of `curb check`."""
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help="the file to test (default: the one in use)"
    )
    parser.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")


def run(args: argparse.Namespace) -> int:
    """Print whether the file is good, else its first wrong line; return the exit code."""
    try:
        path = places.config_path(args.file)
        config = read_config(path)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{path}: ok, {_armed(config)}")
    for line in _verdicts(path, config, places.state_path(args.state_dir)):
        print(line)
    return 0


def _verdicts(path: Path, config: Config, state_dir: Path) -> list[str]:
    try:
        reply = asyncio.run(_asked(path, state_dir))
    except Busy:
        return _against_the_last(config, state_dir / IN_FORCE)
    return [*verdicts.lines(reply.data), f"as it stands: {safe_text(reply.text, _REPLY_CELLS)}"]


async def _asked(path: Path, state_dir: Path) -> Reply:
    async with connect(socket_path(state_dir)) as client:
        return await client.command("reload_preview", path=str(path))


def _against_the_last(config: Config, in_force: Path) -> list[str]:
    try:
        last = revived(in_force.read_text(encoding="utf-8"), config)
    except (OSError, ValueError, ConfigError):
        return []  # nothing was in force yet
    changes = (
        {"key": c.key, "old": c.old, "new": c.new, "verdict": _LATER[c.direction]}
        for c in diff(last, config)
    )
    return [verdicts.line(change) for change in changes]


def _armed(config: Config) -> str:
    armed, every = len(config.armed), len(config.rules)
    noun = "rule" if armed == 1 else "rules"
    return f"{armed} {noun} armed" if armed == every else f"{armed} of {every} rules armed"
