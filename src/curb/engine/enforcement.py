"""Audit rows whose outcome is still open, and the contracts that each waits for."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, assert_never

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    MoveStop,
    OffsetPosition,
    PlaceStop,
    ReadAccount,
    ReduceContract,
    Request,
)
from curb.domain.audit import Act, AuditRow
from curb.domain.events import RequestEnded
from curb.state.orders import Orders


@dataclass(slots=True)
class Enforcement:
    """One open row: it closes when every contract it waits for was read at its target."""

    row: AuditRow
    began_at: datetime
    waiting: set[str]
    everything: bool
    requests: list[dict[str, Any]] = field(default_factory=list)
    met_at: datetime | None = None
    passes: int = 0  # looks that found more to close than had been asked for


class Enforcements:
    """The open rows of one account, by id."""

    def __init__(self) -> None:
        self._open: dict[int, Enforcement] = {}

    def __iter__(self) -> Iterator[Enforcement]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def open(self, enforcement: Enforcement) -> None:
        """Begin to wait; a close already in flight for the same contract counts here too."""
        for known in self._open.values():
            enforcement.requests += [
                note
                for note in known.requests
                if note["contract"] in enforcement.waiting
                and "outcome" not in note
                and note not in enforcement.requests
            ]
        self._open[enforcement.row.id] = enforcement

    def covers(self, rule: str, contract_ids: set[str]) -> bool:
        """Tell whether an open row of the rule already waits for all of these contracts."""
        return any(e.row.rule == rule and contract_ids <= e.waiting for e in self._open.values())

    def is_said(self, rule: str, contract_id: str, act: Act) -> bool:
        """Tell whether an open row of the rule already says this, or more, of the contract."""
        mine = [e for e in self._open.values() if e.row.rule == rule and contract_id in e.waiting]
        if act is Act.CANCEL_ORDERS:
            return bool(mine)
        return any(e.row.action is not Act.CANCEL_ORDERS for e in mine)

    def sent(self, contract_id: str, note: dict[str, Any]) -> None:
        """Note a request under every row that waits for its contract."""
        for enforcement in self._open.values():
            if contract_id in enforcement.waiting:
                enforcement.requests.append(note)

    def ended(self, event: RequestEnded) -> None:
        """Note what became of a request."""
        for enforcement in self._open.values():
            for note in enforcement.requests:
                if note["id"] == event.request_id:
                    note["outcome"] = event.outcome.value
                    note["latency_ms"] = event.latency_ms
                    if event.code:
                        note["code"] = event.code
                        note["words"] = event.words

    def done(self, contract_id: str, met_at: datetime) -> None:
        """Note that a contract was read at its target."""
        for enforcement in self._open.values():
            if contract_id in enforcement.waiting:
                enforcement.waiting.discard(contract_id)
                enforcement.met_at = max(enforcement.met_at or met_at, met_at)

    def take_finished(self, now: datetime) -> tuple[AuditRow, ...]:
        """Remove and return the rows whose result was seen."""
        finished = [e for e in self._open.values() if not e.waiting]
        for enforcement in finished:
            del self._open[enforcement.row.id]
        return tuple(closed(enforcement, now) for enforcement in finished)

    def widen(self, contract_ids: set[str]) -> None:
        """Let the rows that close everything wait for these contracts too."""
        for enforcement in self._open.values():
            if enforcement.everything and enforcement.waiting:
                enforcement.passes += not contract_ids <= enforcement.waiting
                enforcement.waiting |= contract_ids

    def wants_everything(self) -> bool:
        """Tell whether an open row closes everything, and still waits."""
        for enforcement in self._open.values():
            if enforcement.everything and enforcement.waiting:
                return True
        return False

    def oldest(self) -> Enforcement | None:
        """Return the row that has waited longest."""
        return min(self, key=lambda e: e.began_at, default=None)


def note_of(request: Request, orders: Orders, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return the contract of a request and the note that the audit keeps of it."""
    note: dict[str, Any] = {"id": request.request_id}
    contract_id = ""
    match request:
        case CloseContract(contract_id=contract_id):
            note["request"] = "closeContract"
        case ReduceContract(contract_id=contract_id, size=size):
            note |= {"request": "partialCloseContract", "size": size}
        case OffsetPosition(contract_id=contract_id, size=size, tag=tag):
            note |= {"request": "place", "size": size, "tag": tag}
        case CancelOrder(order_id=order_id):
            found = (order.contract_id for order in orders if order.id == order_id)
            contract_id = next(found, "")
            note |= {"request": "cancel", "order": order_id}
        case PlaceStop(contract_id=contract_id, tag=tag):
            note |= {"request": "place", "tag": tag}
        case MoveStop(order_id=order_id):
            found = (order.contract_id for order in orders if order.id == order_id)
            contract_id = next(found, "")
            note |= {"request": "modify", "order": order_id}
        case ReadAccount():
            note["request"] = "read"
        case _:
            assert_never(request)
    note |= {"contract": contract_id, "sent_at": now.isoformat(timespec="milliseconds")}
    return contract_id, note


def closed(enforcement: Enforcement, now: datetime) -> AuditRow:
    """Return the row with its outcome."""
    row = enforcement.row
    was_sent = bool(enforcement.requests)
    took = (enforcement.met_at or now) - enforcement.began_at
    waited_for = bool(row.details.get("targets"))
    return replace(
        row,
        success=enforcement.met_at is not None or not waited_for,
        execution_time_ms=round(took.total_seconds() * 1000) if was_sent else None,
        details=row.details | {"requests": [dict(note) for note in enforcement.requests]},
    )
