from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.audit import Act
from curb.store.values import (
    audit_time_text,
    details_text,
    optional_amount,
    optional_micros,
    price_text,
    time_of,
    time_text,
)

AWARE = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001 - hypothesis wants bounds without zone
    timezones=st.sampled_from([UTC, ZoneInfo("America/Chicago"), timezone(timedelta(hours=5))]),
)


@given(AWARE)
def test_a_time_comes_back_exactly_and_as_utc(at: datetime) -> None:
    back = time_of(time_text(at))
    assert back == at.astimezone(UTC)  # a wall time that never was equals none
    assert back.tzinfo is UTC


@given(AWARE, AWARE)
def test_text_order_is_time_order(one: datetime, other: datetime) -> None:
    one_utc, other_utc = one.astimezone(UTC), other.astimezone(UTC)
    assert (time_text(one) < time_text(other)) == (one_utc < other_utc)
    assert len(time_text(one)) == len(time_text(other))


def test_the_audit_keeps_milliseconds() -> None:
    at = datetime(2026, 11, 20, 9, 30, 0, 123456, tzinfo=ZoneInfo("America/Chicago"))
    assert audit_time_text(at) == "2026-11-20T15:30:00.123+00:00"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a time with a zone"):
        time_text(datetime(2026, 11, 20))  # noqa: DTZ001 - the wrong value


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_price_comes_back_exactly(price: Decimal) -> None:
    assert Decimal(price_text(price)) == price


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (Decimal("21330.00"), "21330.00"),
        (Decimal("1E+2"), "100"),
        (Decimal("-37.63"), "-37.63"),
        (Decimal("0.0000005"), "0.0000005"),
    ],
)
def test_a_price_is_plain_text(price: Decimal, text: str) -> None:
    assert price_text(price) == text


@pytest.mark.parametrize("price", [Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_price_is_refused(price: Decimal) -> None:
    with pytest.raises(ValueError, match="expected a price"):
        price_text(price)


@given(st.integers(-(2**63), 2**63 - 1))
def test_micro_dollars_come_back_exactly(micros: int) -> None:
    assert optional_micros(optional_amount(micros)) == micros


def test_unknown_money_stays_unknown() -> None:
    assert optional_micros(None) is None
    assert optional_amount(None) is None


def test_details_hold_what_json_does_not_know_as_text() -> None:
    details = {
        "loss": Decimal("512.50"),
        "at": datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
        "day": date(2026, 11, 20),
        "act": Act.LOCK,
        "n": [1, None, True],
    }
    assert details_text(details) == (
        '{"loss":"512.50","at":"2026-11-20T15:30:00.000+00:00","day":"2026-11-20",'
        '"act":"Act.LOCK","n":[1,null,true]}'
    )


def test_details_never_hold_a_number_that_json_cannot() -> None:
    with pytest.raises(ValueError, match="JSON"):
        details_text({"loss": float("nan")})
