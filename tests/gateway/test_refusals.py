"""The same number means another thing at each endpoint."""

from enum import IntEnum

import pytest

from curb.domain.events import Why
from curb.gateway.refusals import why
from curb.wire.codes import CancelCode, CloseCode, ModifyCode, PartialCloseCode, PlaceCode


@pytest.mark.parametrize(
    ("codes", "code", "words", "expected"),
    [
        (CloseCode, 8, "AccountRejected (8)", Why.ACCOUNT),
        (PartialCloseCode, 9, "AccountRejected (9): Live accounts not supported", Why.ACCOUNT),
        (CancelCode, 6, "AccountRejected (6): Follower accounts cannot cancel", Why.ACCOUNT),
        (ModifyCode, 6, "AccountRejected (6)", Why.ACCOUNT),
        (PlaceCode, 10, "AccountRejected (10)", Why.ACCOUNT),
        (PlaceCode, 4, "AccountViolation (4)", Why.ACCOUNT),
        (CloseCode, 4, "ContractNotActive (4)", Why.MARKET),
        (CloseCode, 5, "OrderRejected (5): outside of trading hours.", Why.MARKET),
        (CloseCode, 5, "OrderRejected (5): not in an active trading status.", Why.MARKET),
        (PlaceCode, 5, "OutsideTradingHours (5)", Why.MARKET),
        (PartialCloseCode, 6, "OrderRejected (6)", Why.MARKET),
        (PartialCloseCode, 6, "OrderRejected (6): Price out of range.", Why.ORDER),
        (CloseCode, 5, "OrderRejected (5)", Why.ORDER),
        (PlaceCode, 2, "OrderRejected (2): Invalid size.", Why.ORDER),
        (CloseCode, 2, "PositionNotFound (2)", None),
        (CancelCode, 3, "Rejected (3)", None),
        (CloseCode, None, "the gateway answered HTTP 403", None),
    ],
)
def test_what_a_refusal_says_of_what_may_be_tried_next(
    codes: type[IntEnum], code: int | None, words: str, expected: Why | None
) -> None:
    assert why(code, codes, words) is expected
