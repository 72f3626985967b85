"""Market-hub messages as quotes; by hand, for this is the hot path."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from curb.domain.events import QuoteSeen
from curb.domain.text import MAX_CELLS
from curb.gateway.counters import Counters
from curb.gateway.decode import records
from curb.wire import names

_QUOTE = names.QUOTE.lower()
_TRADE = names.TRADE.lower()

_MOST = 10**9
_LEAST_DIGIT = -12

# .NET writes a time that was never set as the year 1.
_YEARS = range(2000, 2200)


class QuoteReader:
    """Reads quotes and trades of the market hub. `now` dates what carries no time."""

    def __init__(self, counters: Counters, now: Callable[[], datetime]) -> None:
        self._counters = counters
        self._now = now

    def read(self, target: str, arguments: Any) -> list[QuoteSeen]:
        """Return what a message tells of prices; what is unreadable is counted."""
        kind = target.lower()
        if kind == _QUOTE:
            make = self._quote
        elif kind == _TRADE:
            make = self._trade
        else:
            return []
        contract_id, rest = _split(arguments)
        found = (make(contract_id, record) for record in records(rest, self._counters))
        return [quote for quote in found if quote is not None]

    def _quote(self, contract_id: str | None, record: dict[str, Any]) -> QuoteSeen | None:
        contract_id = contract_id or self._contract(record)
        if contract_id is None:
            return None
        # A last of 0 is the gateway's "no trade" and goes on as such; absent says nothing.
        return QuoteSeen(
            contract_id,
            self._at(record),
            self._price(record.get("lastPrice")),
            self._price(record.get("bestBid")) or None,
            self._price(record.get("bestAsk")) or None,
        )

    def _trade(self, contract_id: str | None, record: dict[str, Any]) -> QuoteSeen | None:
        contract_id = contract_id or self._contract(record)
        price = self._price(record.get("price"))
        if contract_id is None or not price:
            return None
        return QuoteSeen(contract_id, self._at(record), price)

    def _contract(self, record: dict[str, Any]) -> str | None:
        found = record.get("contractId") or record.get("contract")
        if isinstance(found, str) and _is_printable(found):
            return found
        self._counters.drop("quote without a contract")
        return None

    def _price(self, value: Any) -> Decimal | None:
        if value is None:
            return None
        kind = type(value)
        is_number = kind is Decimal or kind is int
        if not is_number or not -_MOST < value < _MOST:
            self._counters.malform("price")
            return None
        price = value if kind is Decimal else Decimal(value)
        if price and price.adjusted() < _LEAST_DIGIT:
            self._counters.malform("price")
            return None
        return price

    def _at(self, record: dict[str, Any]) -> datetime:
        for key in ("timestamp", "lastUpdated"):
            text = record.get(key)
            if text is None:
                continue
            try:
                at = datetime.fromisoformat(text)
            except (ValueError, TypeError):
                self._counters.malform("time of a quote")
                continue
            if at.year in _YEARS:
                return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
        return self._now()


def _split(arguments: Any) -> tuple[str | None, Any]:
    """Part the contract from the data in `[id, data]`, `[[id, data]]` and `[data]`."""
    match arguments:
        case [str(contract_id), data] if _is_printable(contract_id):
            return contract_id, data
        case [[str(contract_id), data]] if _is_printable(contract_id):
            return contract_id, data
        case _:
            return None, arguments


def _is_printable(text: str) -> bool:
    return 0 < len(text) <= MAX_CELLS and text.isascii() and text.isprintable()
