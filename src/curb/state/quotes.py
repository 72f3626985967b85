"""The mark of each contract, and how far it can be believed (rules.md section 1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from curb.domain.events import QuoteSeen
from curb.domain.market import Contract

STALE_AFTER = timedelta(seconds=10)

# User events and quotes come on ways of their own: a quote from before a fill of ours may come
# after it, but not later than this.
_LATE = timedelta(seconds=1)

# A single price further than this from the mark before it needs a second witness.
_JUMP = Decimal("0.03")


@dataclass(slots=True)
class _Book:
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    mark: Decimal | None = None
    suspect: Decimal | None = None
    heard_at: datetime | None = None
    at: datetime | None = None  # the venue's time of the mark
    filled_at: datetime | None = None  # when a fill of ours was last taken for the mark


class Quotes:
    """Last prices by contract; shared by all accounts."""

    def __init__(self) -> None:
        self._books: dict[str, _Book] = {}

    def apply(self, event: QuoteSeen, now: datetime, contract: Contract | None) -> bool:
        """Merge a sparse quote. Return whether the mark moved."""
        book = self._books.get(event.contract_id)
        if book is None:
            book = self._books[event.contract_id] = _Book()
        book.heard_at = now
        if book.filled_at is not None and _is_late(event, book, now):
            return False
        book.bid = event.bid or book.bid
        book.ask = event.ask or book.ask
        if event.last == 0:
            book.last = None  # the gateway's word for "no trade": the mid stands in
        price = event.last or (_mid(book) if book.last is None else None)
        if price is None:
            return False
        is_trade = bool(event.last)
        if not _is_believable(price, book, contract, is_trade=is_trade):
            book.suspect = price
            return False
        moved = price != book.mark
        book.mark, book.suspect = price, None
        if book.at is None or event.at > book.at:
            book.at = event.at
        if is_trade:
            book.last = price
        return moved

    def trade(self, contract_id: str, price: Decimal, at: datetime, now: datetime) -> bool:
        """Take a trade of our own for the mark where it is newer than the mark at the venue.

        Else a position would be valued at a price from before it was opened. Return whether
        it was taken.
        """
        book = self._books.get(contract_id)
        if book is None or book.at is None or at <= book.at:
            return False
        book.last = book.mark = price
        book.suspect, book.at = None, at
        book.heard_at = book.filled_at = now
        return True

    def at(self, contract_id: str) -> datetime | None:
        """Return the venue's time of the mark, None where there is none."""
        book = self._books.get(contract_id)
        return book.at if book else None

    def mark(self, contract_id: str) -> Decimal | None:
        """Return the price that open positions are valued at, None where none was seen."""
        book = self._books.get(contract_id)
        return book.mark if book else None

    def heard_at(self, contract_id: str) -> datetime | None:
        """Return when a quote of the contract last came."""
        book = self._books.get(contract_id)
        return book.heard_at if book else None

    def is_stale(self, contract_id: str, now: datetime) -> bool:
        """Tell whether no quote of the contract came for ten seconds."""
        heard = self.heard_at(contract_id)
        return heard is None or now - heard > STALE_AFTER


def _is_late(event: QuoteSeen, book: _Book, now: datetime) -> bool:
    if book.filled_at is None or book.at is None or now - book.filled_at > _LATE:
        return False
    return event.at < book.at


def _mid(book: _Book) -> Decimal | None:
    if book.bid is None or book.ask is None or book.bid > book.ask:
        return None
    return (book.bid + book.ask) / 2


def _is_believable(
    price: Decimal, book: _Book, contract: Contract | None, *, is_trade: bool
) -> bool:
    # A first price has only its own quote to be held against.
    before = _mid(book) if book.mark is None and is_trade else book.mark
    if _is_plausible(price, before, contract, is_trade=is_trade):
        return True
    suspect = book.suspect
    if suspect is not None and abs(price - suspect) <= abs(suspect) * _JUMP:
        return True
    mid = _mid(book)
    return (
        is_trade
        and mid is not None
        and _is_on_grid(price, contract)
        and abs(price - mid) <= abs(mid) * _JUMP / 10
    )


def _is_plausible(
    price: Decimal, before: Decimal | None, contract: Contract | None, *, is_trade: bool
) -> bool:
    if is_trade and not _is_on_grid(price, contract):
        return False
    if before is None:
        return True
    if price < 0 <= before:
        return False
    return abs(price - before) <= abs(before) * _JUMP


def _is_on_grid(price: Decimal, contract: Contract | None) -> bool:
    return contract is None or contract.is_on_grid(price)
