"""Keys that hold a time of day, a date or a zone."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from curb.rules.session_block_outside import Hours
from curb.rules.spelled import Clock, Date, Zone


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Clock, "08:30"), (Date, "2026-11-26"), (Zone, "America/Chicago")],
)
def test_what_is_written_right_is_kept_as_it_is(kind: Any, value: str) -> None:
    assert TypeAdapter(kind).validate_python(value) == value


@pytest.mark.parametrize(
    ("kind", "value", "expected", "found"),
    [
        (Clock, "8:30", 'a time of day like "08:30"', 'text "8:30"'),
        (Clock, 830, 'a time of day like "08:30"', None),
        (Date, "26.11.2026", 'a date like "2026-11-26"', 'text "26.11.2026"'),
        (Date, "2026-11-31", 'a date like "2026-11-26"', 'text "2026-11-31"'),
        (Zone, "a\x1b[2J", 'a time zone like "America/Chicago"', 'text "a·[2J"'),
        (Zone, "x" * 100, 'a time zone like "America/Chicago"', f'text "{"x" * 39}…"'),
    ],
)
def test_what_is_not_is_refused_in_the_traders_words(
    kind: Any, value: object, expected: str, found: str | None
) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == ("curb", expected)
    assert (error["ctx"]["expected"], error["ctx"].get("found")) == (expected, found)


def test_an_end_that_is_the_start_is_refused() -> None:
    with pytest.raises(ValidationError) as caught:
        Hours(start="08:30", end="08:30")
    (error,) = caught.value.errors()
    assert error["msg"] == error["ctx"]["expected"] == "another time than the start"
    assert error["ctx"]["found"] == "the same"
