"""How far in profit a position has been."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class High:
    """The best of one position since it opened: whole ticks in profit per contract, above 0.

    `price` is the best mark; with an average that moved it may be another moment's. `side` is 1 for a long and -1 for a short. Side and the venue's id of the position tell
    it from a later one in the same contract.
    """

    account_id: int
    contract_id: str
    position_id: int | None
    side: int
    ticks: int
    price: Decimal

    @property
    def key(self) -> tuple[int, str]:
        """Account and contract: one high each."""
        return (self.account_id, self.contract_id)
