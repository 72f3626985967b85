import pytest

from curb.gateway.budget import FOR_CLOSES, LIMIT, RESERVED, WINDOW_S, Budget


class Clock:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_reads_stop_where_the_reserve_begins() -> None:
    budget = Budget(Clock())
    budget.spend(LIMIT - RESERVED - 4)
    assert budget.refusal(4) is None
    refusal = budget.refusal(5)
    assert refusal is not None
    assert refusal.startswith("request budget")
    assert "136 of 140" in refusal


def test_a_read_after_a_close_may_use_the_reserve() -> None:
    clock = Clock()
    budget = Budget(clock)
    budget.spend(LIMIT - RESERVED)
    assert budget.refusal(2) is not None
    budget.spend(is_closing=True)
    assert budget.refusal(2) is None
    budget.spend(LIMIT - FOR_CLOSES - budget.used())
    assert budget.refusal(1) is not None


def test_the_reserve_is_closed_again_when_nothing_was_closed_lately() -> None:
    clock = Clock()
    budget = Budget(clock)
    budget.spend(LIMIT - RESERVED)
    budget.spend(is_closing=True)
    clock.at += 11
    assert budget.refusal(2) is not None


def test_the_window_slides() -> None:
    clock = Clock()
    budget = Budget(clock)
    budget.spend(100)
    clock.at += WINDOW_S / 2
    budget.spend(30)
    clock.at += WINDOW_S / 2 - 0.001
    assert budget.used() == 130
    clock.at += 0.001
    assert budget.used() == 30


def test_a_pause_holds_reads_until_it_is_over() -> None:
    clock = Clock()
    budget = Budget(clock)
    budget.pause(3)
    budget.pause(1)
    refusal = budget.refusal(1)
    assert refusal is not None
    assert "pause of 3.0 s" in refusal
    clock.at += 3
    assert budget.refusal(1) is None


def test_no_request_leaves_beyond_the_limit_and_the_last_ones_are_for_closes() -> None:
    clock = Clock()
    budget = Budget(clock)
    budget.spend(LIMIT - FOR_CLOSES)
    assert budget.hold(is_close=False) == "request budget: 180 of 180 used in 60 s"
    assert budget.hold(is_close=True) is None
    budget.spend(FOR_CLOSES, is_closing=True)
    assert budget.hold(is_close=True) == "request budget: 200 of 200 used in 60 s"
    clock.at += WINDOW_S
    assert budget.hold(is_close=True) is None


@pytest.mark.parametrize("already", [0, 24, 96])
def test_a_close_a_second_always_leaves_and_is_verified(already: int) -> None:
    clock = Clock()
    budget = Budget(clock)
    for _ in range(already):  # routine reads of the minute before
        clock.at += WINDOW_S / already
        budget.spend()
    verified, least = 0, LIMIT
    for tenth in range(6_000):
        clock.at += 0.1
        if tenth % 10 == 0:
            assert budget.hold(is_close=True) is None
            budget.spend(is_closing=True)
        if budget.refusal(2) is None:
            budget.spend(2)
            verified += 1
        least = min(least, LIMIT - budget.used())
    assert least >= 0
    assert verified >= 500  # nearly one for each close
