"""A control server with an engine's answers that a test can steer."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from curb.control.frames import Reply
from curb.control.server import ControlServer
from curb.domain.audit import AuditRow
from curb.domain.errors import Refused
from curb.domain.snapshot import Snapshot

from .samples import AT, snapshot

# Enough on a machine that is busy with other work; nothing waits for it when all is well.
PATIENCE_S = 20.0


@dataclass
class Answers:
    rows: list[AuditRow] = field(default_factory=list)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    taken: int = 0
    padding: str = ""
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def snapshot(self) -> Snapshot:
        self.taken += 1
        return snapshot(AT + timedelta(milliseconds=self.taken), self.padding)

    async def tail(self) -> Sequence[AuditRow]:
        return tuple(self.rows)

    async def command(self, name: str, args: dict[str, Any]) -> Reply:
        self.asked.append((name, args))
        match name:
            case "refuse":
                raise Refused("the gateway said no")
            case "break":
                raise ZeroDivisionError
            case "wait":
                await self.gate.wait()
                return Reply(ok=True, text="done")
            case _:
                return Reply(ok=True, text="sent", data={"args": args})


@asynccontextmanager
async def serving(path: Path, answers: Answers) -> AsyncIterator[ControlServer]:
    server = ControlServer(
        path,
        version="0.1.0",
        snapshot=answers.snapshot,
        command=answers.command,
        tail=answers.tail,
    )
    await server.start()
    try:
        yield server
    finally:
        await server.close()


def place(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "engine.sock"


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.01)
