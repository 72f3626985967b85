"""`python -m tests.sim --seeds N`: play random days; 1 where an invariant broke."""

import argparse
import sys
from collections import Counter
from time import monotonic

from tests.sim.seed import Played, play

_TWICE = 100  # every so many seeds one is played again: it has to come out the same


def main(argv: list[str] | None = None) -> int:
    """Play seeds and tell what came of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many")
    parser.add_argument("--from", type=int, default=0, metavar="K", dest="first", help="the first")
    parser.add_argument("--seed", type=int, metavar="K", help="only this one")
    parser.add_argument("--trace", action="store_true", help="with --seed: tell every line")
    parser.add_argument("--hashes", action="store_true", help="tell each seed's trace hash")
    parser.add_argument("--within", type=float, metavar="S", help="begin no seed after so long")
    args = parser.parse_args(argv)
    if args.seed is not None:
        played = play(args.seed, _tell if args.trace else None)
        _tell(f"seed={played.seed} {played.digest} {played.broken or 'holds'}")
        return _judged(played)
    return _play(range(args.first, args.first + args.seeds), args.within, hashes=args.hashes)


def _play(seeds: range, within_s: float | None, *, hashes: bool) -> int:
    began, broken, done = monotonic(), 0, 0
    checked: Counter[str] = Counter()
    for seed in seeds:
        if within_s is not None and monotonic() - began > within_s:
            break
        played = play(seed)
        done += 1
        checked.update(played.checked)
        if hashes:
            _tell(f"seed={seed} {played.digest}")
        broken += _judged(played)
        if seed % _TWICE == 0 and (again := play(seed).digest) != played.digest:
            _tell(f"seed={seed} SAME SEED, OTHER DAY: {played.digest} {again}")
            broken += 1
    rate = done / max(monotonic() - began, 0.001) * 60
    _tell(f"{done} seeds from {seeds.start}, {broken} broken, {rate:.0f} seeds/min")
    _tell(f"cases: {', '.join(f'{name} {n}' for name, n in sorted(checked.items()))}")
    return int(broken > 0 or not done)


def _judged(played: Played) -> int:
    if not played.broken:
        return 0
    for line in played.tail:
        _tell(f"    {line}")
    _tell(f"seed={played.seed} BROKEN {played.broken}")
    return 1


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # who ends the run early has what was found


if __name__ == "__main__":
    sys.exit(main())
