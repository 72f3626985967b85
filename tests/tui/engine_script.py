"""An engine as far as a screen can tell: `python engine_script.py SOCKET MODE`."""

import asyncio
import itertools
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
from curb.domain.audit import Act, AuditRow  # noqa: E402 - the same
from curb.domain.errors import Held  # noqa: E402 - the same
from curb.domain.snapshot import Snapshot, UiView  # noqa: E402 - the same
from tests.tui import scenes  # noqa: E402 - the same

# No test lasts longer; an engine that outlives its test shall not outlive the run.
LIFE_S = 120


async def serve(socket: Path, version: str, mode: str) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    start = loop.time()

    def snapshot() -> Snapshot:
        at = scenes.AT + timedelta(seconds=loop.time() - start)
        ui = UiView(bell="breach", notes="breach")
        return replace(scenes.CALM, at=at, pid=os.getpid(), version=version, ui=ui)

    async def command(name: str, args: dict[str, Any]) -> Reply:
        if name == "stop":
            stop.set()
        return Reply(ok=True, text=f"{name} {args}")

    async def tail() -> Sequence[AuditRow]:
        return scenes.ROWS

    server = ControlServer(
        socket,
        version=version,
        snapshot=snapshot,
        command=command,
        tail=tail,
        is_supervised=mode == "supervised",
    )
    await server.start()
    breaching = asyncio.create_task(breach(server)) if mode == "breach" else None
    try:
        await asyncio.wait_for(stop.wait(), LIFE_S)
    finally:
        if breaching is not None:
            breaching.cancel()
        await server.close("by command")


async def breach(server: ControlServer) -> None:
    """Enforce something again and again: a screen rings only for what it hears later."""
    reason = "[/] \x1b]2;x\x07; y"
    for number in itertools.count(10):
        await asyncio.sleep(1)
        server.publish_audit(scenes.row(number, 0, "RULE-001", Act.FLATTEN, reason))


def main(socket: Path, mode: str) -> int:
    if mode == "refuse":
        sys.stderr.write("starting\ncurb: config.toml:3: expected a number\n\n")
        return 2
    if mode == "held":
        sys.stderr.write("curb: held by process 1\n")
        return Held.exit_code
    if mode == "silent":
        return 3
    version = "0.0.9" if mode == "old" else "0.1.0"
    asyncio.run(serve(socket, version, mode))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
