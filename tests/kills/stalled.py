"""Runs `curb run` until a breach blocks its loop: `python -m tests.kills.stalled SECONDS FLAGS`."""

import functools
import sys
import time
from collections.abc import Callable
from typing import Any

from curb.__main__ import main
from tests.kills.engine import replaced
from tests.kills.points import BREACH


def blocked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with a long sleep before it."""

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        time.sleep(float(sys.argv[1]))
        return function(*args, **kwargs)

    return called


if __name__ == "__main__":
    replaced(BREACH, blocked)
    sys.exit(main(["run", *sys.argv[2:]]))
