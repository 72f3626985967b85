import pytest

from curb.paper.limit import Limits, RequestLimit, told
from curb.wire import names
from tests.paper.play import START


def test_the_window_slides() -> None:
    limit = RequestLimit(3, 60)
    assert [limit.take("a", at) for at in (0, 10, 20, 30)] == [None, None, None, 30]
    assert limit.take("a", 59.5) == 1
    assert limit.take("a", 60) is None
    assert limit.take("a", 60) == 10


def test_each_token_has_a_window_of_its_own() -> None:
    limit = RequestLimit(1, 60)
    assert [limit.take(token, 0) for token in ("a", "b", "a")] == [None, None, 60]


def test_tokens_that_were_counted_are_bounded() -> None:
    limit = RequestLimit(1, 60)
    for number in range(1_000):
        limit.take(str(number), 0)
    assert len(limit._taken) <= 257


def test_bars_are_counted_apart() -> None:
    limits = Limits(RequestLimit(1), RequestLimit(2, 30.0))
    assert limits.of(names.ORDER_PLACE) is limits.of(names.ACCOUNT_SEARCH)
    bars = limits.of(names.RETRIEVE_BARS)
    assert [bars.take("a", now) for now in (0.0, 1.0, 2.0, 30.5)] == [None, None, 28, None]
    assert limits.of(names.ORDER_PLACE).take("a", 2.0) is None


def test_the_venues_limits_are_those_of_its_pages() -> None:
    limits = Limits()
    for path, count, seconds in ((names.ORDER_PLACE, 200, 60), (names.RETRIEVE_BARS, 50, 30)):
        limit = limits.of(path)
        assert [limit.take("a", 0.0) for _ in range(count + 1)] == [None] * count + [seconds]


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ("seconds", {"Retry-After": "7"}),
        ("date", {"Retry-After": "Fri, 20 Nov 2026 15:00:07 GMT"}),
        ("none", {}),
    ],
)
def test_a_refusal_says_when_to_come_again_in_a_form(form: str, headers: dict[str, str]) -> None:
    assert told(form, 7, START) == headers
