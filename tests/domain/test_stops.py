"""The names of Curb's own stops."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from curb.domain.book import Order, OrderStatus, OrderType, Side
from curb.domain.stops import StopChange, is_own, new_tag
from curb.domain.text import safe_text

AT = datetime(2026, 11, 18, 18, 0, 0, 250, tzinfo=UTC)
ORDER = Order(5, 7, "CON.F.US.MNQ.Z26", Side.SELL, OrderType.STOP, OrderStatus.OPEN, 1)


@pytest.mark.parametrize(
    ("tag", "is_ours"),
    [
        (new_tag(AT, 12), True),
        ("mine", False),
        ("my curb-stop-1", False),
        ("", False),
        (None, False),
    ],
)
def test_the_name_tells_whose_a_stop_is(tag: str | None, is_ours: bool) -> None:
    assert is_own(replace(ORDER, tag=tag)) is is_ours


def test_no_two_stops_have_the_same_name() -> None:
    later = AT + timedelta(microseconds=1)
    assert len({new_tag(AT, 1), new_tag(AT, 2), new_tag(later, 1), new_tag(later, 2)}) == 4


def test_a_name_reaches_us_as_it_was_sent() -> None:
    tag = new_tag(AT, 10**12)
    assert safe_text(tag) == tag


def test_each_contract_of_an_account_has_one_last_change() -> None:
    changes = [
        StopChange(account, contract_id, AT)
        for account in (7, 8)
        for contract_id in ("CON.F.US.MNQ.Z26", "CON.F.US.MNQ.H27")
    ]
    assert len({change.key for change in changes}) == 4
    assert replace(changes[0], at=AT + timedelta(seconds=1)).key == changes[0].key
