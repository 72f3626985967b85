"""`python -m tests.bench WHAT`: measure, print a table, say if budgets are kept."""

import argparse
import asyncio
import compileall
import json
import site
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import curb
from tests.bench.breach import BreachPlan, measure_breach
from tests.bench.core import CorePlan, measure_core, measure_replay, measure_scale
from tests.bench.figures import Figure, table
from tests.bench.footprint import FootprintPlan, measure_footprint
from tests.bench.lane import LanePlan, measure_lane
from tests.bench.ordeals import OrdealPlan, measure_terminal
from tests.bench.quotes import QuotesPlan, measure_quotes
from tests.bench.restart import measure_restart
from tests.bench.rows import RowsPlan, measure_rows
from tests.bench.screen import Plan, measure
from tests.bench.shown import ShownPlan, measure_shown
from tests.bench.store import StorePlan, measure_store

Found = Sequence[Figure]


def main(argv: list[str] | None = None) -> int:
    """Run a benchmark; return 1 where a figure is beyond its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("what", choices=(*_ALL, "all"))
    parser.add_argument(
        "--seconds", type=float, default=20, help="of each steady part of the screen"
    )
    parser.add_argument("--memory", type=float, default=0, metavar="MINUTES", help="after warm-up")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the audit, for the store")
    parser.add_argument("--starts", type=int, default=10, help="of killed engines, for restart")
    parser.add_argument("--rounds", type=int, default=10, help="of 120 breaches each")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    args = parser.parse_args(argv)
    _compile()
    names = tuple(_ALL) if args.what == "all" else (args.what,)
    found = {name: list(_ALL[name](args)) for name in names}
    for name, figures in found.items():
        sys.stdout.write(f"\n## {name}\n\n{table(figures)}\n")
    every = [figure for figures in found.values() for figure in figures]
    if args.json:
        rows = [asdict(figure) | {"of": n} for n, figures in found.items() for figure in figures]
        args.json.write_text(json.dumps(rows, indent=1))
    return int(any(figure.word not in ("", "ok") for figure in every))


def _compile() -> None:
    """Have what an installation by pip has: without bytecode every start compiles everything."""
    for folder in (*site.getsitepackages(), str(Path(curb.__file__).parent)):
        compileall.compile_dir(folder, quiet=2)


def _breach(args: argparse.Namespace) -> Found:
    plan = BreachPlan(rounds=args.rounds, with_peers=not args.alone)
    return asyncio.run(measure_breach(plan, _tell))


def _footprint(args: argparse.Namespace) -> Found:
    plan = FootprintPlan(slope_s=args.memory * 60)
    return asyncio.run(measure_footprint(plan, _tell))


def _scale(_args: argparse.Namespace) -> Found:
    return [*measure_scale(CorePlan(), _tell), *asyncio.run(measure_rows(RowsPlan(), _tell))]


def _screen(args: argparse.Namespace) -> Found:
    plan = Plan(seconds=args.seconds, memory_s=args.memory * 60)
    return asyncio.run(measure(plan, _tell))


def _store(args: argparse.Namespace) -> Found:
    return asyncio.run(measure_store(StorePlan(rows=args.rows), _tell))


_ALL: dict[str, Callable[[argparse.Namespace], Found]] = {
    "breach": _breach,
    "core": lambda _: measure_core(CorePlan(), _tell),
    "footprint": _footprint,
    "lane": lambda _: asyncio.run(measure_lane(LanePlan(), _tell)),
    "quotes": lambda _: asyncio.run(measure_quotes(QuotesPlan(), _tell)),
    "replay": lambda _: measure_replay(CorePlan(), _tell),
    "scale": _scale,
    "shown": lambda _: asyncio.run(measure_shown(ShownPlan(), _tell)),
    "screen": _screen,
    "store": _store,
    "terminal": lambda _: asyncio.run(measure_terminal(OrdealPlan(), _tell)),
    "restart": lambda args: asyncio.run(measure_restart(args.starts, _tell)),
}


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
