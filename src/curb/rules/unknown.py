"""Why an open profit or loss is not known."""

from collections.abc import Iterable

from curb.domain.book import Position
from curb.state.account import AccountState


def why_unknown(account: AccountState, positions: Iterable[Position]) -> str:
    """Return what is missing to value the first position that has no value, "" where all have."""
    for position in positions:
        if account.unrealized(position) is None:
            label = account.market.contracts.label(position.contract_id)
            return f"{label} {_missing(account, position)}"
    return ""


def _missing(account: AccountState, position: Position) -> str:
    if account.contract(position.contract_id) is None:
        return "has no tick data"
    if account.market.quotes.mark(position.contract_id) is None:
        return "has no mark"
    return "has no average price" if position.average_price is None else "has no side"
