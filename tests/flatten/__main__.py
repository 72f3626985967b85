"""`python -m tests.flatten spite`: play a scene, print its figures, 1 where a goal is missed."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.flatten import breach, faults, orders, spite
from tests.flatten.figure import Figure

_TIMED = {"soon": orders.soon, "halt": orders.halted, "bare": orders.bare}


def main(argv: list[str] | None = None) -> int:
    """Run a scene."""
    parser = argparse.ArgumentParser(prog="python -m tests.flatten", description=__doc__)
    scenes = parser.add_subparsers(dest="scene", required=True)
    spiteful = scenes.add_parser("spite", help="openings under a lock, over real sockets")
    spiteful.add_argument("--times", type=int, default=1_000)
    spiteful.add_argument("--every", type=float, default=1.0, metavar="SECONDS")
    breaches = scenes.add_parser("breach", help="breaches over real sockets, one after the other")
    breaches.add_argument("--times", type=int, default=100)
    faulty = scenes.add_parser("faults", help="each fault of the gateway while all is flattened")
    faulty.add_argument("--knob", default="", help="only those whose names hold this")
    for name in _TIMED:
        timed = scenes.add_parser(name, help="the real core, a venue in its own time")
        timed.add_argument("--times", type=int, default=10_000)
        timed.add_argument("--seed", type=int, default=0)
    args = parser.parse_args(argv)
    if args.scene in _TIMED:
        return _told(_TIMED[args.scene](args.times, args.seed))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        if args.scene == "faults":
            found = asyncio.run(faults.play(path, args.knob))
            return int(not all(each.holds for each in found))
        if args.scene == "breach":
            return _told(asyncio.run(breach.play(path, args.times)))
        return _told([asyncio.run(spite.play(path, args.times, args.every))])


def _told(found: Sequence[Figure | spite.Spite]) -> int:
    sys.stdout.writelines(f"{each}\n" for each in found)
    return int(not all(each.holds for each in found))


if __name__ == "__main__":
    sys.exit(main())
