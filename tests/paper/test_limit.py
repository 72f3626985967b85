from curb.paper.limit import RequestLimit


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
