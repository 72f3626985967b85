"""Runs `curb` with every log on: `python -m tests.cli.canary HOW WORDS`.

With HOW "crash-engine" the engine ends by an error once it watches, with "crash-screen" the
screen does at the next key; "log" only logs. The functions of the product are replaced from
outside.
"""

import logging
import os
import sys
from typing import Any

import curb.cli.engine
import curb.tui.app
from curb.__main__ import main


def crash(*_: Any) -> None:
    """End by an error that has everything at hand."""
    variables = dict(os.environ)
    raise ValueError(variables)


async def crash_soon(*_: Any) -> None:
    """End the engine so."""
    key = os.environ["CURB_API_KEY"]
    raise RuntimeError(f"the end, by a key of {len(key)} characters")


if __name__ == "__main__":
    how = sys.argv[1]
    if how == "log":
        logging.basicConfig(level=logging.DEBUG)
    if how == "crash-engine":
        vars(curb.cli.engine)["_Engine"]._until_stopped = crash_soon
    if how == "crash-screen":
        vars(curb.tui.app)["press"] = crash
    sys.exit(main(sys.argv[2:]))
