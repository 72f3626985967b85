"""Position and profit arithmetic: what one fill does to a net position."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from curb.paper.contracts import Contract

# Averages of an odd number of contracts never end; the gateway's prices do.
_PLACES = 8


@dataclass(frozen=True, slots=True)
class Position:
    """One net position; `net` is signed, long positive, and never 0.

    `cost` is the exact sum of size times price of what is open, positive.
    """

    id: int
    contract_id: str
    net: int
    cost: Fraction
    opened_at: datetime

    @property
    def average(self) -> Decimal:
        """Return the average entry price."""
        return _decimal(self.cost / abs(self.net))


@dataclass(frozen=True, slots=True)
class Half:
    """One side of a trade: contracts that opened, or that closed with gross `pnl` in dollars."""

    size: int
    pnl: Decimal | None  # None on an opening half
    fees: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What a fill did: the position after it (None: flat), the last average, the halves."""

    position: Position | None
    average: Decimal
    halves: tuple[Half, ...]


def apply(
    contract: Contract,
    before: Position | None,
    signed: int,
    price: Decimal,
    *,
    at: datetime,
    new_id: int,
) -> Change:
    """Return what a fill of `signed` contracts does; through zero it closes, then opens."""
    if before is None or (before.net > 0) == (signed > 0):
        after = _added(contract, before, signed, price, at, new_id)
        return Change(after, after.average, (_half(contract, abs(signed), None),))
    closing = min(abs(signed), abs(before.net))
    closed = _half(contract, closing, _pnl(contract, before, closing, price))
    rest = before.net + signed
    if rest == 0:
        return Change(None, before.average, (closed,))
    if (rest > 0) == (before.net > 0):
        kept = before.cost / abs(before.net) * abs(rest)
        left = Position(before.id, before.contract_id, rest, kept, before.opened_at)
        return Change(left, left.average, (closed,))
    turned = _added(contract, None, rest, price, at, new_id)
    return Change(turned, turned.average, (closed, _half(contract, abs(rest), None)))


def blended(before: Decimal | None, filled: int, price: Decimal, size: int) -> Decimal:
    """Return the average price of an order's fills after one more of `size`."""
    if before is None:
        return price
    return _decimal((Fraction(before) * filled + Fraction(price) * size) / (filled + size))


def _added(
    contract: Contract,
    before: Position | None,
    signed: int,
    price: Decimal,
    at: datetime,
    new_id: int,
) -> Position:
    cost = Fraction(price) * abs(signed)
    if before is None:
        return Position(new_id, contract.id, signed, cost, at)
    return Position(
        before.id, contract.id, before.net + signed, before.cost + cost, before.opened_at
    )


def _half(contract: Contract, size: int, pnl: Decimal | None) -> Half:
    return Half(size, pnl, contract.fee * size)


def _pnl(contract: Contract, before: Position, size: int, price: Decimal) -> Decimal:
    average = before.cost / abs(before.net)
    points = (Fraction(price) - average) * (1 if before.net > 0 else -1)
    value = Fraction(contract.tick_value) / Fraction(contract.tick_size)
    return _decimal(points * value * size)


def _decimal(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return round(exact, _PLACES).normalize() + 0
