"""The dollars between which an open profit or loss is no news to a limit of money."""

from decimal import Decimal

from curb.domain.calm import OfOpen, Share


def losing(limit: Decimal, share: Share, made: Decimal, contract_id: str | None = None) -> OfOpen:
    """Return where a loss neither reaches `limit` nor uses more or less of it than `share`.

    `made` dollars are realized already and count with what is open.
    """
    low = max(-limit, -limit * share.high)
    return OfOpen(contract_id, low - made, -limit * share.low - made)


def gaining(limit: Decimal, share: Share, contract_id: str | None = None) -> OfOpen:
    """Return where a profit neither reaches `limit` nor uses more or less of it than `share`."""
    return OfOpen(contract_id, limit * share.low, min(limit, limit * share.high))
