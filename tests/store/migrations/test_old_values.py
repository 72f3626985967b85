from collections.abc import Callable
from typing import Any

import pytest

from curb.store.migrations import old_values as old
from curb.store.migrations.old_values import Odd

INFINITE = float("inf")

_READ: list[tuple[Callable[..., Any], Any, Any]] = [
    (old.whole, 5, 5),
    (old.whole, -5.0, -5),
    (old.whole, 2**63 - 1, 2**63 - 1),
    (old.yes_or_no, 0, 0),
    (old.yes_or_no, 1.0, 1),
    (old.text, "MNQ", "MNQ"),
    (old.words, None, ""),
    (old.words, 7, "7"),
    (old.time_column, "2026-11-20 15:30:00", "2026-11-20T15:30:00.000000+00:00"),
    (old.time_column, "2026-11-20T15:30:00.5", "2026-11-20T15:30:00.500000+00:00"),
    (old.time_column, "2026-11-20T15:30:00Z", "2026-11-20T15:30:00.000000+00:00"),
    (old.time_column, "2026-11-20 09:30:00-06:00", "2026-11-20T15:30:00.000000+00:00"),
    (old.time_column, "2026-11-20", "2026-11-20T00:00:00.000000+00:00"),
    (old.audit_time_column, "2026-11-20 15:30:00.1239", "2026-11-20T15:30:00.123+00:00"),
    (old.optional_time_column, None, None),
    (lambda *of: old.day(*of).isoformat(), "2026-11-20", "2026-11-20"),
    (lambda *of: old.day(*of).isoformat(), "2026-11-20 23:59:59", "2026-11-20"),
    (old.price, 21000.25, "21000.25"),
    (old.price, 0.1 + 0.2, "0.30000000000000004"),
    (old.price, -37.63, "-37.63"),
    (old.price, 1e-07, "0.0000001"),
    (old.price, 6, "6"),
    (old.price, None, None),
    (old.micros, 12.5, 12_500_000),
    (old.micros, -0.1, -100_000),
    (old.micros, 0.1 + 0.2, 300_000),
    (old.micros, 1.0000005, 1_000_000),
    (old.micros, 1.0000015, 1_000_002),
    (old.micros, -1.0000005, -1_000_000),
    (old.micros, "7.25", 7_250_000),
    (old.micros, 9_223_372_036_854.775, 9_223_372_036_854_775_000),
    (old.micros, None, None),
]


@pytest.mark.parametrize(("read", "value", "expected"), _READ)
def test_a_value_is_read(read: Callable[..., Any], value: object, expected: object) -> None:
    assert read({"x": value}, "x") == expected


_ODD: list[tuple[Callable[..., Any], Any, str]] = [
    (old.whole, None, "x: expected a whole number, found nothing"),
    (old.whole, 1.5, "x: expected a whole number, found 1.5"),
    (old.whole, INFINITE, "x: expected a whole number, found inf"),
    (old.whole, 2**63, "x: expected a whole number, found 9223372036854775808"),
    (old.whole, "five", "x: expected a whole number, found five"),
    (old.yes_or_no, 2, "x: expected 0 or 1, found 2"),
    (old.yes_or_no, None, "x: expected 0 or 1, found nothing"),
    (old.yes_or_no, "true", "x: expected 0 or 1, found true"),
    (old.text, " ", "x: expected text, found  "),
    (old.text, b"\x00", r"x: expected text, found b'\x00'"),
    (old.time, "soon", "x: expected a time, found soon"),
    (old.time, "\x1b[31m", "x: expected a time, found ·[31m"),
    (old.time, 1763652600, "x: expected a time, found 1763652600"),
    (old.time, None, "x: expected a time, found nothing"),
    (old.time, "0001-01-01T00:00:00+14:00", "x: expected a time, found 0001-01-01T00:00:00+14:00"),
    (old.day, "20. November", "x: expected a date, found 20. November"),
    (old.day, 20261120, "x: expected a date, found 20261120"),
    (old.price, INFINITE, "x: expected a number, found inf"),
    (old.price, "at market", "x: expected a number, found at market"),
    (old.price, b"1", "x: expected a number, found b'1'"),
    (old.micros, 9_223_372_036_855.0, "x: expected an amount, found 9223372036855.0"),
    (old.micros, 1e300, "x: expected an amount, found 1e+300"),
]


@pytest.mark.parametrize(("read", "value", "words"), _ODD)
def test_a_value_that_cannot_be_read_is_odd(
    read: Callable[..., Any], value: object, words: str
) -> None:
    with pytest.raises(Odd) as caught:
        read({"x": value}, "x")
    assert str(caught.value) == words


def test_a_column_that_is_not_there_holds_nothing() -> None:
    with pytest.raises(Odd, match="x: expected text, found nothing"):
        old.text({}, "x")
    assert old.price({}, "x") is None


def test_a_row_is_kept_as_json_whatever_it_holds() -> None:
    row = {"a": 1, "b": 0.1, "c": INFINITE, "d": "é\n", "e": b"\xff\x00", "f": None}
    expected = r'{"a":1,"b":0.1,"c":"inf","d":"é\n","e":{"hex":"ff00"},"f":null}'
    assert old.content(row) == expected
