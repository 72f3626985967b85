"""What is left to every limit of an account, for one symbol."""

from dataclasses import dataclass
from datetime import datetime

from curb.domain.snapshot import PositionView, RuleView


@dataclass(frozen=True, slots=True)
class AddView:
    """How many contracts may be added on a side before a rule breaks, and what decides.

    `contracts` is None where nothing limits them, or, without `is_known`, where nobody knows.
    """

    side: str  # "LONG", "SHORT"
    contracts: int | None
    why: str
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Room:
    """How far an account is from each limit, and how much of a symbol may still be added.

    Where the symbol is open, only what would add to it is told.
    """

    at: datetime
    account_id: int
    account: str
    symbol: str
    positions: tuple[PositionView, ...]  # of the symbol
    adds: tuple[AddView, ...]
    rules: tuple[RuleView, ...]  # those that watch; `fires` only with the symbol's contracts
