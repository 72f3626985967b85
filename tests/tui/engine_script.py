"""An engine as far as a screen can tell: `python engine_script.py SOCKET MODE`."""

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from curb.control.frames import Reply  # noqa: E402 - found through the path above
from curb.control.server import ControlServer  # noqa: E402 - the same
from curb.domain.audit import AuditRow  # noqa: E402 - the same
from curb.domain.snapshot import Snapshot  # noqa: E402 - the same
from tests.tui import scenes  # noqa: E402 - the same

# No test lasts longer; an engine that outlives its test shall not outlive the run.
LIFE_S = 120


async def serve(socket: Path, version: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    start = loop.time()

    def snapshot() -> Snapshot:
        at = scenes.AT + timedelta(seconds=loop.time() - start)
        return replace(scenes.CALM, at=at, pid=os.getpid(), version=version)

    async def command(name: str, args: dict[str, Any]) -> Reply:
        if name == "stop":
            stop.set()
        return Reply(ok=True, text=f"{name} {args}")

    async def tail() -> Sequence[AuditRow]:
        return scenes.ROWS

    server = ControlServer(socket, version=version, snapshot=snapshot, command=command, tail=tail)
    await server.start()
    try:
        await asyncio.wait_for(stop.wait(), LIFE_S)
    finally:
        await server.close("by command")


def main(socket: Path, mode: str) -> int:
    if mode == "refuse":
        sys.stderr.write("starting\ncurb: config.toml:3: expected a number\n\n")
        return 2
    if mode == "silent":
        return 3
    asyncio.run(serve(socket, "0.0.9" if mode == "old" else "0.1.0"))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
