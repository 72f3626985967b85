"""Replayed prices: the trades of a file, at their own pace or faster."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path

from curb.paper.contracts import Contract
from curb.paper.orders import Touch
from curb.paper.prices import Tick
from curb.wire.codes import TradeLogType

# A header and an odd line or two; a file of another kind is refused at once.
_HEAD_LINES = 5


class ReplayError(Exception):
    """A file that holds no trades."""


@dataclass(frozen=True, slots=True)
class Print:
    """One trade of a file."""

    at: datetime
    price: Decimal
    size: int


def parse(line: str) -> Print | None:
    """Return the trade of a line `timestamp,price[,size]`, None where it holds none."""
    fields = line.strip().split(",")
    try:
        at = datetime.fromisoformat(fields[0])
        price = Decimal(fields[1])
        size = int(fields[2]) if len(fields) > 2 else 1  # noqa: PLR2004 - the third field
    except (ValueError, IndexError, InvalidOperation):
        return None
    if not price.is_finite() or price <= 0 or size <= 0:
        return None
    return Print(at if at.tzinfo else at.replace(tzinfo=UTC), price, size)


def first_price(path: Path, contract: Contract) -> Decimal:
    """Return the file's first price; a header may stand before it.

    Raises ReplayError where the file holds no trade of the contract at its start.
    """
    try:
        with opened(path) as lines:
            found = [parse(line) for line in islice(lines, _HEAD_LINES)]
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise ReplayError(f"cannot read {path}: {error}") from None
    prices = [each.price for each in found if each and contract.is_on_grid(each.price)]
    if not prices:
        raise ReplayError(
            f"expected lines `timestamp,price[,size]` on {contract.symbol}'s grid of "
            f"{contract.tick_size} in {path}, found none at its start"
        )
    return prices[0]


@contextmanager
def opened(path: Path) -> Iterator[Iterator[str]]:
    """Open the lines of a file, unpacked where its name ends in .gz."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as packed:
            yield iter(packed)
    else:
        with path.open(encoding="utf-8") as plain:
            yield iter(plain)


def ticks(lines: Iterable[str], contract: Contract, speed: float) -> Iterator[Tick]:
    """Yield the trades of the contract; `speed` shortens the gaps between them.

    Lines that are no trade on the tick grid are passed over. Bid and ask stand one tick around
    the last trade; who was the aggressor is told by the direction of the price.
    """
    before: Print | None = None
    at_s = 0.0
    side = TradeLogType.BUY
    for line in lines:
        trade = parse(line)
        if trade is None or not contract.is_on_grid(trade.price):
            continue
        if before is not None:
            at_s += max(0.0, (trade.at - before.at).total_seconds()) / speed
            if trade.price != before.price:
                side = TradeLogType.BUY if trade.price > before.price else TradeLogType.SELL
        before = trade
        last = trade.price
        touch = Touch(last - contract.tick_size, last + contract.tick_size, last)
        yield Tick(at_s, contract, touch, trade.size, side)


def played(path: Path, contract: Contract, speed: float) -> Iterator[Tick]:
    """Yield the ticks of a file, holding it open while they last."""
    with opened(path) as lines:
        yield from ticks(lines, contract, speed)
