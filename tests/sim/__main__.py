"""`python -m tests.sim --seeds N`: play random days; 1 where an invariant broke."""

import argparse
import sys
from collections import Counter, deque
from collections.abc import Iterable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations, islice
from time import monotonic
from typing import Any

from tests.sim import plans
from tests.sim.plans import KNOBS, Menu
from tests.sim.seed import Played, play

_TWICE = 100  # every so many seeds one is played again: it has to come out the same
_PROGRESS = 500
_ALL_FIRE = 500  # in so many seeds every knob has to have been turned

Playing = Future[tuple[Played, str]]


def main(argv: list[str] | None = None) -> int:
    """Play seeds and tell what came of them."""
    args = _parser().parse_args(argv)
    if args.seed is not None:
        played = play(args.seed, _tell if args.trace else None, _turned(args, args.seed))
        _tell(f"seed={played.seed} {played.digest} {played.broken or 'holds'}")
        return _judged(played)
    if args.pairs:
        return _Run(args).go(_pairs(args.first))
    seeds = range(args.first, args.first + args.seeds)
    _tell(f"seeds {seeds.start} to {seeds.stop - 1}")
    return _Run(args).go((seed, "", _turned(args, seed)) for seed in seeds)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many")
    parser.add_argument("--from", type=int, default=0, metavar="K", dest="first", help="the first")
    parser.add_argument("--seed", type=int, metavar="K", help="only this one")
    parser.add_argument("--trace", action="store_true", help="with --seed: tell every line")
    parser.add_argument("--pairs", action="store_true", help="each two knobs together, once")
    parser.add_argument("--knob", choices=KNOBS, help="only this one")
    parser.add_argument("--during", choices=("position", "closing"), help="with --knob: only then")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many at once")
    parser.add_argument("--hashes", action="store_true", help="tell each seed's trace hash")
    parser.add_argument("--within", type=float, metavar="S", help="begin no seed after so long")
    parser.add_argument("--least", type=int, default=1, metavar="N", help="fewer are a failure")
    return parser


def _turned(args: argparse.Namespace, seed: int) -> Menu | None:
    """Return what the command line says goes wrong, None where the seed says it."""
    if args.knob is None:
        return None
    set_ = {"during": args.during, "p": 0.5} if args.during else {}
    return _menu(seed, (args.knob,), **set_)


def _menu(seed: int, knobs: tuple[str, ...], **set_: Any) -> Menu:
    return Menu(plans.plan_of(seed, knobs, **set_), first=plans.first_of(seed, knobs))


def _pairs(first: int) -> Iterable[tuple[int, str, Menu | None]]:
    for seed, two in enumerate(combinations(KNOBS, 2), first):
        yield seed, " with ".join(two), _menu(seed, two)


@dataclass
class _Run:
    """Seeds one after the other, and what came of all of them."""

    args: argparse.Namespace
    began: float = field(default_factory=monotonic)
    done: int = 0
    broken: int = 0
    deaths: int = 0
    checked: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)

    def go(self, seeds: Iterable[tuple[int, str, Menu | None]]) -> int:
        """Play them, some at once; return the exit code."""
        left = iter(seeds)
        pool = ProcessPoolExecutor(self.args.jobs) if self.args.jobs > 1 else _Here()
        with pool:
            under_way = deque(self._begin(pool, each) for each in islice(left, self.args.jobs))
            while under_way:
                words, playing = under_way.popleft()
                self._take(*playing.result(), words)
                if self.args.within is None or monotonic() - self.began < self.args.within:
                    under_way += (self._begin(pool, each) for each in islice(left, 1))
        self._sum()
        return int(self.broken > 0)

    def _begin(self, pool: Executor, one: tuple[int, str, Menu | None]) -> tuple[str, Playing]:
        seed, words, menu = one
        return words, pool.submit(_played, seed, menu)

    def _take(self, played: Played, again: str, words: str) -> None:
        self.done += 1
        self.deaths += played.deaths
        self.checked.update(played.checked)
        self.fired.update(played.fired)
        if self.args.hashes:
            _tell(f"seed={played.seed} {played.digest}")
        self.broken += _judged(played, words)
        if self.done % _PROGRESS == 0:
            _tell(f"{self.done} seeds so far, {self.broken} broken")
        if again != played.digest:
            _tell(f"seed={played.seed} SAME SEED, OTHER DAY: {played.digest} {again}")
            self.broken += 1

    def _sum(self) -> None:
        seconds = max(monotonic() - self.began, 0.001)
        _tell(f"cases: {_counts(self.checked)}")
        _tell(f"knobs: {_counts(self.fired)}")
        silent = sorted(set(KNOBS) - self.fired.keys())
        if silent and self.done >= _ALL_FIRE and self.args.knob is None:
            _tell(f"NEVER TURNED in {self.done} seeds: {', '.join(silent)}")
            self.broken += 1
        if self.done < self.args.least:
            _tell(f"TOO FEW: expected {self.args.least} seeds, found time for {self.done}")
            self.broken += 1
        rate = self.done / seconds * 60
        _tell(f"{self.done} seeds, {self.deaths} deaths, {self.broken} broken, {rate:.0f} a minute")


class _Here(Executor):
    """Plays in this process, at once."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Play."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _played(seed: int, menu: Menu | None) -> tuple[Played, str]:
    """Play a seed, some of them twice; return what came of it and the hash of the last time."""
    played = play(seed, menu=menu)
    return played, play(seed, menu=menu).digest if seed % _TWICE == 0 else played.digest


def _counts(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counted.items())) or "none"


def _judged(played: Played, words: str = "") -> int:
    if not played.broken:
        return 0
    for line in played.tail:
        _tell(f"    {line}")
    _tell(f"seed={played.seed} {words} BROKEN {played.broken}")
    return 1


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # who ends the run early has what was found


if __name__ == "__main__":
    sys.exit(main())
