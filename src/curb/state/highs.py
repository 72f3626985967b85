"""The high-water marks of open positions."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_FLOOR, Decimal

from curb.domain.book import Position
from curb.domain.highs import High


class Highs:
    """The best each open position of one account has been, by contract."""

    def __init__(self) -> None:
        self._highs: dict[str, High] = {}

    def __iter__(self) -> Iterator[High]:
        return iter(self._highs.values())

    def restore(self, high: High) -> None:
        """Take in what the database kept."""
        self._highs[high.contract_id] = high

    def raise_to(self, position: Position, ticks: Decimal, mark: Decimal) -> High | None:
        """Take in a position's profit in ticks per contract at a mark; return a new high."""
        whole = max(int(ticks.to_integral_value(ROUND_FLOOR)), self.ticks(position.contract_id))
        if whole <= 0:
            return None
        side = 1 if position.size > 0 else -1
        known = self._highs.get(position.contract_id)
        price = max(mark * side, known.price * side) * side if known else mark
        high = High(position.account_id, position.contract_id, position.id, side, whole, price)
        if known and (known.ticks, known.price) == (high.ticks, high.price):
            return None
        self._highs[position.contract_id] = high
        return high

    def end_except(self, positions: Iterable[Position]) -> tuple[High, ...]:
        """Drop the highs of positions that closed, turned or are new, and return them."""
        if not self._highs:
            return ()
        held = {position.contract_id: position for position in positions}
        ended = tuple(high for high in self if not _is_of(high, held.get(high.contract_id)))
        for high in ended:
            del self._highs[high.contract_id]
        return ended

    def get(self, contract_id: str) -> High | None:
        """Return the high of the open position, None while it has not been in profit."""
        return self._highs.get(contract_id)

    def ticks(self, contract_id: str) -> int:
        """Return the most ticks in profit per contract that the open position has been."""
        high = self._highs.get(contract_id)
        return high.ticks if high else 0


def _is_of(high: High, position: Position | None) -> bool:
    if position is None or high.side * position.size <= 0:
        return False
    return None in (high.position_id, position.id) or high.position_id == position.id
