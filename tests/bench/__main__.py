"""`python -m tests.bench WHAT`: measure, print a table, say if budgets are kept.

WHAT is `screen`, `store`, `terminal` (one that is mistreated) or `restart` (of a killed engine).
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.bench.figures import table
from tests.bench.ordeals import OrdealPlan, measure_terminal
from tests.bench.restart import measure_restart
from tests.bench.screen import Plan, measure
from tests.bench.store import StorePlan, measure_store


def main(argv: list[str] | None = None) -> int:
    """Run a benchmark; return 1 where a figure is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", choices=("screen", "store", "terminal", "restart"))
    parser.add_argument(
        "--seconds", type=float, default=20, help="of each steady part of the screen"
    )
    parser.add_argument("--memory", type=float, default=0, metavar="MINUTES", help="after warm-up")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the audit, for the store")
    parser.add_argument("--starts", type=int, default=10, help="of killed engines, for restart")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    args = parser.parse_args(argv)
    match args.what:
        case "store":
            measuring = measure_store(StorePlan(rows=args.rows), _tell)
        case "terminal":
            measuring = measure_terminal(OrdealPlan(), _tell)
        case "restart":
            measuring = measure_restart(args.starts, _tell)
        case _:
            measuring = measure(Plan(seconds=args.seconds, memory_s=args.memory * 60), _tell)
    found = asyncio.run(measuring)
    sys.stdout.write(f"{table(found)}\n")
    if args.json:
        args.json.write_text(json.dumps([asdict(figure) for figure in found], indent=1))
    return int(any(figure.word == "OVER" for figure in found))


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
