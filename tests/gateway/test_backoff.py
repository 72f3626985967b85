from curb.gateway.backoff import DELAYS_S, Backoff


def test_waits_grow_to_the_last_and_stay_there() -> None:
    backoff = Backoff()
    for listed in (*DELAYS_S, DELAYS_S[-1], DELAYS_S[-1]):
        assert 0.8 * listed <= backoff.next() <= 1.2 * listed


def test_after_a_reset_there_is_no_wait() -> None:
    backoff = Backoff()
    backoff.next()
    backoff.next()
    backoff.reset()
    assert backoff.next() == 0
