"""The dollars between which an open profit or loss is no news to a limit of money."""

from decimal import Decimal

from curb.domain.calm import OfOpen, Share


def losing(
    limit: Decimal,
    share: Share,
    made: Decimal,
    contract_id: str | None = None,
    *,
    is_locked: bool = False,
) -> OfOpen:
    """Return where a loss neither reaches `limit` nor uses more or less of it than `share`.

    `made` dollars are realized already and count with what is open. Once the rule has locked
    for it, reaching the limit says nothing more.
    """
    low = -limit * share.high
    if not is_locked:
        low = max(-limit, low)
    return OfOpen(contract_id, low - made, -limit * share.low - made)


def gaining(
    limit: Decimal, share: Share, contract_id: str | None = None, *, is_locked: bool = False
) -> OfOpen:
    """Return where a profit neither reaches `limit` nor uses more or less of it than `share`.

    Once the rule has locked for it, reaching the limit says nothing more.
    """
    high = limit * share.high
    return OfOpen(contract_id, limit * share.low, high if is_locked else min(limit, high))
