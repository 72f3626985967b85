"""How far a rule is from firing, in words for the screen."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Headroom:
    """A rule's value and limit as shown; `used` is the share of the limit, None if unknown.

    `blind` says why the rule cannot be evaluated, "" where it can.
    """

    value: str
    limit: str
    used: Decimal | None = None
    blind: str = ""
