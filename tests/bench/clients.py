"""The programs that are measured, each a process on a plain gateway of its own."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from curb.cli import consent
from curb.control.paths import account_anchor_path, account_consent_path, account_lock_path
from curb.domain.book import Account
from curb.gateway.endpoints import endpoints
from tests.bench import cores
from tests.bench.plain import ACCOUNT, Plain
from tests.cli.live import DEADLINE_S, QUIET, config_text, until

PEERS = "CURB_PEERS"
FOLDER = Path(__file__).parent / "peers"

_WIDE = {
    "rules.trade_frequency_limit.enabled": False,
    "rules.no_stop_loss_grace.enabled": False,
    "rules.max_contracts_per_instrument.enabled": False,
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A client: what it is called, what runs it, and what has to be there for it."""

    name: str
    words: tuple[str, ...]
    needs: str = ""  # a module of the peers' interpreter

    @property
    def is_curb(self) -> bool:
        """Whether it is the product."""
        return self.words[0] == "curb"


FLOOR = Kind("floor", ("floor.py",))
CURB = Kind("Curb", ("curb",))
BARE = Kind("Curb without audit", ("curb", "--no-audit"))
KINDS = (
    FLOOR,
    CURB,
    BARE,
    Kind("pysignalr + httpx", ("with_pysignalr.py",), "pysignalr"),
    Kind("signalrcore + httpx", ("with_signalrcore.py",), "signalrcore"),
    Kind("project-x-py, bare callback", ("with_project_x.py", "callback"), "project_x_py"),
    Kind("project-x-py, position manager", ("with_project_x.py", "manager"), "project_x_py"),
)


def interpreter(kind: Kind) -> str:
    """Return the Python that runs a peer: `CURB_PEERS`, else this one."""
    return os.environ.get(PEERS, sys.executable) if kind.needs else sys.executable


async def is_installed(kind: Kind) -> bool:
    """Tell whether a peer can be had."""
    if not kind.needs:
        return True
    process = await asyncio.create_subprocess_exec(
        interpreter(kind),
        "-c",
        f"import importlib.util as u, sys; sys.exit(u.find_spec({kind.needs!r}) is None)",
    )
    return await process.wait() == 0


@asynccontextmanager
async def client(kind: Kind, folder: Path, gateway: Plain) -> AsyncIterator[int]:
    """Run a client on `gateway` until the block ends; yield its process id."""
    with contextlib.ExitStack() as stack:
        if kind.is_curb:
            words = _curb(kind, folder, gateway, stack)
        else:
            path = str(FOLDER / kind.words[0])
            words = (interpreter(kind), path, gateway.url, *kind.words[1:])
        async with _process(words, folder, gateway) as pid:
            yield pid


def _curb(kind: Kind, folder: Path, gateway: Plain, stack: contextlib.ExitStack) -> tuple[str, ...]:
    hubs = {f"gateway.{hub}_hub": f"{gateway.url}/hubs/{hub}" for hub in ("user", "market")}
    where = {"gateway.name": "custom", "gateway.api_url": gateway.url}
    config, state = folder / "config.toml", folder / "state"
    config.write_text(config_text(**(where | hubs | QUIET | _WIDE)))
    place = endpoints("custom", gateway.url).gateway
    _forget(place)
    consent.give(place, Account(ACCOUNT, "BENCH-7"), state)
    stack.callback(_forget, place)
    stack.callback(consent.withdraw, state)
    flags = ("--json", "--config", str(config), "--state-dir", str(state))
    return (sys.executable, "-m", "tests.bench.engine", *kind.words[1:], "--", "run", *flags)


def _forget(gateway: str) -> None:
    for place in (account_anchor_path, account_lock_path, account_consent_path):
        place(gateway, ACCOUNT).unlink(missing_ok=True)


@asynccontextmanager
async def _process(words: Sequence[str], folder: Path, gateway: Plain) -> AsyncIterator[int]:
    keys = {"CURB_USERNAME": "bench", "CURB_API_KEY": "bench"}
    with (folder / "output").open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=os.environ | keys,
        )
        cores.leave(process.pid)
        try:
            await until(lambda: bool(gateway.hubs["user"]) or process.returncode is not None)
            if process.returncode is not None:
                said = (folder / "output").read_text(encoding="utf-8", errors="replace")
                raise AssertionError(f"{words} ended: {said[-2000:]}")
            yield process.pid
        finally:
            if process.returncode is None:
                process.kill()
            await asyncio.wait_for(process.wait(), DEADLINE_S)
