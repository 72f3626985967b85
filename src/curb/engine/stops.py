"""The protective stops of one account (RULE-012): what may go out now, and what came of it.

Tightening waits for its second and for locks. What takes cover away where there is nothing
left to cover never waits: a stop that is larger than the position would open another one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from curb.domain.actions import (
    Action,
    CancelOrder,
    MoveStop,
    PlaceStop,
    SaveAudit,
    SaveStopChange,
)
from curb.domain.audit import Act, AuditRow
from curb.domain.book import Order, OrderStatus, Side
from curb.domain.decisions import StopMove
from curb.domain.events import (
    AccountRead,
    Event,
    OrderSeen,
    Outcome,
    RequestEnded,
    Restored,
    TimePassed,
)
from curb.domain.stops import StopChange, is_own, new_tag
from curb.engine.clerk import Clerk
from curb.engine.closing import Closing
from curb.engine.cover import excess
from curb.engine.enforcement import note_of
from curb.engine.unbooked import SETTLE, Unbooked
from curb.state.account import AccountState
from curb.state.orders import Orders

# One change a second per order; after refusals twice as long each time, up to a minute.
EVERY = timedelta(seconds=1)
_DOUBLINGS = 6

StopRequest = PlaceStop | MoveStop | CancelOrder


@dataclass(slots=True)
class _Flight:
    """A request under way, and the row that waits for what the venue shows of it."""

    request: StopRequest
    row: AuditRow
    note: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome | None = None
    ended_at: datetime | None = None
    is_shown: bool | None = None  # whether it came about, None while the venue has not told
    shown_at: datetime | None = None


class Stops:
    """The stops that an account's rule wants elsewhere; one request a contract at a time."""

    def __init__(self, account_id: int, ids: Iterator[int], clerk: Clerk) -> None:
        self._account_id = account_id
        self._ids = ids
        self._clerk = clerk
        self._wishes: list[tuple[StopMove, Event]] = []
        self._flights: dict[str, _Flight] = {}
        self._changed: dict[str | int, datetime] = {}  # by contract and by order
        self._refused: dict[str, int] = {}
        self._due: dict[str, datetime] = {}
        self._look_at: datetime | None = None
        self._rows: list[AuditRow] = []
        self._unbooked = Unbooked()

    def restore(self, event: Restored) -> None:
        """Take in when stops were last changed before a restart."""
        for change in event.stop_changes:
            if change.account_id == self._account_id:
                self._changed[change.contract_id] = change.at

    def resume(self, row: AuditRow, now: datetime) -> bool:
        """Wait again for the result of a change that a restart cut off; False: not ours."""
        stop = row.details.get("stop")
        if stop is None:
            return False
        request = _request_of(stop, self._account_id)
        self._flights[stop["contract"]] = _Flight(
            request, row, outcome=Outcome.UNKNOWN, ended_at=now
        )
        return True

    def want(self, move: StopMove, event: Event) -> None:
        """Ask for a change; one that may not go out now has to be asked for again."""
        self._wishes.append((move, event))

    def ended(self, event: RequestEnded, now: datetime) -> bool:
        """Take in what became of a request. Return whether it was ours."""
        for contract_id, flight in list(self._flights.items()):
            if flight.request.request_id != event.request_id:
                continue
            flight.outcome, flight.ended_at = event.outcome, now
            flight.note |= {"outcome": event.outcome.value, "latency_ms": event.latency_ms}
            if event.outcome is not Outcome.DONE:
                flight.note |= {"code": event.code, "words": event.words}
            is_refused = event.outcome is Outcome.REFUSED
            if is_refused and not isinstance(flight.request, CancelOrder):
                flight.is_shown = False
                self._look_at = now  # perhaps the order is no longer what we know of it
            if flight.is_shown is not None:
                self._finish(contract_id, now)
            return True
        return False

    def told(self, event: Event, state: AccountState, now: datetime) -> None:
        """Hold the requests under way against what the venue just told."""
        orders = state.orders
        self._unbooked.told(event, state, now)
        if isinstance(event, TimePassed):
            self._due = {key: at for key, at in self._due.items() if at > now}
        read_at = None
        if isinstance(event, AccountRead) and event.orders is not None:
            read_at = event.began_at
        if read_at is not None and self._look_at is not None and read_at >= self._look_at:
            self._look_at = None
        if orders.read_at is None:
            return  # after a restart nothing is gone only because nothing was told yet
        for contract_id, flight in list(self._flights.items()):
            shown = _shown(flight.request, orders)
            if isinstance(event, OrderSeen) and _is_of(event.order, flight.request):
                shown = _ended_as_asked(event.order, flight.request, shown=shown)
            elif shown is None and _is_settled(flight, read_at):
                shown = False
            if shown is not None and flight.is_shown is None:
                flight.is_shown, flight.shown_at = shown, now
            if flight.is_shown is not None and flight.outcome is not None:
                self._finish(contract_id, now)

    def drive(self, state: AccountState, closing: Closing, now: datetime) -> list[Action]:
        """Return the requests that may go out now, and what has to be kept of all."""
        wishes, self._wishes = self._wishes, []
        actions: list[Action] = [SaveAudit(row) for row in self._rows]
        self._rows = []
        if state.positions.is_known:
            wanted = {move.order_id for move, _ in wishes}
            trims = (m for m in excess(state) if m.order_id not in wanted)
            for move, event in (*wishes, *((trim, TimePassed()) for trim in trims)):
                actions += self._try(move, event, state, closing, now)
            self._forgive(state)
        return actions

    def is_idle(self, state: AccountState) -> bool:
        """Tell whether nothing is under way, waits or has to be taken from a stop."""
        return not (self._flights or self._due or excess(state))

    def next_read(self) -> datetime | None:
        """Return from when on a read is wanted, the soonest."""
        wishes = [f.ended_at + SETTLE for f in self._flights.values() if f.ended_at is not None]
        wishes += [at for at in (self._look_at, self._unbooked.next_read()) if at is not None]
        return min(wishes, default=None)

    def deadline(self) -> datetime | None:
        """Return when the rule has to be asked again."""
        return min(self._due.values(), default=None)

    def _try(
        self, move: StopMove, event: Event, state: AccountState, closing: Closing, now: datetime
    ) -> list[Action]:
        contract_id = move.contract_id
        if contract_id in self._flights or closing.get(contract_id) is not None:
            return []
        order = next((o for o in state.orders if o.id == move.order_id), None)
        is_less = order is not None and move.size is not None and move.size < order.remaining
        if not is_less and self._is_forbidden(state, contract_id):
            return []
        at = self._ready_at(move, is_less=is_less)
        if at is not None and at > now:
            self._due[contract_id] = min(at, self._due.get(contract_id, at))
            return []
        return self._send(move, order, state.orders, event, now)

    def _is_forbidden(self, state: AccountState, contract_id: str) -> bool:
        """Tell whether nothing may be placed or tightened."""
        if state.account.can_trade is False or self._unbooked.holds(contract_id):
            return True
        return state.lockouts.lockout(state.market.contracts.symbol(contract_id)) is not None

    def _ready_at(self, move: StopMove, *, is_less: bool) -> datetime | None:
        keys = (move.contract_id, move.order_id or 0)
        changes = [at for key in keys if (at := self._changed.get(key)) is not None]
        refusals = self._refused.get(move.contract_id, 0)
        if not changes or (is_less and not refusals):
            return None
        return max(changes) + EVERY * (1 << min(refusals, _DOUBLINGS))

    def _send(
        self, move: StopMove, order: Order | None, orders: Orders, event: Event, now: datetime
    ) -> list[Action]:
        request, act = self._request(move, order, now)
        details = move.numbers | {"stop": _stop_of(move, request)}
        row = self._clerk.row(
            move.rule, act, move.reason, now, symbol=move.symbol, details=details, event=event
        )
        _, note = note_of(request, orders, now)
        self._flights[move.contract_id] = _Flight(request, row, note)
        recent = now - EVERY * (1 << _DOUBLINGS)
        self._changed = {key: at for key, at in self._changed.items() if at > recent}
        # A new order has no number yet: until it is told, its contract stands for it.
        self._changed[move.order_id or move.contract_id] = now
        change = StopChange(self._account_id, move.contract_id, now)
        return [SaveAudit(row), SaveStopChange(change), request]

    def _request(
        self, move: StopMove, order: Order | None, now: datetime
    ) -> tuple[StopRequest, Act]:
        number, account = next(self._ids), self._account_id
        if move.order_id is None:
            tag = new_tag(now, number)
            size = move.size or 0
            stop = PlaceStop(number, account, move.contract_id, move.side, size, move.price, tag)
            return stop, Act.PLACE_STOP
        if move.size == 0:
            return CancelOrder(number, account, move.order_id), Act.CANCEL_ORDERS
        # The venue counts what is filled already.
        filled = order.filled if order is not None else 0
        total = None if move.size is None else move.size + filled
        return MoveStop(number, account, move.order_id, total, move.price), Act.MOVE_STOP

    def _finish(self, contract_id: str, now: datetime) -> None:
        flight = self._flights.pop(contract_id)
        took = (flight.shown_at or now) - flight.row.at
        self._rows.append(
            replace(
                flight.row,
                success=flight.is_shown,
                execution_time_ms=round(took.total_seconds() * 1000),
                details=flight.row.details | {"requests": [flight.note] if flight.note else []},
            )
        )
        if flight.is_shown:
            self._refused.pop(contract_id, None)
        else:
            self._refused[contract_id] = self._refused.get(contract_id, 0) + 1
        self._due[contract_id] = now

    def _forgive(self, state: AccountState) -> None:
        """Let a new position begin without the refusals of the one before."""
        for contract_id in list(self._refused):
            is_flat = not state.positions.size(contract_id)
            if is_flat and not any(map(is_own, state.orders.of(contract_id))):
                del self._refused[contract_id]


