"""Bars of a contract's past, made of what traded here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from curb.paper.spans import SECONDS, UNITS, span
from curb.paper.tape import Bar, Tape
from curb.wire.codes import BarsCode, BarUnit

# The venue sends no more bars at once.
_BARS_MAX = 20_000

# A hundred years of months: more cannot be meant.
_NUMBER_MAX = 1_200

_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which bars: those that begin at `start` or later, but before `end`."""

    contract_id: str
    unit: int
    number: int
    start: datetime
    end: datetime
    limit: int
    is_partial: bool  # with the one that goes on now

    def fault(self) -> BarsCode:
        """Return what is wrong with it, SUCCESS where nothing is."""
        if self.unit not in UNITS:
            return BarsCode.UNIT_INVALID
        if not 0 < self.number <= _NUMBER_MAX:
            return BarsCode.UNIT_NUMBER_INVALID
        return BarsCode.SUCCESS if 0 < self.limit <= _BARS_MAX else BarsCode.LIMIT_INVALID


def bars(tape: Tape, wanted: Wanted, now: datetime) -> list[Bar]:
    """Return the bars, newest first; where more are wanted than `limit`, the newest of them."""
    found: list[Bar] = []
    for bar in _whole(tape, wanted, now):
        if bar.at < wanted.start or len(found) == wanted.limit:
            break
        if bar.at < wanted.end:
            found.append(bar)
    return found


def _whole(tape: Tape, wanted: Wanted, now: datetime) -> Iterator[Bar]:
    """Yield bars of the wanted length, newest first."""
    unit = BarUnit(wanted.unit)
    last: Bar | None = None
    width_s = SECONDS[unit] * wanted.number if unit in SECONDS else _HOUR
    for part in tape.newest(wanted.contract_id, width_s):
        began, ends = span(unit, wanted.number, part.at)
        if ends > now and not wanted.is_partial:
            continue
        if last is not None and last.at == began:
            last = _joined(part, last)
            continue
        if last is not None:
            yield last
        last = replace(part, at=began)
    if last is not None:
        yield last


def _joined(earlier: Bar, later: Bar) -> Bar:
    """Return one bar of two; it begins where the later one is said to."""
    joined = replace(earlier, at=later.at)
    joined.join(later)
    return joined
