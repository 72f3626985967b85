"""`python -m tests.bench.engine [--no-audit] -- run …`: Curb, without what limits a benchmark.

The gateway's request limit is the venue's, and two looks after a close lie half a second apart:
a thousand breaches in a minute are no use of either. Here each is over, its row with the outcome
on its way to the disk, before the next begins. `--no-audit` lets no row reach the disk.
"""

import sys
from collections.abc import Sequence
from datetime import timedelta

from curb.__main__ import main
from curb.domain.actions import Record
from curb.engine import flatten, reading
from curb.engine.writer import Writer
from curb.gateway import budget

_LIMIT = 10_000


def _keep_nothing(_writer: Writer, _records: Sequence[Record]) -> None:
    """Take no record."""


def run(argv: list[str]) -> int:
    """Set what is another here, and be Curb."""
    split = argv.index("--")
    budget.LIMIT = budget._FREE = _LIMIT
    reading._SPACING = flatten.APART = timedelta(milliseconds=5)
    if "--no-audit" in argv[:split]:
        Writer.put = _keep_nothing  # type: ignore[method-assign,assignment]
    return main(argv[split + 1 :])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
