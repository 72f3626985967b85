"""What the market hub tells: sparse quotes, and the market's depth at the touch."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from curb.paper.clock import stamp
from curb.paper.contracts import Contract
from curb.paper.orders import Touch
from curb.paper.rows import Row
from curb.paper.tape import Bar
from curb.wire.codes import DomType

_PERCENT = Decimal(100)
_CENT = Decimal("0.01")

# How many contracts stand at a price is made of the price: the same one, the same size.
_LEAST, _SPREAD = 3, 40


def quote(
    contract: Contract, touch: Touch, before: Touch | None, day: Bar | None, at: datetime
) -> Row:
    """Return a quote; what a trade changes is told with a new last price only."""
    row: Row = {
        "symbol": contract.symbol_id,
        "bestBid": touch.bid,
        "bestAsk": touch.ask,
        "lastUpdated": stamp(at, 3),
        "timestamp": stamp(at, 3),
        "contract": contract.id,
    }
    if before is not None and before.last == touch.last:
        return row
    change = touch.last - contract.start
    row["symbolName"] = contract.name
    row["lastPrice"] = touch.last
    row["change"] = change
    row["changePercent"] = (change / contract.start * _PERCENT).quantize(_CENT)
    row["volume"] = day.volume if day else 0
    if day:
        row |= {"open": day.open, "high": day.high, "low": day.low}
    return row


def depth(contract: Contract, touch: Touch, before: Touch | None, at: datetime) -> Iterator[Row]:
    """Yield what changed at the touch, and the trade that changed it."""
    sides = (
        (DomType.NEW_BEST_BID, touch.bid, before and before.bid),
        (DomType.NEW_BEST_ASK, touch.ask, before and before.ask),
        (DomType.TRADE, touch.last, before.last if before else touch.last),
    )
    for kind, price, known in sides:
        if price == known:
            continue
        size = _LEAST + contract.ticks(price) * 7 % _SPREAD
        yield {
            "contractId": contract.id,
            "timestamp": stamp(at, 3),
            "type": int(kind),
            "price": price,
            "volume": size,
            "currentVolume": size,
        }
