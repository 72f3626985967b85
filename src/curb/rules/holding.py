"""What an account holds in a symbol, and what a lock on it leaves."""

from collections.abc import Iterable

from curb.domain.decisions import Target
from curb.state.account import AccountState
from curb.state.orders import adding


def contracts_held(account: AccountState, symbol: str | None = None) -> tuple[str, ...]:
    """Return the contracts with a position, a fill not yet seen in one, or a working order.

    Of one symbol, else of all; a contract whose symbol is not known yet belongs to none.
    """
    found = {position.contract_id for position in account.positions}
    found |= set(account.positions.exposures())
    found |= {order.contract_id for order in account.orders}
    known = account.market.contracts.symbol
    return tuple(sorted(c for c in found if symbol is None or known(c) == symbol))


def ceilings(account: AccountState, contract_ids: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Return what a cooldown lets stand: the signed exposures of this moment."""
    exposures = account.positions.exposures()
    return tuple((c, exposures[c]) for c in contract_ids if c in exposures)


def kept(account: AccountState, contract_ids: Iterable[str]) -> tuple[Target, ...]:
    """Return targets that keep each position and cancel the orders that could add to it."""
    targets = (Target(c, account.positions.size(c)) for c in contract_ids)
    return tuple(t for t in targets if adding(t.keep, account.orders.of(t.contract_id)))
