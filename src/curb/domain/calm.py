"""What a mark may do without a rule having anything to say."""

from dataclasses import dataclass
from decimal import Decimal

NO_LESS, NO_MORE = Decimal("-Infinity"), Decimal("Infinity")


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a rule's limit may be used for nothing to be news: strictly between."""

    low: Decimal = NO_LESS
    high: Decimal = NO_MORE


@dataclass(frozen=True, slots=True)
class OfOpen:
    """Dollars between which the open P&L of a contract has to stay, strictly.

    Of all positions together where the contract is None.
    """

    contract_id: str | None
    low: Decimal = NO_LESS
    high: Decimal = NO_MORE


@dataclass(frozen=True, slots=True)
class OfMark:
    """Prices between which the mark of a contract has to stay, ends included."""

    contract_id: str
    low: Decimal = NO_LESS
    high: Decimal = NO_MORE


Bound = OfOpen | OfMark
