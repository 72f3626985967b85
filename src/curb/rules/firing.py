"""The mark at which open profit or loss reaches an amount."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from curb.domain.book import Position
from curb.domain.headroom import FiresAt
from curb.state.account import AccountState


def of_each(
    account: AccountState, positions: Iterable[Position], made: Decimal, *, is_loss: bool
) -> tuple[FiresAt, ...]:
    """Return the mark at which each position alone has made `made` dollars.

    Or less with `is_loss`, else or more: the first tick there, none where it is so already or
    where the position's value is not known.
    """
    found = (_first(account, position, made, is_loss=is_loss) for position in positions)
    return tuple(fires for fires in found if fires)


def of_sum(account: AccountState, made: Decimal, *, is_loss: bool) -> tuple[FiresAt, ...]:
    """Return for each position the mark at which the known open P&L sums to `made` dollars.

    The marks of the others stay as they are. Or less with `is_loss`, else or more.
    """
    total, _ = account.open_pnl()
    known = ((p, own) for p in account.positions if (own := account.unrealized(p)) is not None)
    found = (
        _first(account, position, made - (total - own), is_loss=is_loss)
        for position, own in known
        if total is not None
    )
    return tuple(fires for fires in found if fires)


def _first(
    account: AccountState, position: Position, made: Decimal, *, is_loss: bool
) -> FiresAt | None:
    contract = account.contract(position.contract_id)
    mark = account.market.quotes.mark(position.contract_id)
    now, average = account.unrealized(position), position.average_price
    if contract is None or mark is None or average is None or now is None:
        return None
    if now <= made if is_loss else now >= made:
        return None
    # In fractions: a size of 3 divides no decimal evenly, and a tick is all or nothing.
    ticks = Fraction(made) / (position.size * Fraction(contract.tick_value))
    number = Fraction(average) / Fraction(contract.tick_size) + ticks
    is_below = is_loss is (position.size > 0)
    price = (floor(number) if is_below else ceil(number)) * contract.tick_size
    # No trade tells of a 0 and few of less: out of reach for what trades above.
    return None if price <= 0 < mark else FiresAt(position.contract_id, price)
