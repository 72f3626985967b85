"""Whom a mark concerns: the zones of all accounts, the nearest ends of each contract first.

A quote within the nearest ends of its contract costs the same for one account and for a
thousand.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from heapq import heapify, heappop, heappush
from itertools import count

from curb.domain.calm import NO_LESS, NO_MORE
from curb.engine.zones import Zone, Zones

_NEVER = datetime.max.replace(tzinfo=UTC)

# An end: how near it is, the number of its drawing, whose it is.
_End = tuple[Decimal, int, int]


class _Edges:
    """The ends of all zones of one contract. What was drawn anew is dropped when it is met."""

    def __init__(self) -> None:
        self.low, self.high = NO_LESS, NO_MORE
        self._lows: list[_End] = []  # negated: the highest first
        self._highs: list[_End] = []
        self._room = 64

    def add(self, zone: Zone, drawing: int, account_id: int) -> None:
        heappush(self._lows, (-zone.low, drawing, account_id))
        heappush(self._highs, (zone.high, drawing, account_id))
        self.low, self.high = max(self.low, zone.low), min(self.high, zone.high)

    def left(self, mark: Decimal, drawings: dict[int, int]) -> set[int]:
        """Take out the accounts whose zone does not hold the mark."""
        found = _passed(self._lows, -mark, drawings) | _passed(self._highs, mark, drawings)
        if len(self._lows) + len(self._highs) > self._room:
            self._lows = _standing(self._lows, drawings)
            self._highs = _standing(self._highs, drawings)
            self._room = 2 * (len(self._lows) + len(self._highs)) + 64
        self.low = -self._lows[0][0] if self._lows else NO_LESS
        self.high = self._highs[0][0] if self._highs else NO_MORE
        return found


class Bands:
    """The zones of all accounts; one without is awake: every quote concerns it."""

    def __init__(self, account_ids: Iterable[int]) -> None:
        self._order = {account_id: number for number, account_id in enumerate(account_ids)}
        self._awake = set(self._order)
        self._zones: dict[int, Zones] = {}
        self._drawings: dict[int, int] = {}
        self._edges: dict[str, _Edges] = {}
        self._numbers = count(1)
        self._until = _NEVER  # when the first zones end

    def concerned(self, contract_id: str, mark: Decimal, now: datetime) -> Iterable[int]:
        """Return the accounts that a mark concerns, in their order."""
        edges = self._edges.get(contract_id)
        is_within = edges is None or edges.low <= mark <= edges.high
        if is_within and not self._awake and now < self._until:
            return ()
        return self._concerned(edges, mark, now)

    def wake(self, account_id: int) -> None:
        """Forget an account's zones: something was told of it."""
        if self._zones.pop(account_id, None) is not None:
            del self._drawings[account_id]
            self._awake.add(account_id)

    def wake_holders(self, contract_id: str) -> None:
        """Forget the zones of all who hold a contract: its mark has moved without a quote."""
        for account_id in [i for i, zones in self._zones.items() if contract_id in zones]:
            self.wake(account_id)

    def rest(self, account_id: int, zones: Zones) -> None:
        """Let no mark within `zones` concern the account; one that has left them stays awake."""
        drawn = zones.drawn()
        if drawn is None:
            self._awake.add(account_id)
            return
        drawing = next(self._numbers)
        self._awake.discard(account_id)
        self._zones[account_id], self._drawings[account_id] = zones, drawing
        self._until = min(self._until, zones.until)
        for zone in drawn:
            edges = self._edges.setdefault(zone.contract_id, _Edges())
            edges.add(zone, drawing, account_id)

    def _concerned(self, edges: _Edges | None, mark: Decimal, now: datetime) -> list[int]:
        if now >= self._until:
            for account_id in [i for i, zones in self._zones.items() if zones.until <= now]:
                self.wake(account_id)
            self._until = min((zones.until for zones in self._zones.values()), default=_NEVER)
        for account_id in edges.left(mark, self._drawings) if edges else ():
            zones = self._zones[account_id]
            self.wake(account_id)
            self.rest(account_id, zones)
        return sorted(self._awake, key=self._order.__getitem__)


def _passed(ends: list[_End], mark: Decimal, drawings: dict[int, int]) -> set[int]:
    found: set[int] = set()
    while ends and (ends[0][0] < mark or drawings.get(ends[0][2]) != ends[0][1]):
        _, drawing, account_id = heappop(ends)
        if drawings.get(account_id) == drawing:
            found.add(account_id)
    return found


def _standing(ends: list[_End], drawings: dict[int, int]) -> list[_End]:
    standing = [end for end in ends if drawings.get(end[2]) == end[1]]
    heapify(standing)
    return standing
