"""Open positions, the exposure that the fills add up to, and its lots."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from curb.domain.book import Fill, Position
from curb.domain.events import AccountRead, Event, PositionSeen

# A contract that nothing touched for this long has no event still on its way.
_QUIET = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Lot:
    """Contracts opened by one fill; signed."""

    at: datetime
    size: int


class Positions:
    """The net position in each contract, as the gateway last told it."""

    def __init__(self) -> None:
        self._open: dict[str, Position] = {}
        self._by_fills: dict[str, int] = {}
        self._lots: dict[str, list[Lot]] = {}
        self._told_at: dict[str, datetime] = {}
        self._touched_at: dict[str, datetime] = {}
        self.is_known = False

    def __iter__(self) -> Iterator[Position]:
        return iter(self._open.values())

    def apply(self, event: Event, now: datetime) -> None:
        """Take in a position from the hub or all of them from a read."""
        match event:
            case PositionSeen(position):
                self._put(position)
                self._told_at[position.contract_id] = now
                self._touched_at[position.contract_id] = now
            case AccountRead(positions=positions, began_at=began_at) if positions is not None:
                self._read(positions, began_at)
            case _:
                pass

    def fill(self, fill: Fill, at: datetime) -> None:
        """Count a fill that was not known before, or take back one that became void.

        From `at` on, its position's own event may still be on its way.
        """
        signed = -fill.signed if fill.is_voided else fill.signed
        contract_id = fill.contract_id
        self._by_fills[contract_id] = self._by_fills.get(contract_id, 0) + signed
        self._lots[contract_id] = _consume(self._lots.get(contract_id, []), fill.at, signed)
        self._touched_at[contract_id] = max(at, self._touched_at.get(contract_id, at))

    def history(self, fills: Iterable[Fill]) -> None:
        """Rebuild the lots from the fills that stand and led to the positions of a first read."""
        lots: dict[str, list[Lot]] = {}
        for fill in fills:
            before = lots.get(fill.contract_id, [])
            lots[fill.contract_id] = _consume(before, fill.at, fill.signed)
        for contract_id, position in self._open.items():
            found = lots.get(contract_id, [])
            if sum(lot.size for lot in found) == position.size:
                self._lots[contract_id] = found

    def size(self, contract_id: str) -> int:
        """Return the signed position, 0 where none is open."""
        position = self._open.get(contract_id)
        return position.size if position else 0

    def get(self, contract_id: str) -> Position | None:
        """Return the open position."""
        return self._open.get(contract_id)

    def by_fills(self, contract_id: str) -> int:
        """Return the signed position with every fill told so far, however late its own event."""
        return self._by_fills.get(contract_id, self.size(contract_id))

    def settled(self, contract_id: str) -> int:
        """Return the part of the signed position that its own event and the fills agree on."""
        size, filled = self.size(contract_id), self.by_fills(contract_id)
        return min(size, filled, key=abs) if size * filled > 0 else 0

    def is_quiet(self, contract_id: str, at: datetime) -> bool:
        """Tell whether nothing of a contract was told shortly before `at`, or since."""
        touched_at = self._touched_at.get(contract_id)
        return touched_at is None or at - touched_at > _QUIET

    def exposures(self) -> dict[str, int]:
        """Return the signed positions that are not flat, every fill told so far included."""
        known = self._by_fills.keys() | self._open.keys()
        sizes = {contract_id: self.by_fills(contract_id) for contract_id in sorted(known)}
        return {contract_id: size for contract_id, size in sizes.items() if size}

    def lots(self, contract_id: str) -> tuple[Lot, ...]:
        """Return the open lots, oldest first; one lot where their fills are not known."""
        position = self._open.get(contract_id)
        if position is None:
            return ()
        lots = self._lots.get(contract_id, [])
        if sum(lot.size for lot in lots) == position.size:
            return tuple(lots)
        at = position.opened_at or self._told_at.get(contract_id)
        return (Lot(at, position.size),) if at else ()

    def _put(self, position: Position) -> None:
        if position.size:
            self._open[position.contract_id] = position
        else:
            self._open.pop(position.contract_id, None)

    def _read(self, positions: tuple[Position, ...], began_at: datetime) -> None:
        is_first, self.is_known = not self.is_known, True
        read = {position.contract_id: position for position in positions if position.size}
        known = read.keys() | self._open.keys() | self._by_fills.keys()
        for contract_id in sorted(known):  # the order of a set differs from run to run
            told_at = self._told_at.get(contract_id)
            if told_at is not None and told_at >= began_at:
                if is_first:  # fills told before it were added to nothing
                    self._by_fills[contract_id] = self.size(contract_id)
                continue  # the hub is newer than this read
            if contract_id in read:
                self._open[contract_id] = read[contract_id]
            else:
                self._open.pop(contract_id, None)
            if is_first or self.is_quiet(contract_id, began_at):
                self._by_fills[contract_id] = self.size(contract_id)
                if not self.size(contract_id):
                    self._lots.pop(contract_id, None)


def _consume(lots: list[Lot], at: datetime, signed: int) -> list[Lot]:
    """Add a fill to the lots: the closing side uses up the oldest first."""
    rest = list(lots)
    while signed and rest and (rest[0].size > 0) != (signed > 0):
        lot = rest.pop(0)
        left = lot.size + signed
        if left and (left > 0) == (lot.size > 0):
            rest.insert(0, Lot(lot.at, left))
            signed = 0
        else:
            signed = left
    if signed:
        rest.append(Lot(at, signed))
    return rest
