"""`python -m tests.faults`: tokens that end, hubs that are cut; 1 where something was not held."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.faults.reconnects import cut, size
from tests.faults.stage import staged
from tests.faults.tokens import FLAT_S, drawn, ended

_ENGINES = 5

# Who needs one login upon another waits ever longer; a token that lived this long was a good one.
_HEALTHY_S = 6.0


def main(argv: list[str] | None = None) -> int:
    """Play what was asked for and tell what came of it."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    plays = parser.add_subparsers(dest="play", required=True)
    tokens = plays.add_parser("tokens", help="tokens that end in the middle of a flatten")
    tokens.add_argument("--seeds", type=int, default=100, metavar="N")
    tokens.add_argument("--from", type=int, default=0, metavar="K", dest="first")
    cuts = plays.add_parser("reconnects", help="both hubs cut, over and over, in one run")
    cuts.add_argument("--cuts", type=int, default=1_000, metavar="N")
    cuts.add_argument("--within", type=float, default=900, metavar="SECONDS")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        if args.play == "tokens":
            for number in range(_ENGINES):
                (Path(folder) / str(number)).mkdir()
            seeds = range(args.first, args.first + args.seeds)
            return asyncio.run(_tokens(Path(folder), seeds))
        return asyncio.run(_reconnects(Path(folder), args.cuts, args.within))


async def _tokens(folder: Path, seeds: range) -> int:
    shares = [seeds[first::_ENGINES] for first in range(_ENGINES)]
    found = await asyncio.gather(*(_timed(folder / str(n), s) for n, s in enumerate(shares)))
    times = sorted(took for share in found for took in share)
    in_time = sum(took <= FLAT_S for took in times)
    _tell(
        f"{in_time} of {len(times)} flat within {FLAT_S:g} s; "
        f"median {times[len(times) // 2]:.2f} s, most {times[-1]:.2f} s"
    )
    return int(in_time < len(times))


async def _timed(folder: Path, seeds: range) -> list[float]:
    """Let one engine live through the seeds; return after how many seconds each was flat."""
    times: list[float] = []
    async with staged(folder, is_hurried=True) as stage:
        for seed in seeds:
            ending = drawn(seed)
            times.append(await ended(stage, ending))
            if times[-1] > FLAT_S:
                _tell(f"{ending}: flat after {times[-1]:.2f} s")
            await stage.wait(_HEALTHY_S)
    return times


async def _reconnects(folder: Path, cuts: int, within_s: float) -> int:
    async with staged(folder, is_hurried=True, at_once=True) as stage:
        for number in range(10):
            await cut(stage, number)
        before, began, number = await size(stage), monotonic(), 0
        while number < cuts and monotonic() - began < within_s:
            await cut(stage, number)
            number += 1
            if number % 500 == 0:
                _tell(f"{2 * number} reconnects, {monotonic() - began:.0f} s, {await size(stage)}")
        after = await size(stage)
    _tell(
        f"{2 * number} reconnects in {monotonic() - began:.0f} s, mirror and truth the same "
        f"after each; before {before}, after {after}"
    )
    return int(after.is_leak_since(before))


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
