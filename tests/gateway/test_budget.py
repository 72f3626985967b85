from curb.gateway.budget import LIMIT, RESERVED, WINDOW_S, Budget


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
    budget.spend(LIMIT - budget.used())
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
