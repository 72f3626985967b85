import pytest

from curb.domain.durations import seconds_of
from curb.domain.errors import CurbError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("30m", 1800),
        ("2h", 7200),
        ("1h30m", 5400),
        ("90M", 5400),
        (" 2h ", 7200),
        ("0m", 0),
        ("reset", None),
        ("Reset", None),
    ],
)
def test_hours_and_minutes(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize(
    "text", ["", " ", "30", "m", "h", "30s", "-5m", "1.5h", "30m2h", "1h 30m", "٣m", "forever"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CurbError, match="expected a duration such as 30m, 2h, 1h30m"):
        seconds_of(text)
