"""Which limits are near, so that each approach is told once."""

from decimal import Decimal

from curb.domain.calm import Share

# A warning is shown at this share of a limit, and again after it fell below the other.
NEAR = Decimal("0.8")
FAR = Decimal("0.5")


class Nearness:
    """The rules of one account whose limit is near."""

    def __init__(self) -> None:
        self._near: set[str] = set()

    def share(self, rule: str) -> Share:
        """Return between what of a rule's limit nothing would be news."""
        return Share(low=FAR) if rule in self._near else Share(high=NEAR)

    def is_news(self, rule: str, used: Decimal | None) -> bool:
        """Take in how much of a rule's limit is used; return whether it has just come near.

        None, an unknown share, says nothing.
        """
        if used is None:
            return False
        if used < FAR:
            self._near.discard(rule)
        if used < NEAR or rule in self._near:
            return False
        self._near.add(rule)
        return True
