"""The reasons to reject a new order, in the venue's words."""

from collections.abc import Set as AbstractSet

from curb.paper import brackets, trailing
from curb.paper.contracts import Contract
from curb.paper.customs import Customs
from curb.paper.orders import JOINING, LIMITED, MAX_SIZE, STOPPED, Ticket, Touch, price_fault
from curb.wire.codes import OrderSide, OrderType

CLOSED = "The market is closed: outside of trading hours."
PAUSED = "The instrument is not in an active trading status."

_TYPES = (
    *JOINING,
    OrderType.LIMIT,
    OrderType.MARKET,
    OrderType.STOP_LIMIT,
    OrderType.STOP,
    OrderType.TRAILING_STOP,
)


def rejection(
    ticket: Ticket,
    contract: Contract,
    touch: Touch,
    used_tags: AbstractSet[str],
    customs: Customs,
) -> str | None:
    """Return why the venue refuses the ticket; None where it takes it."""
    if ticket.type not in _TYPES:
        return "Invalid order type."
    if ticket.side not in (OrderSide.BID, OrderSide.ASK):
        return "Invalid order side."
    if not 0 < ticket.size <= MAX_SIZE:
        return "Invalid order size."
    if ticket.tag is not None and ticket.tag in used_tags:
        return "Invalid custom tag. The tag is already in use."
    return brackets.fault(ticket, customs.brackets) or _price_fault(ticket, contract, touch)


def _price_fault(ticket: Ticket, contract: Contract, touch: Touch) -> str | None:
    reason = None
    if ticket.type in LIMITED:
        reason = price_fault("limit", ticket.limit, contract)
    if reason is None and ticket.type in STOPPED:
        reason = price_fault("stop", ticket.stop, contract)
    if ticket.type == OrderType.TRAILING_STOP:
        reason = trailing.fault(ticket.trail, touch, contract)
        if reason is None and ticket.trail is not None:
            ticks = trailing.ticks_of(ticket.trail, touch, contract)
            if ticks > trailing.MAX_TICKS:
                reason = f"Trail Distance exceeds maximum ({trailing.MAX_TICKS})"
    return reason
