"""All pursuits of one account: what to close, what to cancel, what to look at."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from curb.domain.actions import CancelOrder, CloseContract, ReduceContract, Request
from curb.domain.book import Order, OrderType
from curb.domain.events import AccountRead, Outcome, RequestEnded
from curb.engine import flatten
from curb.engine.flatten import Input, Phase, Pursuit
from curb.state.orders import Orders, adding
from curb.state.positions import Positions

_ANSWERS = {
    Outcome.DONE: Input.ACK,
    Outcome.REFUSED: Input.REFUSE,
    Outcome.UNKNOWN: Input.LOSE,
}


@dataclass(slots=True)
class _Cancel:
    request_id: int
    ended_at: datetime | None = None


class Closing:
    """The contracts of an account that have to come down, each on its own way."""

    def __init__(self, account_id: int, ids: Iterator[int]) -> None:
        self._account_id = account_id
        self._ids = ids
        self._pursuits: dict[str, Pursuit] = {}
        self._cancels: dict[int, _Cancel] = {}

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

    def drive(self, positions: Positions, orders: Orders, now: datetime) -> list[Request]:
        """Return the closes and cancels that have to go out now."""
        requests: list[Request] = []
        for known in list(self._pursuits.values()):
            size = positions.size(known.contract_id)
            pursuit = flatten.told(known, size, now)
            self._pursuits[pursuit.contract_id] = pursuit
            if pursuit.is_due(now):
                if flatten.is_within(size, pursuit.keep):
                    # Nothing to close, perhaps orders to cancel: the reads will tell.
                    moved = replace(pursuit, phase=Phase.ACKED, since=now, low=size)
                    self._pursuits[pursuit.contract_id] = moved
                else:
                    requests.append(self._close(pursuit, size, now))
            requests += self._cancel(self._pursuits[pursuit.contract_id], size, orders)
        return requests

    def ended(self, event: RequestEnded, now: datetime) -> bool:
        """Take in what became of a close or a cancel. Return whether it was ours."""
        for pursuit in self._pursuits.values():
            if pursuit.request_id == event.request_id:
                moved = flatten.answered(pursuit, _ANSWERS[event.outcome], now)
                self._pursuits[pursuit.contract_id] = moved
                return True
        for cancel in self._cancels.values():
            if cancel.request_id == event.request_id:
                cancel.ended_at = now
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
            if cancel.ended_at is not None and cancel.ended_at <= event.began_at:
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

    def _close(self, pursuit: Pursuit, size: int, now: datetime) -> Request:
        request_id = next(self._ids)
        self._pursuits[pursuit.contract_id] = flatten.sent(pursuit, request_id, size, now)
        if size * pursuit.keep > 0:
            excess = abs(size) - abs(pursuit.keep)
            return ReduceContract(request_id, self._account_id, pursuit.contract_id, excess)
        return CloseContract(request_id, self._account_id, pursuit.contract_id)

    def _cancel(self, pursuit: Pursuit, size: int, orders: Orders) -> list[Request]:
        # Until the close is acknowledged the stops stay: if we die now, they are the parachute.
        is_acked = pursuit.phase not in (Phase.WANTED, Phase.SENT, Phase.DOUBT)
        room = pursuit.keep if is_acked and not flatten.is_within(size, pursuit.keep) else size
        excess: tuple[Order, ...] = adding(room, orders.of(pursuit.contract_id))
        requests: list[Request] = []
        for order in excess:
            if order.id not in self._cancels and not _is_own(order, pursuit):
                request = CancelOrder(next(self._ids), self._account_id, order.id)
                self._cancels[order.id] = _Cancel(request.request_id)
                requests.append(request)
        return requests


def _is_own(order: Order, pursuit: Pursuit) -> bool:
    """Tell whether a market order may be our close on its way: the gateway gives it no name."""
    if pursuit.phase not in (Phase.SENT, Phase.ACKED, Phase.DOUBT) or pursuit.exposure is None:
        return False
    return order.type is OrderType.MARKET and order.side.value * pursuit.exposure < 0
