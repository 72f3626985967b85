"""What goes wrong at the exchange itself: fills, rejections, pauses."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from curb.paper.contracts import Contract
from curb.paper.faults.faults import Faults
from curb.paper.orders import Order
from curb.wire.codes import OrderStatus, OrderType


@dataclass(frozen=True, slots=True)
class MatchFaults:
    """Asked at each step of an order."""

    faults: Faults

    def refuses(self, what: Literal["close", "part", "cancel"]) -> str | None:
        """Return in which words the account may not do this, None where it may."""
        refusal = self.faults.chance("account.reject", what)
        return refusal.word("message") if refusal else None

    def rejects(self, contract: Contract) -> tuple[int, str] | None:
        """Return with which code and words a new order is rejected, None where it is not."""
        rejected = self.faults.chance("match.reject", contract.symbol)
        return (rejected.whole("code"), rejected.word("message")) if rejected else None

    def is_paused(self, contract: Contract) -> bool:
        """Tell whether nothing trades now."""
        return self.faults.spell("match.pause", contract.symbol) is not None

    def holds(self, order: Order, contract: Contract) -> bool:
        """Tell whether an order does not match now."""
        if self.is_paused(contract):
            return True
        if not _is_market(order):
            return False
        return self.faults.spell("match.pending", contract.symbol) is not None

    def delays_cancel(self, contract: Contract) -> bool:
        """Tell whether an order that is cancelled stays for a while, and may fill."""
        return self.faults.spell("match.cancelling", contract.symbol) is not None

    def is_cancelled(self, order: Order, contract: Contract) -> bool:
        """Tell whether an order that was to be cancelled is so now."""
        if order.status != OrderStatus.PENDING_CANCELLATION:
            return False
        return self.faults.lasting("match.cancelling", contract.symbol) is None

    def slip(self, order: Order, contract: Contract) -> Decimal:
        """Return how far beyond the touch an order fills."""
        slip = _is_market(order) and self.faults.chance("match.slippage", contract.symbol)
        return slip.whole("ticks") * order.sign * contract.tick_size if slip else Decimal(0)

    def depth(self, contract: Contract) -> int:
        """Return how many contracts fill at once; 0: as ever."""
        shallow = self.faults.chance("match.partial", contract.symbol)
        return shallow.whole("depth") if shallow else 0

    def races(self, contract: Contract) -> bool:
        """Tell whether the stops of a position trigger after its close."""
        return self.faults.chance("match.stop_race", contract.symbol) is not None

    def ends_orphans(self, contract: Contract) -> bool:
        """Tell whether the exits of a position that is closed end with it."""
        return self.faults.chance("match.autocancel", contract.symbol) is not None


def _is_market(order: Order) -> bool:
    return order.ticket.type == OrderType.MARKET
