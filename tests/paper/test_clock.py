from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from curb.paper.clock import VenueClock, stamp, streamed, trimmed


def test_no_two_times_are_alike_and_none_goes_back() -> None:
    clock = VenueClock()
    times = [clock.now() for _ in range(1_000)]
    assert all(earlier < later for earlier, later in pairwise(times))


def test_the_time_is_the_machines_and_aware() -> None:
    now = VenueClock().now()
    machine = datetime.fromtimestamp(now.timestamp(), UTC)
    assert now.utcoffset() == timedelta(0)
    assert abs(now - machine) < timedelta(milliseconds=1)


def test_time_can_be_let_pass() -> None:
    clock = VenueClock()
    before = clock.now()
    clock.advance(timedelta(hours=2))
    assert timedelta(hours=2) < clock.now() - before < timedelta(hours=3)


@pytest.mark.parametrize(
    ("digits", "text"),
    [
        (3, "2026-11-20T15:00:00.012+00:00"),
        (6, "2026-11-20T15:00:00.012345+00:00"),
        (7, "2026-11-20T15:00:00.0123450+00:00"),
    ],
)
def test_stamps_have_the_venues_digits_and_offset(digits: int, text: str) -> None:
    at = datetime(2026, 11, 20, 15, 0, 0, 12_345, UTC)
    assert stamp(at, digits) == text
    assert datetime.fromisoformat(text).date() == at.date()


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "2026-11-20T15:00:00+00:00"),
        (100_000, "2026-11-20T15:00:00.1+00:00"),
        (12_340, "2026-11-20T15:00:00.01234+00:00"),
        (10, "2026-11-20T15:00:00.00001+00:00"),
    ],
)
def test_rest_leaves_zeros_at_the_end_out_and_the_stream_does_not(micros: int, text: str) -> None:
    at = datetime(2026, 11, 20, 15, 0, 0, micros, UTC)
    assert trimmed(at) == text
    assert len(streamed(at)) == len("2026-11-20T15:00:00.0000000+00:00")
    assert datetime.fromisoformat(trimmed(at)) == datetime.fromisoformat(streamed(at)) == at
