"""How far a rule is from firing, in words for the screen."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class FiresAt:
    """The mark of a contract, on its tick grid, at which a rule fires, all else as it is now."""

    contract_id: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Headroom:
    """A rule's value and limit as shown; `used` is the share of the limit, None if unknown.

    `blind` says why the rule cannot be evaluated, "" where it can.
    """

    value: str
    limit: str
    used: Decimal | None = None
    blind: str = ""
