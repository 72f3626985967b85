"""`python -m tests.kills`: kill real engines at points and times; 1 where something was lost."""

import argparse
import asyncio
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

from tests.cheats.stage import end_all
from tests.kills.play import ALONE, FREE, at_point, at_time, chunks, failures

Plays = Mapping[str, Callable[[Path], Awaitable[None]]]


def main(argv: list[str] | None = None) -> int:
    """Play kills and tell what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--points", action="store_true", help="at every named point")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="each point so often")
    parser.add_argument("--random", type=int, default=0, metavar="N", help="at so many moments")
    parser.add_argument("--from", type=int, default=0, metavar="K", dest="first", help="first seed")
    args = parser.parse_args(argv)
    seeds = range(args.first, args.first + args.random)
    plays = [*_at_points(args.times if args.points else 0), *_at_times(seeds)]
    if not plays:
        parser.error("expected --points or --random N, found neither")
    return _play(plays)


def _at_points(times: int) -> Iterable[Plays]:
    for _ in range(times):
        for names in (*chunks(ALONE, 1), *chunks(FREE)):
            yield {name: partial(at_point, name=name) for name in names}


def _at_times(seeds: range) -> Iterable[Plays]:
    for some in chunks(seeds):
        yield {f"--random 1 --from {seed}": partial(at_time, seed=seed) for seed in some}


def _play(plays: Sequence[Plays]) -> int:
    began, done, lost = monotonic(), 0, 0
    for some in plays:
        with tempfile.TemporaryDirectory() as folder:
            failed = asyncio.run(_some(Path(folder), some))
        end_all()
        done += len(some)
        lost += len(failed)
        for name, e in failed.items():
            _tell(f"{name}: LOST")
            traceback.print_exception(e)
    _tell(f"{done} kills, {lost} lost something, {monotonic() - began:.0f} s")
    return int(lost > 0)


async def _some(folder: Path, some: Plays) -> dict[str, Exception]:
    begun = {}
    for number, (name, play) in enumerate(some.items()):
        place = folder / str(number)
        place.mkdir()
        begun[name] = play(place)
    return await failures(begun)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # who ends the run early has what was found


if __name__ == "__main__":
    sys.exit(main())
