import pytest

from curb.domain.samples import Samples


def samples(*values: int, within_s: float = 60, most: int = 100) -> Samples:
    """One measurement a second, from 0 on."""
    found = Samples(within_s, most)
    for moment, value in enumerate(values):
        found.add(value, moment)
    return found


@pytest.mark.parametrize(
    ("values", "percents", "found"),
    [
        ((), (50, 99), (None, None)),
        ((7,), (1, 50, 100), (7, 7, 7)),
        ((3, 1, 2), (50, 99), (2, 3)),
        (tuple(range(1, 101)), (50, 99, 100), (50, 99, 100)),
        (tuple(range(1, 11)), (90, 91), (9, 10)),
    ],
)
def test_percentiles_are_values_that_were_measured(
    values: tuple[int, ...], percents: tuple[int, ...], found: tuple[int | None, ...]
) -> None:
    assert samples(*values, within_s=1000).percentiles(len(values), *percents) == found


def test_what_is_too_old_or_too_much_is_forgotten() -> None:
    assert samples(9, 1, 1, within_s=2).percentiles(3, 100) == (1,)
    assert samples(9, 1, 1, most=2).percentiles(3, 100) == (1,)
    assert [samples(1, 1, within_s=10).count(moment) for moment in (10, 11, 12)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("values", "seconds", "moment", "found"),
    [
        ((), 2, 0, None),
        ((5, 4), 2, 1, None),
        ((0, 5, 4, 6), 2, 3, 4),
        ((5, 4, 6, 0), 2, 3, 0),
        ((5, 5), 2, 9, None),
    ],
)
def test_the_least_of_a_time_that_was_measured_throughout(
    values: tuple[int, ...], seconds: float, moment: float, found: int | None
) -> None:
    assert samples(*values).least_for(seconds, moment) == found


def test_a_counter_grows_between_its_ends() -> None:
    assert samples(3).gained(0) is None
    assert samples(3, 5, 15).gained(2) == (12, 2)
    assert samples(3, 5, 15, within_s=1).gained(2) == (10, 1)
