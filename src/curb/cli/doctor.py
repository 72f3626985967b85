"""`curb doctor`: looks at terminal, machine, files and gateway, and says what to mend.

In practice no request leaves the machine; for a real account only its gateway is asked, and
not even that where an engine runs that knows it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from curb import __version__
from curb.cli import places, secret_file
from curb.cli.checkup import machine, probe, storage, terminal, unit, upkeep, venue
from curb.cli.checkup.call import call
from curb.cli.checkup.finding import Finding, Level, exit_code
from curb.cli.start import read_config
from curb.config.models import Config
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.book import Account
from curb.domain.errors import Busy, ConfigError, CredentialsError, CurbError
from curb.domain.snapshot import Snapshot
from curb.gateway.credentials import from_environment
from curb.gateway.endpoints import endpoints

_WIDTH = 200  # where no terminal says how wide it is
CODES = "exit code: 0 all is well, notes too; 1 warnings; 2 a failure"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.epilog = CODES
    parser.add_argument("--config", metavar="FILE", help="the configuration to look at")
    parser.add_argument("--state-dir", metavar="DIR", help="the engine's state directory")
    parser.add_argument("--json", action="store_true", help="print findings as JSON lines")


def run(args: argparse.Namespace) -> int:
    """Print each finding as it is made; return the exit code."""
    told = Told(as_json=args.json)
    told.all(terminal.findings(probe.terminal(os.environ)))
    told.all(storage.leftover_findings(probe.leftovers(os.environ)))
    told.all(unit.unit_findings(probe.unit_file(os.environ)))
    path = places.chosen_config(args.config)
    examine(path, _read(path), places.state_path(args.state_dir), told)
    return exit_code(told.findings)


class Told:
    """Prints findings and keeps them."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.findings: list[Finding] = []
        self._as_json = as_json
        self._width = shutil.get_terminal_size((_WIDTH, 0)).columns

    def all(self, findings: Iterable[Finding]) -> None:
        """Print these."""
        for finding in findings:
            self(finding)

    def __call__(self, finding: Finding) -> None:
        """Print one at once: the next may take long."""
        self.findings.append(finding)
        words = [json.dumps(finding.record())] if self._as_json else finding.lines(self._width)
        try:
            sys.stdout.write("".join(f"{line}\n" for line in words))
            sys.stdout.flush()
        except BrokenPipeError:
            # Who read has read enough: `curb doctor | head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def examine(
    path: Path, config: Config | CurbError | None, state_dir: Path, told: Told
) -> tuple[Account, ...]:
    """Tell what matters for enforcing; return the accounts that the gateway offers us.

    None where it was not asked: on paper, or because an engine runs.
    """
    is_live = isinstance(config, Config) and config.gateway.name != "paper"
    clock = probe.clock()
    told.all(machine.clock_findings(clock))
    told.all(machine.place_findings(probe.machine(os.environ), is_live=is_live))
    told.all(storage.config_findings(probe.config_file(path, config)))
    keys = _keys(told) if is_live else {}
    secrets = probe.secrets(keys, {Path.cwd(), path.parent, places.own_config().parent})
    snapshot = running(state_dir)
    is_running = snapshot is not None
    told.all(storage.secret_findings(secrets, is_live=is_live, is_running=is_running))
    told.all(storage.disk_findings(probe.disk(state_dir)))
    told.all(upkeep.upkeep_findings(snapshot))
    told.all(venue.engine_findings(snapshot, __version__))
    if snapshot is not None:
        told.all(venue.heard_findings(snapshot))
    elif not isinstance(config, Config) or not is_live:
        told.all(venue.paper_findings() if not isinstance(config, CurbError) else ())
    elif not secrets.missing:
        gateway = config.gateway
        where = endpoints(gateway.name, gateway.api_url, gateway.user_hub, gateway.market_hub)
        return asyncio.run(call(where, from_environment(keys), config.account.names, clock, told))
    return ()


def _keys(told: Told) -> dict[str, str]:
    try:
        return secret_file.keys(os.environ)
    except CredentialsError as e:
        told.all([Finding(Level.FAIL, "credentials", str(e))])
        return {}


def running(state_dir: Path) -> Snapshot | None:
    """Return what the engine of a state directory says, None where none answers."""

    async def ask() -> Snapshot:
        async with connect(socket_path(state_dir)) as client:
            return codec.decode(Snapshot, (await client.command("status")).data)

    with contextlib.suppress(Busy):
        return asyncio.run(ask())
    return None


def _read(path: Path) -> Config | CurbError | None:
    if not path.is_file():
        return None
    try:
        return read_config(path)
    except ConfigError as e:
        return e
