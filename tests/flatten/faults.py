"""Every fault of the paper gateway while a position is flattened: the real engine, real sockets."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.errors import CurbError
from curb.domain.snapshot import Snapshot
from curb.paper.faults.menu import MENU, Knob, Value
from curb.paper.service import PaperOptions, running
from tests.cli.live import Desk, until
from tests.cli.test_wire import only
from tests.flatten.figure import Figure

# How long a fault goes on, and how long one that takes its time is made to take.
_LASTS_S, _SPELL_S = 4.0, 3.0

# Without an outage; and after one.
_GOAL_S, _AFTER_S = 5.0, 3.0

_GIVE_UP_S = 60.0
_LOOK_S = 0.005

# The gateway looks at its plan every 50 ms.
_LAID_S = 0.2

# A trader who opens again is the other scene's: by hand nothing is locked.
_ELSEWHERE = ("trader",)


@dataclass(frozen=True)
class Case:
    """A fault and how it is laid."""

    knob: Knob
    phase: str
    where: str = ""

    @property
    def name(self) -> str:
        """What the figure calls it."""
        phase = f" {self.phase}" if self.knob.has_phases else ""
        return f"{self.knob.name}{phase}{' ' if self.where else ''}{self.where}"

    @property
    def plan(self) -> dict[str, Any]:
        """The fault as a plan holds it."""
        has = {name: _short(name, value) for name, value in self.knob.has.items()}
        fault = {"knob": self.knob.name, "where": self.where, "until_s": _LASTS_S, "has": has}
        return fault | ({"phase": self.phase} if self.knob.has_phases else {})

    @property
    def goal_s(self) -> float:
        """Until when all has to be flat."""
        spell = _SPELL_S if "seconds" in self.knob.has else 0.0
        return max(_GOAL_S, _LASTS_S + spell + _AFTER_S)


def cases(wanted: str = "") -> Iterator[Case]:
    """Yield every fault, before and after a request's effect where it has both."""
    for knob in MENU.values():
        if knob.group in _ELSEWHERE or wanted not in knob.name:
            continue
        where = "cancel" if knob.name == "account.reject" else ""
        for phase in ("before", "after") if knob.has_phases else ("before",):
            yield Case(knob, phase, where)


async def play(tmp: Path, wanted: str = "") -> list[Figure]:
    """Flatten by hand under one fault after the other."""
    options = PaperOptions(prices="manual", trader="none", relay=True)
    found = []
    async with running(options) as paper:
        desk = Desk(paper, tmp)
        desk.write(**only("daily_realized_loss"))
        with desk.live():
            desk.move("MNQ", "21000")
            engine = await desk.engine()
            for case in cases(wanted):
                found.append(await _flattened(desk, case))
                print(found[-1], flush=True)  # noqa: T201 - who ends it early has what was found
            await engine.stop()
    return found


async def _flattened(desk: Desk, case: Case) -> Figure:
    paper = desk.paper
    await until(lambda: _is_open(desk))  # what the last fault forbade
    paper.place("MNQ", "buy", 2)
    paper.place("MNQ", "sell", 2, "stop", stop="20950")
    paper.place("MNQ", "buy", 1, "limit", limit="20900")
    if not await _shows(desk, positions=1, orders=2):
        return Figure(f"row 3: {case.name}: not well before it", holds=False)
    paper.lay(fault=[case.plan])
    await asyncio.sleep(_LAID_S)
    began = monotonic()
    asked = asyncio.create_task(_flatten(desk))
    last = began
    while monotonic() - last < _AFTER_S / 2 and monotonic() - began < _GIVE_UP_S:
        if paper.exchange.positions or paper.exchange.working():
            last = monotonic()
        await asyncio.sleep(_LOOK_S)
    took = last - began
    paper.lay(fault=[])
    await asked
    await _shows(desk, positions=0, orders=0)
    words = f"row 3: {case.name}: flat and no order after {took:.2f} s, within {case.goal_s:.0f} s"
    return Figure(words, took <= case.goal_s)


def _is_open(desk: Desk) -> bool:
    exchange, now = desk.paper.exchange, desk.paper.floor.clock.now()
    return exchange.can_trade and exchange.calendar.is_open(now)


async def _flatten(desk: Desk) -> None:
    async with connect(socket_path(desk.state_dir)) as client:
        details = {"account_id": desk.paper.account_id, "symbol": None, "source": "command"}
        await client.command("flatten", timeout_s=_GIVE_UP_S, **details)


async def _shows(desk: Desk, *, positions: int, orders: int) -> bool:
    """Wait until the engine knows so many positions and orders, closes none, and is well."""
    end = monotonic() + _GIVE_UP_S
    while monotonic() < end:
        try:
            async with connect(socket_path(desk.state_dir)) as client:
                snapshot = codec.decode(Snapshot, (await client.command("status")).data)
        except CurbError:
            await asyncio.sleep(0.1)
            continue
        account = snapshot.accounts[0]
        known = (len(account.positions), len(account.orders), account.state)
        links = (snapshot.rest.word, snapshot.user_hub.word, snapshot.market_hub.word)
        if known == (positions, orders, "OPEN") and not {"down", "auth"} & set(links):
            return True
        await asyncio.sleep(0.05)
    return False


def _short(name: str, value: Value) -> Value:
    is_long = name == "seconds" and isinstance(value, int | float)
    return min(float(value), _SPELL_S) if is_long else value
