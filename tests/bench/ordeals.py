"""What becomes of enforcing, of the terminal and of the exit code when a terminal is mistreated.

A breach comes at once and every few seconds; its gap is from the fill to the venue's flat.
"""

import asyncio
import contextlib
import fcntl
import os
import random
import signal
import struct
import tempfile
import termios
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.process import state_of
from tests.bench.terminal import TRUECOLOR, Terminal, screen
from tests.cheats.stage import COUNTED
from tests.cli.live import DEADLINE_S, Desk, Engine, desk, until

_LIMIT = COUNTED | {"rules.max_contracts.limit": 1}
_GAP_S, _AFTER_S = 1.0, 2.0
_EVERY_S = 3.0  # a breach costs eight requests or so, of 200 a minute
_NORMAL = b"\x1b[?1049l"
_CTRL_Z = b"\x1a"

Tell = Callable[[str], None]
Deed = Callable[[Terminal], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class OrdealPlan:
    """For how long each lasts."""

    stopped_s: float = 60
    unread_s: float = 30
    storm_s: float = 20


@dataclass(frozen=True, slots=True)
class Ordeal:
    """What is done to a screen, and the code it has to end with; None: it lives on."""

    name: str
    deed: Deed
    code: int | None = None


async def measure_terminal(plan: OrdealPlan, tell: Tell) -> list[Figure]:
    """Mistreat one screen after the other; the engine is the same."""
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        async with guarding(Path(folder)) as (found, engine):
            for ordeal in _ordeals(plan):
                tell(ordeal.name)
                figures += await suffer(found, ordeal)
            tell(f"engine stopped for {plan.stopped_s:g} s")
            figures.append(await stopped(found, engine, plan.stopped_s))
    return figures


@asynccontextmanager
async def guarding(folder: Path) -> AsyncIterator[tuple[Desk, Engine]]:
    """Open a desk where a second contract is closed at once."""
    async with desk(folder, **_LIMIT) as found:
        found.move("MNQ", "21000")
        engine = await found.engine()
        try:
            yield found, engine
        finally:
            await engine.stop()


async def gap(found: Desk) -> float:
    """Break the limit; return the seconds until the venue is flat."""
    began = time.monotonic()
    found.paper.place("MNQ", "buy", 2)
    async with asyncio.timeout(DEADLINE_S):
        while found.position("MNQ"):
            await asyncio.sleep(0.002)
    return time.monotonic() - began


def _ordeals(plan: OrdealPlan) -> tuple[Ordeal, ...]:
    return (
        Ordeal("SIGTERM", partial(_signal, number=signal.SIGTERM), 143),
        Ordeal("SIGINT", partial(_signal, number=signal.SIGINT), 130),
        Ordeal("SIGHUP", partial(_signal, number=signal.SIGHUP), 129),
        Ordeal("Ctrl-Z", _suspend),
        Ordeal(f"screen stopped for {plan.stopped_s:g} s", partial(_stop, seconds=plan.stopped_s)),
        Ordeal(f"not read for {plan.unread_s:g} s", partial(unread, seconds=plan.unread_s)),
        Ordeal("resize storm 1x1 to 500x200", partial(storm, seconds=plan.storm_s)),
    )


async def suffer(found: Desk, ordeal: Ordeal) -> list[Figure]:
    """Do it to a screen; return the gap of enforcing, and whether anything was left wrong."""
    async with screen(found, (120, 40), TRUECOLOR) as terminal:
        before = termios.tcgetattr(terminal.master)
        await terminal.shows(b"ARMED")
        doing = asyncio.create_task(ordeal.deed(terminal))
        gaps = [await gap(found)]
        while not doing.done():
            await asyncio.sleep(_EVERY_S)
            gaps.append(await gap(found))
        await doing
        code = await _end(terminal, ordeal.code)
        is_back = _NORMAL in terminal.tail and termios.tcgetattr(terminal.master) == before
    expected = ordeal.code if ordeal.code is not None else 128 + signal.SIGTERM
    # Of a terminal that hung up nothing is to be given back.
    is_wrong = code != expected or not (is_back or ordeal.code == 128 + signal.SIGHUP)
    return [
        Figure(f"gap, {ordeal.name}", max(gaps), "s", _GAP_S),
        Figure(f"terminal or code {code} wrong, {ordeal.name}", is_wrong, "times", 0),
    ]


async def _end(terminal: Terminal, code: int | None) -> int:
    if code is None:
        assert terminal.process.poll() is None, "the screen has ended"
        terminal.process.terminate()
    await until(lambda: terminal.process.poll() is not None)
    terminal.read()
    return terminal.process.wait()


async def _signal(terminal: Terminal, number: signal.Signals) -> None:
    terminal.process.send_signal(number)


async def _suspend(terminal: Terminal) -> None:
    for _ in range(3):
        os.write(terminal.master, _CTRL_Z)
        await asyncio.sleep(0.5)
    assert state_of(terminal.process.pid) != "T", "the screen was stopped"


async def _stop(terminal: Terminal, seconds: float) -> None:
    terminal.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    terminal.process.send_signal(signal.SIGCONT)


async def unread(terminal: Terminal, seconds: float) -> None:
    """Read nothing while keys make it paint."""
    loop = asyncio.get_running_loop()
    loop.remove_reader(terminal.master)
    ends = loop.time() + seconds
    while loop.time() < ends:
        with contextlib.suppress(BlockingIOError):
            os.write(terminal.master, b"zz1234567")  # it has to paint until all is full
        await asyncio.sleep(0.05)
    loop.add_reader(terminal.master, terminal.read)


async def storm(terminal: Terminal, seconds: float) -> None:
    """Give the terminal one size after the other."""
    chance, ends = random.Random(1), time.monotonic() + seconds  # noqa: S311 - no secret
    sizes = [(1, 1), (500, 200)]
    while time.monotonic() < ends:
        width, height = sizes.pop() if sizes else (chance.randint(1, 500), chance.randint(1, 200))
        size = struct.pack("4H", height, width, 0, 0)
        fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, size)
        terminal.process.send_signal(signal.SIGWINCH)
        await asyncio.sleep(0.02)


async def stopped(found: Desk, engine: Engine, seconds: float) -> Figure:
    """Stop the engine itself, and break the limit meanwhile."""
    engine.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(seconds / 2)
    found.paper.place("MNQ", "buy", 2)
    await asyncio.sleep(seconds / 2)
    began = time.monotonic()
    engine.process.send_signal(signal.SIGCONT)
    async with asyncio.timeout(DEADLINE_S):
        while found.position("MNQ"):
            await asyncio.sleep(0.002)
    return Figure("gap after the engine goes on", time.monotonic() - began, "s", _AFTER_S)
