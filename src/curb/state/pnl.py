"""The day's realized P&L, from the gateway's own figures."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from curb.domain.book import Fill
from curb.domain.money import ZERO


@dataclass(slots=True)
class _Day:
    gross: Decimal = ZERO
    costs: Decimal = ZERO
    peak: Decimal = ZERO
    low: Decimal = ZERO


class Pnl:
    """Sums by trading day; a void fill is taken out again."""

    def __init__(self) -> None:
        self._days: dict[date, _Day] = {}

    def add(self, fill: Fill, day: date) -> None:
        """Count a fill that says something new."""
        sign = -1 if fill.is_voided else 1
        sums = self._days.setdefault(day, _Day())
        sums.gross += sign * (fill.pnl or ZERO)
        sums.costs += sign * fill.costs

    def correct(self, known: Fill, fill: Fill, day_of: Callable[[datetime], date]) -> None:
        """Count a fill in place of what was known of it."""
        for old, sign in ((known, -1), (fill, 1)):
            if not old.is_voided:
                sums = self._days.setdefault(day_of(old.at), _Day())
                sums.gross += sign * (old.pnl or ZERO)
                sums.costs += sign * old.costs

    def realized(self, day: date, basis: str) -> Decimal:
        """Return the day's realized P&L; `basis` "net" takes fees and commissions off."""
        sums = self._days.get(day)
        if sums is None:
            return ZERO
        return sums.gross - sums.costs if basis == "net" else sums.gross

    def costs(self, day: date) -> Decimal:
        """Return the day's fees and commissions, a positive amount."""
        sums = self._days.get(day)
        return sums.costs if sums else ZERO

    def watch(self, day: date, total: Decimal) -> None:
        """Remember the best and the worst the day has been."""
        sums = self._days.setdefault(day, _Day())
        sums.peak = max(sums.peak, total)
        sums.low = min(sums.low, total)

    def extremes(self, day: date) -> tuple[Decimal, Decimal]:
        """Return the day's peak and low, 0 at least and at most."""
        sums = self._days.get(day)
        return (sums.peak, sums.low) if sums else (ZERO, ZERO)

    def forget_before(self, day: date) -> None:
        """Drop earlier days."""
        self._days = {d: sums for d, sums in self._days.items() if d >= day}


def sum_known(parts: Iterable[Decimal | None]) -> tuple[Decimal | None, bool]:
    """Return the sum of the known parts (None where there is none known) and whether all are."""
    known, is_whole = ZERO, True
    count = 0
    for part in parts:
        if part is None:
            is_whole = False
        else:
            known += part
            count += 1
    return (known if count or is_whole else None), is_whole
