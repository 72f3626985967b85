from datetime import UTC, datetime
from decimal import Decimal

import pytest

from curb.paper import bodies


def test_numbers_stay_exact_and_names_ignore_case() -> None:
    raw = b'{"AccountID":1,"contractId":"x","type":1,"side":0,"size":2,"LIMITPRICE":0.015625}'
    body = bodies.parse(bodies.OrderPlace, raw)
    assert (body.account_id, body.limit_price) == (1, Decimal("0.015625"))


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"anything":1}'])
def test_nothing_asked_is_nothing_or_an_empty_object(raw: bytes) -> None:
    assert bodies.parse(bodies.Empty, raw) == bodies.Empty()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-20T15:00:00Z", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        ("2026-11-20T15:00:00.1234567+00:00", datetime(2026, 11, 20, 15, 0, 0, 123456, UTC)),
        ("2026-11-20T15:00:00", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        ("2026-11-20T09:00:00-06:00", datetime(2026, 11, 20, 15, tzinfo=UTC)),
    ],
)
def test_times_are_aware(text: str, at: datetime) -> None:
    raw = f'{{"accountId":1,"startTimestamp":"{text}"}}'.encode()
    assert bodies.parse(bodies.Since, raw).start_timestamp == at


@pytest.mark.parametrize(
    "price", ["1e400", '"NaN"', '"Infinity"', "1e30", "0.0000000000001", "[]", '"x"']
)
def test_a_price_that_no_market_has_is_refused(price: str) -> None:
    raw = f'{{"accountId":1,"orderId":2,"limitPrice":{price}}}'.encode()
    with pytest.raises(ValueError, match=r".+"):
        bodies.parse(bodies.OrderModify, raw)


def test_a_key_is_not_shown() -> None:
    body = bodies.parse(bodies.LoginKey, b'{"userName":"me","apiKey":"CANARY"}')
    assert "CANARY" not in repr(body)
