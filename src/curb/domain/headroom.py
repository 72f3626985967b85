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

    `blind` says why the rule cannot be evaluated, "" where it can; `left` what is left to the
    limit, in dollars or counted things, "" where nothing can be said to be.
    """

    value: str
    limit: str
    used: Decimal | None = None
    blind: str = ""
    left: str = ""


@dataclass(frozen=True, slots=True)
class Adds:
    """How many contracts may be added before a rule would break, and what decides.

    None where that is not known.
    """

    contracts: int | None
    why: str
