"""The contracts the paper gateway trades, from its own table."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

_MONTHS = "FGHJKMNQUVXZ"

# Twelve listed months always hold the next delivery of any cycle; one more year is spare.
_LOOK_AHEAD = 24


@dataclass(frozen=True, slots=True)
class Contract:
    """One front-month contract: its terms, and the rhythm of its generated prices."""

    id: str
    symbol: str
    name: str
    description: str
    symbol_id: str
    tick_size: Decimal
    tick_value: Decimal  # dollars per tick and contract
    fee: Decimal  # dollars per side and contract
    start: Decimal
    minute_ticks: float  # usual move within a minute
    rate: float  # quotes a second
    is_active: bool = True  # the month that leads

    def rolled(self) -> "Contract":
        """Return the contract of a year later."""
        year = int(self.id[-2:]) + 1
        name = f"{self.name[:-1]}{year % 10}"
        return replace(self, id=f"{self.id[:-2]}{year:02d}", name=name)

    def is_on_grid(self, price: Decimal) -> bool:
        """Tell whether the price is a whole number of ticks."""
        return price % self.tick_size == 0

    def ticks(self, price: Decimal) -> int:
        """Return the price in ticks, cut to the grid."""
        return int(price // self.tick_size)

    def price(self, ticks: int) -> Decimal:
        """Return the price of a number of ticks."""
        return ticks * self.tick_size


def active(contracts: Iterable[Contract]) -> dict[str, Contract]:
    """Return the month that leads, by symbol."""
    return {each.symbol: each for each in contracts if each.is_active}


def front_month(cycle: str, lead: int, roll_day: int, today: date) -> tuple[str, int]:
    """Return month letter and year of the contract that leads on `today`.

    It is left on `roll_day` of the month that lies `lead` months before delivery.
    """
    first = today.year * 12 + today.month - 1
    for delivery in range(first, first + _LOOK_AHEAD):
        letter = _MONTHS[delivery % 12]
        last = delivery - lead
        rolls = date(last // 12, last % 12 + 1, roll_day)
        if letter in cycle and today < rolls:
            return letter, delivery // 12
    raise ValueError(f"expected a delivery month out of {_MONTHS}, found {cycle!r}")


def load(today: date) -> tuple[Contract, ...]:
    """Return the front-month contracts of `today`, in the table's order."""
    text = files(__package__).joinpath("contracts.toml").read_text(encoding="utf-8")
    return tuple(_contract(symbol, row, today) for symbol, row in tomllib.loads(text).items())


def _contract(symbol: str, row: dict[str, Any], today: date) -> Contract:
    letter, year = front_month(row["months"], row["lead"], row["roll_day"], today)
    return Contract(
        id=f"CON.F.US.{row['root']}.{letter}{year % 100:02d}",
        symbol=symbol,
        name=f"{symbol}{letter}{year % 10}",
        description=f"{row['description']}: {letter}{year}",
        symbol_id=f"F.US.{row['root']}",
        tick_size=Decimal(row["tick_size"]),
        tick_value=Decimal(row["tick_value"]),
        fee=Decimal(row["fee"]),
        start=Decimal(row["start"]),
        minute_ticks=float(row["minute_ticks"]),
        rate=float(row["rate"]),
    )
