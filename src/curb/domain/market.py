"""Contracts, symbols and prices."""

import re
from dataclasses import dataclass
from decimal import Decimal

# Roots that count by `micro_weight` in RULE-001.
MICROS = frozenset(
    ("MES", "MNQ", "MYM", "M2K", "MCL", "MGC", "SIL", "M6A", "M6B", "M6E", "MBT", "MET")
)

_NAME = re.compile(r"^([A-Z0-9]+?)([FGHJKMNQUVXZ])(\d{1,2})$")


def symbol_of(name: str) -> str | None:
    """Return the trader's root of a contract's name: `ESZ6` is ES, `6EZ6` is 6E.

    None where the name does not end in a month letter and a year.
    """
    match = _NAME.match(name.strip().upper())
    return match.group(1) if match else None


@dataclass(frozen=True, slots=True)
class Contract:
    """A tradable month of a product, as the gateway describes it."""

    id: str
    name: str
    symbol: str
    tick_size: Decimal
    tick_value: Decimal  # dollars per tick and contract
    description: str = ""

    def ticks(self, points: Decimal) -> Decimal:
        """Return a price difference in ticks; a fraction where it is off the grid."""
        return points / self.tick_size

    def value(self, points: Decimal, size: int) -> Decimal:
        """Return what a move of `points` is worth on `size` signed contracts, in dollars."""
        # Decimal knows a -0, which nobody wants to read.
        return points * size * self.tick_value / self.tick_size + 0

    def is_on_grid(self, price: Decimal) -> bool:
        """Tell whether the price is a whole number of ticks."""
        return price % self.tick_size == 0
