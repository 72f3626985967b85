"""All pursuits of one account: what to close, what to cancel, what to look at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    OffsetPosition,
    ReduceContract,
    Request,
)
from curb.domain.book import Order, OrderType, Side
from curb.domain.events import AccountRead, Outcome, RequestEnded, Why
from curb.domain.offsets import is_offset, new_tag
from curb.engine import flatten
from curb.engine.flatten import Input, Phase, Pursuit
from curb.state.orders import Orders, adding
from curb.state.positions import Positions

_REFUSALS = {
    None: Input.REFUSE,
    Why.ACCOUNT: Input.BAR,
    Why.MARKET: Input.BLOCK,
    Why.ORDER: Input.REJECT,
    Why.BUDGET: Input.HOLD,
}


@dataclass(slots=True)
class _Cancel:
    request_id: int
    ended_at: datetime | None = None
    barred_until: datetime | None = None  # the account may not cancel over the API


class Closing:
    """The contracts of an account that have to come down, each on its own way."""

    def __init__(self, account_id: int, ids: Iterator[int]) -> None:
        self._account_id = account_id
        self._ids = ids
        self._pursuits: dict[str, Pursuit] = {}
        self._cancels: dict[int, _Cancel] = {}
        self._barred_since: datetime | None = None  # since when no order may be cancelled

    def __iter__(self) -> Iterator[Pursuit]:
        return iter(self._pursuits.values())

    def get(self, contract_id: str) -> Pursuit | None:
        """Return the contract's pursuit."""
        return self._pursuits.get(contract_id)

    def want(self, contract_id: str, keep: int, now: datetime) -> None:
        """Bring a contract down to `keep`; of two targets the one nearer to flat counts."""
        known = self._pursuits.get(contract_id)
        if known is None:
            self._pursuits[contract_id] = Pursuit(contract_id, keep, now)
        elif not flatten.is_within(known.keep, keep):
            fresh = known.phase in (Phase.SEEN, Phase.ACKED, Phase.DONE)
            phase = Phase.WANTED if fresh else known.phase
            target = keep if known.keep * keep > 0 else 0
            self._pursuits[contract_id] = replace(
                known, keep=target, phase=phase, since=now if fresh else known.since, met_at=None
            )

    def is_closing(self, contract_id: str) -> bool:
        """Tell whether a close of ours is in flight or was just answered."""
        pursuit = self._pursuits.get(contract_id)
        return pursuit is not None and pursuit.phase in (Phase.SENT, Phase.ACKED)

    def drive(
        self,
        positions: Positions,
        orders: Orders,
        now: datetime,
        *,
        only: Iterable[str] | None = None,
        may_offset: bool = False,
    ) -> list[Request]:
        """Return the closes and cancels, of these contracts `only`, that have to go out now.

        With `may_offset` a close that is turned down again and again gives way to an order
        against the position, once.
        """
        requests: list[Request] = []
        for contract_id in list(self._pursuits) if only is None else only:
            size = positions.size(contract_id)
            pursuit = flatten.told(self._pursuits[contract_id], size, now)
            self._pursuits[pursuit.contract_id] = pursuit
            if pursuit.is_due(now):
                if flatten.is_within(size, pursuit.keep):
                    until = self._barred_until(pursuit, size, orders, now)
                    moved = flatten.rested(pursuit, size, now, barred_until=until)
                    self._pursuits[pursuit.contract_id] = moved
                else:
                    is_last = may_offset and _is_offset_due(pursuit, size, positions, orders)
                    requests += self._close(pursuit, size, orders, now, is_last_way=is_last)
            requests += self._cancel(self._pursuits[pursuit.contract_id], size, orders)
        return requests

    def ended(self, event: RequestEnded, now: datetime) -> bool:
        """Take in what became of a close or a cancel. Return whether it was ours."""
        for pursuit in self._pursuits.values():
            if pursuit.request_id == event.request_id:
                moved = flatten.answered(pursuit, _answer(event, pursuit), now)
                self._pursuits[pursuit.contract_id] = moved
                if event.outcome is Outcome.DONE:
                    self._pursuits = {
                        contract_id: flatten.freed(each, now)
                        for contract_id, each in self._pursuits.items()
                    }
                return True
        for cancel in self._cancels.values():
            if cancel.request_id == event.request_id:
                cancel.ended_at = now
                if event.why is Why.ACCOUNT:
                    self._barred_since = self._barred_since or now
                    cancel.barred_until = now + flatten.bar(self._barred_since, now)
                elif event.outcome is Outcome.DONE:
                    self._barred_since = None
                return True
        return False

    def read(self, event: AccountRead, now: datetime) -> None:
        """Hold the pursuits against what a read shows; an absent list shows nothing."""
        if event.positions is None or event.orders is None:
            return
        sizes = {position.contract_id: position.size for position in event.positions}
        for pursuit in list(self._pursuits.values()):
            size = sizes.get(pursuit.contract_id, 0)
            orders = [o for o in event.orders if o.contract_id == pursuit.contract_id]
            is_met = flatten.is_within(size, pursuit.keep) and not adding(size, orders)
            self._pursuits[pursuit.contract_id] = flatten.read(
                pursuit, is_met=is_met, began_at=event.began_at, now=now
            )
        for order_id, cancel in list(self._cancels.items()):
            is_seen = cancel.ended_at is not None and cancel.ended_at <= event.began_at
            if is_seen and (cancel.barred_until is None or cancel.barred_until <= now):
                del self._cancels[order_id]  # gone, or to be cancelled again

    def take_done(self) -> tuple[Pursuit, ...]:
        """Remove and return the pursuits whose target two reads have shown."""
        done = tuple(pursuit for pursuit in self._pursuits.values() if pursuit.is_done)
        for pursuit in done:
            del self._pursuits[pursuit.contract_id]
        return done

    def next_read(self) -> datetime | None:
        """Return from when on the pursuits want a read, the soonest."""
        wishes = (flatten.next_read(pursuit) for pursuit in self._pursuits.values())
        return min((at for at in wishes if at is not None), default=None)

    def passes(self, contract_ids: set[str]) -> int:
        """Return how often one of the contracts was found open after a close."""
        mine = (p.passes for p in self._pursuits.values() if p.contract_id in contract_ids)
        return max(mine, default=0)

    def deadline(self) -> datetime | None:
        """Return when the next close may go out."""
        waits = (p.next_at for p in self._pursuits.values() if p.phase is Phase.WANTED)
        return min((at for at in waits if at is not None), default=None)

    def _close(
        self, pursuit: Pursuit, size: int, orders: Orders, now: datetime, *, is_last_way: bool
    ) -> list[Request]:
        left = next((o for o in orders.of(pursuit.contract_id) if is_offset(o)), None)
        if left is not None:
            # It may still fill: a close beside it could turn the position round.
            moved = flatten.rested(pursuit, size, now)
            self._pursuits[pursuit.contract_id] = moved
            return self._cancel_order(left)
        request_id, contract_id = next(self._ids), pursuit.contract_id
        moved = flatten.sent(pursuit, request_id, size, now, is_offset=is_last_way)
        self._pursuits[contract_id] = moved
        excess = abs(size) - (abs(pursuit.keep) if size * pursuit.keep > 0 else 0)
        if is_last_way:
            side, tag = Side.SELL if size > 0 else Side.BUY, new_tag(now, request_id)
            return [OffsetPosition(request_id, self._account_id, contract_id, side, excess, tag)]
        if excess < abs(size):
            return [ReduceContract(request_id, self._account_id, contract_id, excess)]
        return [CloseContract(request_id, self._account_id, contract_id)]

    def _cancel(self, pursuit: Pursuit, size: int, orders: Orders) -> list[Request]:
        # Until the close is acknowledged the stops stay: if we die now, they are the parachute.
        is_acked = pursuit.phase in (Phase.ACKED, Phase.SEEN, Phase.DONE)
        room = pursuit.keep if is_acked and not flatten.is_within(size, pursuit.keep) else size
        excess: tuple[Order, ...] = adding(room, orders.of(pursuit.contract_id))
        requests: list[Request] = []
        for order in excess:
            if not _is_own(order, pursuit):
                requests += self._cancel_order(order)
        return requests

    def _cancel_order(self, order: Order) -> list[Request]:
        if order.id in self._cancels:
            return []
        request = CancelOrder(next(self._ids), self._account_id, order.id)
        self._cancels[order.id] = _Cancel(request.request_id)
        return [request]

    def _barred_until(
        self, pursuit: Pursuit, size: int, orders: Orders, now: datetime
    ) -> datetime | None:
        """Return until when none of the orders that are left may be cancelled, None: some may."""
        left = adding(size, orders.of(pursuit.contract_id))
        cancels = [self._cancels.get(order.id) for order in left]
        ends = [cancel.barred_until for cancel in cancels if cancel and cancel.barred_until]
        soonest = min(ends, default=now)
        return soonest if len(ends) == len(left) and soonest > now else None


