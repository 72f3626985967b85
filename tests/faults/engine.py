"""Runs `curb run` as hurried as a hunt needs it: `python -m tests.faults.engine run FLAGS`.

The request budget is no hindrance: a hunt breaches more often in a minute than a trader in a day.
With CURB_AT_ONCE hubs come back at once, however often they were cut. SIGUSR1 writes the number of asyncio tasks to the file CURB_TASKS_FILE.
"""

import asyncio
import functools
import os
import signal
import sys
from pathlib import Path
from typing import Any

from curb.__main__ import main
from curb.engine.runner import Runner
from curb.gateway import budget
from curb.gateway.backoff import Backoff


def _tell() -> None:
    path = Path(os.environ["CURB_TASKS_FILE"])
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{len(asyncio.all_tasks())}\n")
    fresh.replace(path)


def _patch() -> None:
    budget.LIMIT = budget._PACE = 1_000_000
    if os.environ.get("CURB_AT_ONCE"):
        Backoff.__init__.__defaults__ = ((0.0,),)
    run = Runner.run

    @functools.wraps(run)
    async def telling(self: Runner) -> Any:
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, _tell)
        await run(self)

    Runner.run = telling  # type: ignore[method-assign]


if __name__ == "__main__":
    _patch()
    sys.exit(main(sys.argv[1:]))
