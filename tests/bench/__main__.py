"""`python -m tests.bench screen` or `store`: measure, print a table, say if budgets are kept."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.bench.figures import table
from tests.bench.screen import Plan, measure
from tests.bench.store import StorePlan, measure_store


def main(argv: list[str] | None = None) -> int:
    """Run a benchmark; return 1 where a figure is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", choices=("screen", "store"))
    parser.add_argument(
        "--seconds", type=float, default=20, help="of each steady part of the screen"
    )
    parser.add_argument("--memory", type=float, default=0, metavar="MINUTES", help="after warm-up")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the audit, for the store")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    args = parser.parse_args(argv)
    if args.what == "store":
        found = asyncio.run(measure_store(StorePlan(rows=args.rows), _tell))
    else:
        plan = Plan(seconds=args.seconds, memory_s=args.memory * 60)
        found = asyncio.run(measure(plan, _tell))
    sys.stdout.write(f"{table(found)}\n")
    if args.json:
        args.json.write_text(json.dumps([asdict(figure) for figure in found], indent=1))
    return int(any(figure.word == "OVER" for figure in found))


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
