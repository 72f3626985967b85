"""The protective stops that Curb itself places: their name at the venue, and their last change."""

from dataclasses import dataclass
from datetime import datetime

from curb.domain.book import Order

_TAG = "curb-stop-"


@dataclass(frozen=True, slots=True)
class StopChange:
    """When a stop of a contract was last placed or moved."""

    account_id: int
    contract_id: str
    at: datetime

    @property
    def key(self) -> tuple[int, str]:
        """Account and contract: one last change each."""
        return (self.account_id, self.contract_id)


def new_tag(now: datetime, request_id: int) -> str:
    """Return the name of a new stop; an account never sees the same one twice."""
    return f"{_TAG}{now:%Y%m%dT%H%M%S%f}-{request_id}"


def is_own(order: Order) -> bool:
    """Tell whether Curb placed the order: its name says so, after a restart too."""
    return order.tag is not None and order.tag.startswith(_TAG)
