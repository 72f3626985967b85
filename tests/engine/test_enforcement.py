"""What the audit keeps of the requests of a row."""

from dataclasses import replace

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    OffsetPosition,
    ReadAccount,
    ReduceContract,
    Request,
)
from curb.domain.audit import Act, AuditRow
from curb.domain.book import Side
from curb.domain.events import Outcome, RequestEnded
from curb.engine.enforcement import Enforcement, Enforcements, note_of
from curb.state.orders import Orders
from tests.scene import ACCOUNT, NOON, contract_id

MNQ = contract_id("MNQ")
ROW = AuditRow(1, NOON, 7, "PRAC-7", "RULE-001", Act.FLATTEN, "too many", success=None)


def waiting(*rows: AuditRow) -> Enforcements:
    found = Enforcements()
    for row in rows:
        found.open(Enforcement(row, NOON, {MNQ}, everything=True))
    return found


def test_every_request_has_its_words() -> None:
    requests: tuple[Request, ...] = (
        CloseContract(1, ACCOUNT.id, MNQ),
        ReduceContract(2, ACCOUNT.id, MNQ, 3),
        OffsetPosition(5, ACCOUNT.id, MNQ, Side.SELL, 3, "curb-close-5"),
        CancelOrder(3, ACCOUNT.id, 55),
        ReadAccount(4, ACCOUNT.id),
    )
    told = [note_of(request, Orders(), NOON) for request in requests]
    assert [(cid, note["request"]) for cid, note in told] == [
        (MNQ, "closeContract"),
        (MNQ, "partialCloseContract"),
        (MNQ, "place"),
        ("", "cancel"),  # an order that is not known any more
        ("", "read"),
    ]


def test_a_refusal_is_kept_with_code_and_words() -> None:
    found = waiting(ROW)
    found.sent(*note_of(CloseContract(1, ACCOUNT.id, MNQ), Orders(), NOON))
    found.ended(RequestEnded(1, Outcome.REFUSED, 12, 5, "market closed"))
    found.done(MNQ, NOON)
    (row,) = found.take_finished(NOON)
    (note,) = row.details["requests"]
    assert (note["outcome"], note["code"], note["words"]) == ("refused", 5, "market closed")


def test_a_closed_row_does_not_change_any_more() -> None:
    found = waiting(ROW)
    found.sent(*note_of(CloseContract(1, ACCOUNT.id, MNQ), Orders(), NOON))
    found.open(Enforcement(replace(ROW, id=2), NOON, {MNQ, "another"}, everything=True))
    found.done(MNQ, NOON)
    (row,) = found.take_finished(NOON)
    found.ended(RequestEnded(1, Outcome.DONE, 12))
    assert "outcome" not in row.details["requests"][0]
