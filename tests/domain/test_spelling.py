"""Times of day, dates and zones."""

import pytest

from curb.domain.spelling import clock, day, zone


@pytest.mark.parametrize("text", ["00:00", "09:30", "17:00", "23:59"])
def test_a_time_of_day_is_taken(text: str) -> None:
    assert clock(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "24:00", "17:60", "7:00", "17:00:00", "17.00", " 17:00", "17:00\n", "\u0661\u0667:00"],
)
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="HH:MM"):
        clock(text)


@pytest.mark.parametrize("text", ["America/Chicago", "UTC", "Asia/Kathmandu", "Etc/GMT+5"])
def test_an_iana_zone_is_taken(text: str) -> None:
    assert zone(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "Chicago", "America", "CT", "../../etc/passwd", "/etc/localtime", "a\0b", "é" * 300],
)
def test_what_is_no_iana_zone_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the reader's
        zone(text)


@pytest.mark.parametrize("text", ["2026-11-26", "2028-02-29", "0001-01-01"])
def test_a_date_is_taken(text: str) -> None:
    assert day(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-31",
        "2027-02-29",
        "26-11-2026",
        "20261126",
        "2026-W48-4",
        "2026-11-26\n",
        "\u0662026-11-26",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words are the reader's
        day(text)
