"""Which contracts to close so that a count falls to its limit: the newest exposure first."""

from collections.abc import Callable, Iterable
from decimal import ROUND_CEILING, Decimal

from curb.domain.book import Position
from curb.domain.decisions import Target
from curb.state.account import AccountState


def newest_first(
    account: AccountState,
    positions: Iterable[Position],
    excess: Decimal,
    weight: Callable[[Position], Decimal],
) -> tuple[Target, ...]:
    """Return what to keep of each position touched, closing `excess` weighted contracts.

    Whole contracts are closed, the last one rounded up.
    """
    keep = {position.contract_id: position.size for position in positions}
    by_id = {position.contract_id: position for position in positions}
    lots = [(lot, c) for c in keep for lot in account.positions.lots(c)]
    for lot, contract_id in sorted(lots, key=lambda pair: pair[0].at, reverse=True):
        if excess <= 0:
            break
        each = weight(by_id[contract_id])
        wanted = int((excess / each).to_integral_value(ROUND_CEILING))
        closed = min(abs(lot.size), wanted)
        keep[contract_id] -= closed if lot.size > 0 else -closed
        excess -= closed * each
    return tuple(Target(c, size) for c, size in keep.items() if size != by_id[c].size)
