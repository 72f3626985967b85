"""Runs `curb run` until a breach blocks its loop: `python -m tests.kills.stalled SECONDS FLAGS`.

With `held` in place of SECONDS no other thread runs meanwhile, and less is waited for.
"""

import functools
import re
import sys
import time
from collections.abc import Callable
from typing import Any

from curb.__main__ import main
from curb.cli import watchdog
from tests.kills.engine import replaced
from tests.kills.points import BREACH


def blocked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with a long sleep before it."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if sys.argv[1] == "held":
            # It takes years, and keeps the lock.
            re.match(r"(a+)+$", "a" * 60 + "b")
        else:
            time.sleep(float(sys.argv[1]))
        return function(*args, **kwargs)

    return called


if __name__ == "__main__":
    replaced(BREACH, blocked)
    if sys.argv[1] == "held":
        watchdog._HELD_S = 2.0
    sys.exit(main(["run", *sys.argv[2:]]))
