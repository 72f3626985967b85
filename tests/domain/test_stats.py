from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from curb.domain.stats import Figures, Tally, figures, stats
from tests.control.samples import row

TODAY = date(2026, 11, 20)
NOTHING = Figures("all", 0, 0, 0, None, 0, None, None, None, None, 0, 0, 0)


def times(*each: int) -> list[Tally]:
    return [Tally("RULE-003", success=True, took_ms=ms, count=1) for ms in each]


def test_nothing_is_known_of_nothing() -> None:
    assert figures("all", ()) == NOTHING


def test_what_is_open_has_no_outcome_and_what_was_not_sent_no_time() -> None:
    found = figures(
        "RULE-003",
        (
            Tally("RULE-003", success=True, took_ms=40, count=5),
            Tally("RULE-003", success=True, took_ms=None, count=3),
            Tally("RULE-003", success=False, took_ms=6_000, count=1),
            Tally("RULE-003", success=None, took_ms=None, count=2),
            Tally("RULE-003", success=None, took_ms=9_000, count=1),
        ),
    )
    assert found == Figures(
        name="RULE-003",
        count=12,
        open=3,
        failed=1,
        success=Decimal("88.8"),  # 8 of 9, rounded down
        timed=6,
        average_ms=Decimal("1033.3"),
        minimum_ms=40,
        p95_ms=6_000,
        maximum_ms=6_000,
        over_500=1,
        over_2000=1,
        over_5000=1,
    )


def test_open_ones_alone_have_no_share_of_success() -> None:
    found = figures("all", [Tally("RULE-003", success=None, took_ms=None, count=2)])
    assert found == replace(NOTHING, count=2, open=2)


@pytest.mark.parametrize(
    ("failed", "share"), [(0, "100.0"), (1, "99.9"), (100, "99.0"), (9_999, "0.0"), (10_000, "0.0")]
)
def test_a_hundred_percent_is_all_of_them(failed: int, share: str) -> None:
    tallies = [
        Tally("RULE-003", success=True, took_ms=None, count=10_000 - failed),
        Tally("RULE-003", success=False, took_ms=None, count=failed),
    ]
    assert str(figures("all", tallies).success) == share


@pytest.mark.parametrize(
    ("took", "expected"),
    [
        ((7,), 7),
        ((1, 2), 2),
        (tuple(range(1, 20)), 19),  # 18.05: the nineteenth
        (tuple(range(1, 21)), 19),
        (tuple(range(1, 22)), 20),
        (tuple(range(1, 101)), 95),
        ((*[40] * 95, *[900] * 5), 40),
        ((*[40] * 94, *[900] * 6), 900),
        ((0, 0, 0), 0),
    ],
)
def test_the_95th_percentile_is_the_nearest_rank(took: tuple[int, ...], expected: int) -> None:
    assert figures("all", times(*reversed(took))).p95_ms == expected
    same = [Tally("x", success=True, took_ms=ms, count=took.count(ms)) for ms in set(took)]
    assert figures("all", same).p95_ms == expected


@pytest.mark.parametrize(
    ("took", "over"),
    [
        ((500, 2_000, 5_000), (2, 1, 0)),
        ((501, 2_001, 5_001), (3, 2, 1)),
        ((499, 1), (0, 0, 0)),
    ],
)
def test_slow_is_more_than_the_figure(took: tuple[int, ...], over: tuple[int, ...]) -> None:
    found = figures("all", times(*took))
    assert (found.over_500, found.over_2000, found.over_5000) == over


def test_an_average_is_rounded_to_a_tenth() -> None:
    assert figures("all", times(1, 1, 2)).average_ms == Decimal("1.3")
    assert figures("all", times(*[1] * 19, 2)).average_ms == Decimal("1.1")


def test_rules_come_by_name_and_all_of_them_together() -> None:
    tallies = [
        Tally("RULE-006", success=True, took_ms=30, count=2),
        Tally("MANUAL", success=True, took_ms=10, count=1),
        Tally("RULE-006", success=False, took_ms=50, count=1),
    ]
    found = stats(tallies, (), [row(1)], TODAY)
    assert [each.name for each in found.rules] == ["MANUAL", "RULE-006"]
    assert found.rules[1] == figures("RULE-006", [tallies[0], tallies[2]])
    assert found.total == figures("all", tallies)
    assert found.slowest == (row(1),)


def test_the_trend_has_each_of_the_last_seven_days() -> None:
    days = ["2026-11-13", "2026-11-14", "2026-11-19", "2026-11-20", "2026-11-21"]
    found = stats((), [Tally(day, success=True, took_ms=40, count=3) for day in days], (), TODAY)
    counts = [(each.name, each.count) for each in found.days]
    assert counts == [
        ("2026-11-14", 3),
        ("2026-11-15", 0),
        ("2026-11-16", 0),
        ("2026-11-17", 0),
        ("2026-11-18", 0),
        ("2026-11-19", 3),
        ("2026-11-20", 3),
    ]
    assert found.days[1].p95_ms is None
    assert found.total == NOTHING
