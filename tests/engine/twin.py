"""A core that is watched by one that asks everybody at every quote: they never differ.

`python -m tests.engine.twin --seeds 200` plays the simulation's days with such a pair.
"""

import argparse
import copy
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from curb.domain.book import Account
from curb.domain.events import Restored
from curb.engine.adoption import Adoption
from curb.engine.bands import Bands
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.engine.recording import Call, RecordedCore, named
from curb.engine.zones import Zones
from tests.sim import life
from tests.sim.seed import play


class Everybody(Bands):
    """Nobody ever rests: every quote concerns every account."""

    def concerned(self, contract_id: str, mark: Decimal, now: datetime) -> Iterable[int]:
        del contract_id, mark, now
        return self._order

    def rest(self, account_id: int, zones: Zones) -> None:
        del account_id, zones


class Counting(Bands):
    """Counts the quotes that concern anybody."""

    asked = 0

    def concerned(self, contract_id: str, mark: Decimal, now: datetime) -> Iterable[int]:
        found = super().concerned(contract_id, mark, now)
        self.asked += bool(found)
        return found


class DifferenceError(AssertionError):
    """The two decided otherwise."""


class Twin(RecordedCore):
    """A core as every other, held against the one that leaves nobody out."""

    def __init__(
        self,
        policy: Policy,
        accounts: Iterable[Account],
        restored: Restored,
        adoption: Adoption | None,
        tell: Callable[[Call], None],
    ) -> None:
        accounts = tuple(accounts)
        self.plain = Core(policy, accounts, restored, copy.deepcopy(adoption))
        self.plain._bands = Everybody(self.plain.watches)

        def hold(call: Call) -> None:
            self._hold(call)
            tell(call)

        super().__init__(policy, accounts, restored, adoption, hold)
        self._bands = self._counting = Counting(self.watches)

    @property
    def asked(self) -> int:
        """How many quotes concerned anybody."""
        return self._counting.asked

    def deadline(self, now: datetime) -> datetime:
        mine, other = super().deadline(now), self.plain.deadline(now)
        # Who is not asked at a quote waits for the quote before it: too early, never too late.
        if mine > other:
            raise DifferenceError(f"deadline {mine}, expected {other} at the latest")
        return mine

    def _hold(self, call: Call) -> None:
        expected: list[Any] = []
        if not call.raised:
            expected = getattr(self.plain, call.name)(**named(copy.deepcopy(call)))
        if list(call.actions) != expected:
            raise DifferenceError(f"{call.args}: {call.actions}, expected {expected}")
        for mine, other in zip(self.watches.values(), self.plain.watches.values(), strict=True):
            if list(mine.state.highs) != list(other.state.highs) or mine.alert != other.alert:
                raise DifferenceError(f"{call.args}: another high or alert")


def main() -> int:
    """Play seeds; return 1 where the two differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.engine.twin", description=__doc__)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--first", type=int, default=1)
    args = parser.parse_args()
    vars(life)["RecordedCore"] = Twin
    bad = 0
    for seed in range(args.first, args.first + args.seeds):
        played = play(seed)
        if played.broken:
            bad += 1
            sys.stdout.write(f"seed {seed}: {played.broken}\n")
    sys.stdout.write(f"{args.seeds} seeds, {bad} broken\n")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
