"""`python -m tests.flatten spite`: play a scene, print its figures, 1 where a goal is missed."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.flatten import spite


def main(argv: list[str] | None = None) -> int:
    """Run a scene."""
    parser = argparse.ArgumentParser(prog="python -m tests.flatten", description=__doc__)
    scenes = parser.add_subparsers(dest="scene", required=True)
    spiteful = scenes.add_parser("spite", help="openings under a lock, over real sockets")
    spiteful.add_argument("--times", type=int, default=1_000)
    spiteful.add_argument("--every", type=float, default=1.0, metavar="SECONDS")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(spite.play(Path(folder), args.times, args.every))
    sys.stdout.write(f"{found}\n")
    return int(not found.holds)


if __name__ == "__main__":
    sys.exit(main())
