from datetime import UTC, datetime

import pytest

from curb.gateway.stamps import http_date, retry_after

NOW = datetime(2026, 11, 20, 15, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fri, 20 Nov 2026 15:00:00 GMT", NOW),
        ("Fri, 20 Nov 2026 09:00:00 -0600", NOW),
        ("Fri, 20 Nov 2026 15:00:00 -0000", NOW),
        ("yesterday", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
        ("Fri, 20 Nov 99999 15:00:00 GMT", None),
        ("Fri, 99 Nov 2026 15:00:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_header_is_read_in_utc(text: str | None, expected: datetime | None) -> None:
    assert http_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Fri, 20 Nov 2026 15:00:09 GMT", 9.0),
        ("Fri, 20 Nov 2026 14:00:00 GMT", 0.0),
        (None, 5.0),
        ("soon", 5.0),
        ("-3", 5.0),
        ("86400", 60.0),
    ],
)
def test_a_pause_is_seconds_or_a_date_within_a_minute(text: str | None, expected: float) -> None:
    assert retry_after(text, NOW) == expected
