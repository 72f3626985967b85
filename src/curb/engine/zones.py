"""How far the marks of one account's positions may go before anything has to be asked.

A bound on the sum of all positions is shared out: each may go the same number of ticks, so
that a mark within its own zone needs no look at the others. Where a share is used up and
nothing has happened, the rest is shared out anew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from curb.domain.book import Position
from curb.domain.calm import NO_LESS, NO_MORE, Bound, OfOpen, Share
from curb.domain.events import QuoteSeen
from curb.domain.money import ZERO
from curb.rules.rule import Rule
from curb.state.account import AccountState

_NEVER = datetime.max.replace(tzinfo=UTC)

# Far below a cent, far above what dividing decimals rounds away.
_HAIR = Decimal("1e-9")


@dataclass(frozen=True, slots=True)
class Zone:
    """Marks of a contract, ends included; empty where `low` is above `high`."""

    contract_id: str
    low: Decimal
    high: Decimal


@dataclass(slots=True)
class _Lot:
    """A position and where its own bounds end. `worth` is dollars a point, signed."""

    contract_id: str
    low: Decimal
    high: Decimal
    average: Decimal = ZERO
    worth: Decimal = ZERO
    tick: Decimal = ZERO


class Zones:
    """The zones of one account, valid until a moment or until something is told of it."""

    def __init__(
        self, state: AccountState, bounds: Iterable[Bound] = (), until: datetime = _NEVER
    ) -> None:
        self.until = until
        self._marks = state.market.quotes
        self._lots = {p.contract_id: _lot(state, p) for p in state.positions}
        self._low, self._high = NO_LESS, NO_MORE
        for bound in bounds:
            self._narrow(bound)
        # Dollars that all positions together move when each moves a tick.
        self._step = sum((abs(lot.worth) * lot.tick for lot in self._lots.values()), ZERO)

    def __contains__(self, contract_id: str) -> bool:
        return contract_id in self._lots

    def drawn(self) -> tuple[Zone, ...] | None:
        """Return a zone for each position at the marks of now; None where one has left its own."""
        marks = [self._marks.mark(lot.contract_id) or ZERO for lot in self._lots.values()]
        pairs = list(zip(self._lots.values(), marks, strict=True))
        total = sum(((mark - lot.average) * lot.worth for lot, mark in pairs), ZERO)
        down, up = total - self._low - _HAIR, self._high - total - _HAIR
        if down < 0 or up < 0 or not all(lot.low <= mark <= lot.high for lot, mark in pairs):
            return None
        return tuple(_cut(lot, mark, down / self._step, up / self._step) for lot, mark in pairs)

    def _narrow(self, bound: Bound) -> None:
        if bound.contract_id is None:
            self._low, self._high = max(self._low, bound.low), min(self._high, bound.high)
            return
        lot = self._lots[bound.contract_id]
        low, high = bound.low, bound.high
        if isinstance(bound, OfOpen):
            low, high = sorted(lot.average + made / lot.worth for made in (low, high))
            # A mark on the end has reached it; the last before it is half a tick away.
            low, high = low + lot.tick / 4, high - lot.tick / 4
        lot.low, lot.high = max(lot.low, low), min(lot.high, high)


def calm(
    state: AccountState, rules: Iterable[Rule], share: Callable[[str], Share], now: datetime
) -> list[Bound] | None:
    """Return what no mark may leave for the rules to stay silent; None where one cannot say.

    `share` tells of a rule how much of its limit may be used without being news.
    """
    if not state.open_pnl()[1]:
        return None  # the next mark may tell what is not known yet
    bounds: list[Bound] = []
    for rule in rules:
        if QuoteSeen in rule.wakes:
            found = rule.calm(state, share(rule.id), now)
            if found is None:
                return None
            bounds += found
    return bounds


def _lot(state: AccountState, position: Position) -> _Lot:
    contract, average = state.contract(position.contract_id), position.average_price
    if contract is None or average is None or state.unrealized(position) is None:
        return _Lot(position.contract_id, NO_MORE, NO_LESS)  # the next mark may tell its value
    low, high = _below_best(state, position, average, contract.tick_size)
    worth = position.size * contract.tick_value / contract.tick_size
    return _Lot(position.contract_id, low, high, average, worth, contract.tick_size)


def _below_best(
    state: AccountState, position: Position, average: Decimal, tick: Decimal
) -> tuple[Decimal, Decimal]:
    """Return the marks at which a position is no better than it was at its best."""
    side = 1 if position.size > 0 else -1
    best = state.highs.get(position.contract_id)
    whole = average + side * ((best.ticks if best else 0) + 1) * tick
    last = whole - side * tick / 4
    ends = (last, best.price) if best else (last,)
    return (NO_LESS, min(ends)) if side > 0 else (max(ends), NO_MORE)


def _cut(lot: _Lot, mark: Decimal, down: Decimal, up: Decimal) -> Zone:
    """Return a zone of so many ticks for the worse and for the better around the mark."""
    below, above = (down, up) if lot.worth > 0 else (up, down)
    low, high = mark - below * lot.tick, mark + above * lot.tick
    return Zone(lot.contract_id, max(lot.low, low), min(lot.high, high))
