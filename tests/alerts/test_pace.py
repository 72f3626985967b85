import pytest

from curb.alerts.pace import Pace


@pytest.mark.parametrize(
    ("per_minute", "moments", "expected"),
    [
        (6, [0, 1, 2, 3, 4, 5], [True] * 5 + [False]),
        (2, [0, 1], [True, False]),
        (1, [0, 59, 60], [True, False, False]),
        (1, [0, 60], [True, True]),
        (3, [0, 1, 60, 61], [True] * 4),
    ],
)
def test_so_many_messages_go_in_a_minute(
    per_minute: int, moments: list[float], expected: list[bool]
) -> None:
    pace = Pace()
    assert [pace.take(moment, per_minute) for moment in moments] == expected


def test_what_was_too_much_is_told_once_when_there_is_room() -> None:
    pace = Pace()
    for moment in range(8):
        pace.take(moment, 4)
    assert pace.missed == 5
    assert pace.overdue(59, 4) == 0
    # Whatever comes before that joins the count: order stays.
    assert not pace.take(59, 4)
    assert pace.overdue(60, 4) == 6
    assert pace.overdue(60, 4) == 0
    assert pace.missed == 0


def test_never_more_than_the_limit_in_any_minute() -> None:
    pace, gone = Pace(), list[float]()
    for second in range(600):
        moment = second / 2
        if pace.take(moment, 5):
            gone.append(moment)
        if pace.overdue(moment, 5):
            gone.append(moment)
    assert all(sum(start <= moment < start + 60 for moment in gone) <= 5 for start in gone)
