"""What is read at once is read as the model reads it: any value in any field."""

from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from curb.gateway.bodies import OrderRow, PositionRow, Row, TradeRow
from curb.gateway.counters import Counters
from curb.gateway.plain import Plain, PlainOrder, PlainPosition, PlainTrade
from curb.wire import exact

PAIRS = [(PositionRow, PlainPosition), (OrderRow, PlainOrder), (TradeRow, PlainTrade)]

RECORD: dict[str, Any] = {
    "id": 1,
    "accountId": 7,
    "contractId": "CON.F.US.MNQ.Z26",
    "orderId": 3,
    "side": 0,
    "size": 2,
    "type": 1,
    "status": 1,
    "fillVolume": 0,
    "limitPrice": None,
    "stopPrice": Decimal("21000.25"),
    "trailPrice": None,
    "filledPrice": None,
    "averagePrice": Decimal("21000.25"),
    "price": Decimal("21000.25"),
    "profitAndLoss": None,
    "fees": Decimal("0.37"),
    "commissions": 0,
    "voided": False,
    "creationTimestamp": "2026-11-18T18:00:00.1234567+00:00",
    "updateTimestamp": "2026-11-18T18:00:00Z",
    "customTag": "mine",
    "parentOrderId": None,
}

# As JSON, so that each is what a gateway can send.
VALUES = """
null true false 0 1 -1 5 2.0 2.5 -0.0 999999 1000000 -1000000 9223372036854775807
9223372036854775808 12345678901234567890123 1e11 1e12 1e63 1e-18 1e-19 0.0000000000000000000
"" "5" "5.5" "NaN" "Infinity" "true" "x" "a\\nb" "a\\n" "\\u001b[2J" "é" "21000.25" [] {} [1] "\\ud800"
"2026-11-18T18:00:00" "2026-11-18T18:00:00Z" "2026-11-18T18:00:00.1Z"
"2026-11-18T18:00:00.1234567Z" "2026-11-18T18:00:00.123456789+05:30" "2026-11-18T18:00:00-06:00"
"2026-11-18" "20261118T180000Z" "2026-W47-3T18:00:00Z" "2026-11-18T18" "2026-11-18T18:00"
"2026-11-18T24:00:00Z" "2026-11-18T23:59:60Z" "0001-01-01T00:00:00+00:00" "9999-12-31T23:59:59Z"
"2026-11-18T18:00:00+24:00" "2026-13-18T18:00:00Z" 1700000000 1700000000.5
""".split()  # noqa: SIM905 - shorter to read
VALUES += [exact.dumps("x" * 70), '"a b"', '"a\\u0000b"', '"2026-11-18T18:00:00,5Z"']


@pytest.mark.parametrize(("model", "plain"), PAIRS)
def test_both_have_the_same_fields(model: type[Row], plain: type[Plain]) -> None:
    assert set(plain.__struct_fields__) == set(model.model_fields)


@pytest.mark.parametrize(("model", "plain"), PAIRS)
def test_the_usual_record_is_read_at_once(model: type[Row], plain: type[Plain]) -> None:
    record = exact.loads(exact.dumps(RECORD))
    found = msgspec.convert(record, plain)
    assert shown(found, model) == shown(model.model_validate(record), model)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize(("model", "plain"), PAIRS)
def test_any_value_in_any_field_is_read_as_the_model_reads_it(
    model: type[Row], plain: type[Plain], value: str
) -> None:
    for name in RECORD:
        assert_same(model, plain, exact.loads(exact.dumps(RECORD)) | {name: exact.loads(value)})


@pytest.mark.parametrize("seed", range(300))
@pytest.mark.parametrize(("model", "plain"), PAIRS)
def test_records_of_any_values_are_read_as_the_model_reads_them(
    model: type[Row], plain: type[Plain], seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - reproducible, no secret
    record = dict(RECORD)
    for name in random.sample(sorted(record), random.randint(1, 4)):
        record[name] = exact.loads(random.choice(VALUES))
        if random.random() < 0.2:
            del record[name]
    assert_same(model, plain, record)


def assert_same(model: type[Row], plain: type[Plain], record: dict[str, Any]) -> None:
    """What is read at once is what the model reads, without anything to count."""
    try:
        found = msgspec.convert(record, plain)
    except ValueError:
        return  # the model judges it
    counters = Counters()
    try:
        judged = model.model_validate(record, context=counters)
    except ValidationError:
        raise AssertionError(f"the model refuses {record}") from None
    assert shown(found, model) == shown(judged, model), record
    assert not counters.malformed


def shown(row: Any, model: type[Row]) -> dict[str, Any]:
    """Return the values with their types: True is not 1 here."""
    return {name: (type(value), value) for name, value in fields(row, model)}


def fields(row: Any, model: type[Row]) -> list[tuple[str, Any]]:
    return [(name, getattr(row, name)) for name in model.model_fields]