def _answer(event: RequestEnded, pursuit: Pursuit) -> Input:
    if event.outcome is not Outcome.REFUSED:
        return Input.ACK if event.outcome is Outcome.DONE else Input.LOSE
    if event.why is Why.ACCOUNT and pursuit.keep:
        # Closing a part may be all that the account may not do: there is another way.
        return Input.BAR if pursuit.rejections >= flatten.REJECTIONS else Input.REJECT
    return _REFUSALS[event.why]


def _is_offset_due(pursuit: Pursuit, size: int, positions: Positions, orders: Orders) -> bool:
    """Tell whether an order against the position may go out: all is known, nothing is on its way.

    The read that made the close due again was begun after the last one was turned down.
    """
    if not pursuit.is_rejected:
        return False
    is_sure = positions.by_fills(pursuit.contract_id) == size == pursuit.exposure
    return is_sure and not any(map(_is_market, orders.of(pursuit.contract_id)))


def _is_market(order: Order) -> bool:
    return order.type is OrderType.MARKET


def _is_own(order: Order, pursuit: Pursuit) -> bool:
    """Tell whether a market order may be our close on its way: the gateway gives it no name."""
    if pursuit.phase not in (Phase.SENT, Phase.ACKED, Phase.DOUBT) or pursuit.exposure is None:
        return False
    return order.type is OrderType.MARKET and order.side.value * pursuit.exposure < 0
