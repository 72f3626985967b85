"""The day's fills, each counted once, and what counts as a trade of RULE-006."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from curb.domain.book import Fill
from curb.state.positions import Positions


@dataclass(frozen=True, slots=True)
class Counted:
    """A trade that counts, at its venue time, and the fill that made it one."""

    at: datetime
    fill_id: int


@dataclass(frozen=True, slots=True)
class _Step:
    fill: Fill
    before: int
    after: int

    @property
    def adds(self) -> bool:
        """Whether the fill opened or added exposure, a reversal included.

        One with a P&L closed something: where the fills do not tell what, some of them are
        still on their way.
        """
        return self.fill.pnl is None or self.before * self.after < 0

    @property
    def completes(self) -> bool:
        """Whether the contract came back to flat or went through zero."""
        return self.before != 0 and self.before * self.after <= 0


class Trades:
    """Fills by trade id."""

    def __init__(self) -> None:
        self._fills: dict[int, Fill] = {}
        self._own: set[int] = set()
        self._hearsay: set[int] = set()  # of the database only: the gateway told nothing yet
        # What was counted by a unit, and the exposures that the fills were counted back from.
        self._counted: dict[str, tuple[dict[str, int], tuple[Counted, ...]]] = {}

    def restore(self, fill: Fill) -> bool:
        """Keep a fill that the database had; REST has the last word on it."""
        self._hearsay.add(fill.id)
        return self._put(fill)

    def add(self, fill: Fill, *, is_own_close: bool = False) -> bool:
        """Keep a fill. Return whether it says anything new: unknown, or now void."""
        self._hearsay.discard(fill.id)
        return self._put(fill, is_own_close=is_own_close)

    def correct(self, fill: Fill) -> tuple[Fill, Fill] | None:
        """Let REST put a known fill right; return what was known and what is, None if that agrees.

        A void one stays void, unless only the database said so; that one became void is
        `add`'s to tell.
        """
        known = self._fills.get(fill.id)
        is_hearsay = fill.id in self._hearsay
        self._hearsay.discard(fill.id)
        if known is None or (known.is_voided and not is_hearsay):
            return None
        told = fill if known.is_voided else replace(fill, is_voided=False)
        if told == known:
            return None
        self._fills[fill.id] = told
        self._counted.clear()
        return known, told

    def _put(self, fill: Fill, *, is_own_close: bool = False) -> bool:
        known = self._fills.get(fill.id)
        if known and (known.is_voided or not fill.is_voided):
            return False
        if not known and fill.is_voided:
            self._fills[fill.id] = fill
            return False
        self._fills[fill.id] = fill
        if is_own_close:
            self._own.add(fill.id)
        self._counted.clear()
        return True

    def get(self, fill_id: int) -> Fill | None:
        """Return a fill as it is known."""
        return self._fills.get(fill_id)

    def valid(self) -> tuple[Fill, ...]:
        """Return the fills that stand, in venue order."""
        fills = (fill for fill in self._fills.values() if not fill.is_voided)
        return tuple(sorted(fills, key=lambda fill: (fill.at, fill.id)))

    def of_order(self, order_id: int) -> tuple[Fill, ...]:
        """Return the fills of an order that stand, in the order in which they were told."""
        mine = (fill for fill in self._fills.values() if fill.order_id == order_id)
        return tuple(fill for fill in mine if not fill.is_voided)

    def forget_before(self, at: datetime) -> None:
        """Drop the fills of days that no rule looks at any more."""
        self._fills = {i: fill for i, fill in self._fills.items() if fill.at >= at}
        self._own &= self._fills.keys()
        self._hearsay &= self._fills.keys()
        self._counted.clear()

    def counted(self, unit: str, positions: Positions) -> tuple[Counted, ...]:
        """Return the trades by `unit` ("order", "fill", "round_turn") in venue order."""
        exposures = positions.exposures()
        known = self._counted.get(unit)
        if known and known[0] == exposures:
            return known[1]
        counted = _COUNTERS[unit](self._steps(positions), self._own)
        self._counted[unit] = (exposures, counted)
        return counted

    def _steps(self, positions: Positions) -> list[_Step]:
        fills = self.valid()
        running = {f.contract_id: positions.by_fills(f.contract_id) for f in fills}
        for fill in fills:
            running[fill.contract_id] -= fill.signed
        steps = []
        for fill in fills:
            before = running[fill.contract_id]
            running[fill.contract_id] = before + fill.signed
            steps.append(_Step(fill, before, before + fill.signed))
        return steps


def _by_order(steps: list[_Step], _own: set[int]) -> tuple[Counted, ...]:
    first: dict[int, Counted] = {}
    for step in steps:
        if step.adds:
            first.setdefault(step.fill.order_id, Counted(step.fill.at, step.fill.id))
    return tuple(sorted(first.values(), key=lambda c: (c.at, c.fill_id)))


def _by_fill(steps: list[_Step], own: set[int]) -> tuple[Counted, ...]:
    return tuple(Counted(s.fill.at, s.fill.id) for s in steps if s.fill.id not in own)


def _by_round_turn(steps: list[_Step], _own: set[int]) -> tuple[Counted, ...]:
    return tuple(Counted(s.fill.at, s.fill.id) for s in steps if s.completes)


_COUNTERS: dict[str, Callable[[list[_Step], set[int]], tuple[Counted, ...]]] = {
    "order": _by_order,
    "fill": _by_fill,
    "round_turn": _by_round_turn,
}
