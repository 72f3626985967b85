"""Migrates a file and kills itself: `python -m tests.store.migrations.killed FILE POINT PAGES OPS`.

The points are counted from 1: the beginning of a step in its transaction, each table of it, its
end before the commit, and what is told after it; where OPS is not 0, each time that SQLite did
so many of its operations instead. PAGES is how much it may keep in memory before it writes into
the file what is not committed yet.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from curb.store.migrations.runner import STEPS, migrate
from curb.store.migrations.step import Step, Upgrade
from curb.store.opening import header

from . import older


class Fuse:
    """Counts points, and kills the process at the last."""

    def __init__(self, left: int) -> None:
        self.left = left

    def burn(self, _line: str = "") -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def fused(step: Step, fuse: Fuse) -> Step:
    def run(connection: sqlite3.Connection, upgrade: Upgrade) -> int:
        fuse.burn()
        rows = step.run(connection, upgrade)
        fuse.burn()
        return rows

    return replace(step, run=run)


def main(path: Path, point: int, pages: int, ops: int) -> None:
    """Migrate, and print how many points were left at the end."""
    fuse = Fuse(point)
    upgrade = Upgrade(older.NOW, fuse.burn, fuse.burn)
    steps: Sequence[Step] = [fused(step, fuse) for step in STEPS]
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA cache_size = {pages:d}")
    if ops:
        upgrade, steps = Upgrade(older.NOW), STEPS
        connection.set_progress_handler(fuse.burn, ops)
    migrate(path, connection, header(connection).version, upgrade, steps)
    connection.close()
    sys.stdout.write(f"{fuse.left}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
