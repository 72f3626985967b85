from decimal import Decimal
from typing import Any

import pytest

from curb.wire import exact


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("6064.25", Decimal("6064.25")),
        ("0.1", Decimal("0.1")),
        ("5e-7", Decimal("0.0000005")),
        ("5E-05", Decimal("0.00005")),
        ("6065.250000000", Decimal("6065.25")),
        ("3425270858", 3425270858),
        ('{"a":[1.5,null,true,"x"]}', {"a": [Decimal("1.5"), None, True, "x"]}),
    ],
)
def test_fractions_stay_what_they_were(text: str, value: Any) -> None:
    assert exact.loads(text) == value
    assert exact.loads(text.encode()) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "Infinity",
        "-Infinity",
        '{"a":NaN}',
        "{",
        "[1,]",
        "nul",
        b"\xff",
        "[" * 100_000,
        "1e400",
        "1e-400",
        "1e999999999",
        "1e99999999999999999999999",
        "-1.5e-99999999999999999999999",
    ],
)
def test_what_is_not_strict_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        exact.loads(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("6064.25"), "6064.25"),
        (Decimal(50000), "50000"),
        (Decimal("5E-7"), "5e-07"),
        (Decimal("0.015625"), "0.015625"),
        ({"a": Decimal("1.10"), "b": [None, 1]}, '{"a":1.1,"b":[null,1]}'),
    ],
)
def test_decimals_are_written_as_plain_numbers_and_read_back_equal(value: Any, text: str) -> None:
    assert exact.dumps(value) == text
    assert exact.loads(text) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match=r".+"):
        exact.dumps(value)


def test_what_is_no_json_value_is_not_written() -> None:
    with pytest.raises(TypeError, match="found set"):
        exact.dumps({1})