def _is_of(order: Order, request: StopRequest) -> bool:
    if isinstance(request, PlaceStop):
        return order.tag == request.tag
    return order.id == request.order_id


def _shown(request: StopRequest, orders: Orders) -> bool | None:
    """Return True where the working orders are as the request wanted them."""
    found = next((order for order in orders if _is_of(order, request)), None)
    if isinstance(request, CancelOrder):
        return True if found is None else None
    if found is None or found.stop_price != request.price:
        return None
    return True if request.size in (None, found.size) else None


def _ended_as_asked(order: Order, request: StopRequest, *, shown: bool | None) -> bool | None:
    """Return what an order's own event tells: a stop that was filled has done its work."""
    if not order.status.is_final:
        return shown
    return isinstance(request, CancelOrder) or order.status is OrderStatus.FILLED


def _is_settled(flight: _Flight, read_at: datetime | None) -> bool:
    if read_at is None or flight.ended_at is None:
        return False
    return read_at >= flight.ended_at + SETTLE


def _stop_of(move: StopMove, request: StopRequest) -> dict[str, Any]:
    """Return what a restart needs to look for the result."""
    return {
        "contract": move.contract_id,
        "order": move.order_id,
        "tag": request.tag if isinstance(request, PlaceStop) else None,
        "side": move.side.name,
        "size": 0 if isinstance(request, CancelOrder) else request.size,
        "price": str(move.price),
    }


def _request_of(stop: dict[str, Any], account_id: int) -> StopRequest:
    price, order_id, size = Decimal(stop["price"]), stop["order"], stop["size"]
    if order_id is None:
        side = Side[stop["side"]]
        return PlaceStop(0, account_id, stop["contract"], side, size, price, stop["tag"])
    if size == 0:
        return CancelOrder(0, account_id, order_id)
    return MoveStop(0, account_id, order_id, size, price)
