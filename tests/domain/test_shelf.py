"""Which backups stay."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.shelf import MIGRATION_KEPT, Counts, Shelved, Why, last_taken, surplus

NOW = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)
NONE = Counts(0, 0, 0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shelf(*words: str) -> list[Shelved]:
    """Return what stands on it: `2026-11-20T21:30 daily`, in this order."""
    found = (word.split() for word in words)
    return [Shelved(f"{when}-{why}", at(when), why) for when, why in found]


def deleted(found: list[Shelved], counts: Counts) -> list[str]:
    return [each.name for each in surplus(found, counts, NOW)]


@pytest.mark.parametrize(
    ("words", "counts", "names"),
    [
        ([], Counts(), []),
        (["2026-11-20T21:30 daily"], NONE, []),
        (["2020-01-01T00:00 hand"], NONE, []),
        (
            ["2026-11-19T21:30 daily", "2026-11-20T21:30 daily"],
            NONE,
            ["2026-11-19T21:30-daily"],
        ),
        # The newest of a day is the one that stays, whatever it was taken for.
        (
            ["2026-11-20T21:30 daily", "2026-11-20T21:45 hand", "2026-11-20T09:00 hand"],
            Counts(7, 0, 0),
            ["2026-11-20T09:00-hand", "2026-11-20T21:30-daily"],
        ),
        # Two days: those that have one.
        (
            ["2026-11-20T21:30 daily", "2026-10-02T21:30 daily", "2026-10-01T21:30 daily"],
            Counts(2, 0, 0),
            ["2026-10-01T21:30-daily"],
        ),
        # A week begins on Monday; the 16th was one.
        (
            ["2026-11-20T21:30 daily", "2026-11-16T00:00 daily", "2026-11-15T23:59 daily"],
            Counts(0, 2, 0),
            ["2026-11-16T00:00-daily"],
        ),
        # The first days of a year may be of the last week of the year before.
        (
            ["2025-12-29T21:30 daily", "2026-01-02T21:30 daily", "2025-12-28T21:30 daily"],
            Counts(0, 2, 0),
            ["2025-12-29T21:30-daily"],
        ),
        (
            ["2026-11-20T21:30 daily", "2026-11-01T21:30 daily", "2026-10-31T21:30 daily"],
            Counts(0, 0, 2),
            ["2026-11-01T21:30-daily"],
        ),
        # The same month of another year is another month.
        (["2026-11-20T21:30 daily", "2025-11-20T21:30 daily"], Counts(0, 0, 2), []),
        # 30 days before NOW is 2026-10-21 22:00.
        (
            [
                "2026-11-20T21:30 daily",
                "2026-10-21T22:01 migration",
                "2026-10-21T22:00 migration",
                "2026-10-21T22:02 hand",
            ],
            NONE,
            ["2026-10-21T22:00-migration", "2026-10-21T22:02-hand"],
        ),
        # A date to come is a wrong clock's: it stays and keeps nobody's place.
        (
            ["2027-01-01T00:00 daily", "2026-11-20T21:30 daily", "2026-11-19T21:30 daily"],
            NONE,
            ["2026-11-19T21:30-daily"],
        ),
    ],
)
def test_what_goes(words: list[str], counts: Counts, names: list[str]) -> None:
    assert deleted(shelf(*words), counts) == names


def test_two_years_of_days_leave_days_weeks_and_months() -> None:
    days = [NOW - timedelta(days=back, minutes=30) for back in range(730)]
    found = [Shelved(f"{day:%Y-%m-%d}", day, Why.DAILY) for day in days]
    gone = set(surplus(found, Counts(), NOW))
    assert [each.name for each in found if each not in gone] == [
        *("2026-11-20", "2026-11-19", "2026-11-18", "2026-11-17", "2026-11-16"),
        *("2026-11-15", "2026-11-14"),  # seven days
        *("2026-11-08", "2026-11-01"),  # with the 20th and the 15th, four weeks
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31"),
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"),
    ]


moments = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis gives them the zone
    datetime(2027, 6, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
shelves = st.lists(st.tuples(moments, st.sampled_from(Why)), max_size=60).map(
    lambda found: [Shelved(f"{n}", when, why) for n, (when, why) in enumerate(found)]
)
counts = st.builds(Counts, *[st.integers(0, 12)] * 3)


@given(shelves, counts, moments)
def test_whatever_goes_leaves_what_was_promised(
    found: list[Shelved], counts: Counts, now: datetime
) -> None:
    gone = set(surplus(found, counts, now))
    left = [each for each in found if each not in gone]
    assert all(each.taken_at <= now for each in gone)
    assert not any(e.why == Why.MIGRATION and now - e.taken_at < MIGRATION_KEPT for e in gone)
    assert last_taken(left, now) == last_taken(found, now)
    for spelled, count in (
        ("%Y%m%d", counts.days),
        ("%G%V", counts.weeks),
        ("%Y%m", counts.months),
    ):
        spells = {f"{e.taken_at:{spelled}}" for e in found if e.taken_at <= now}
        for spell in sorted(spells, reverse=True)[:count]:
            of_it = [e for e in found if e.taken_at <= now and f"{e.taken_at:{spelled}}" == spell]
            assert any(e.taken_at == max(o.taken_at for o in of_it) for e in left if e in of_it)
    # What is left stays left, and no more than the places there are, apart from what must stay.
    assert surplus(left, counts, now) == ()
    free = [e for e in left if e.taken_at <= now and e.why != Why.MIGRATION]
    assert len(free) <= counts.days + counts.weeks + counts.months + 1


def test_the_last_one_is_not_of_the_future() -> None:
    found = shelf("2026-11-19T21:30 daily", "2026-11-20T21:30 hand", "2027-01-01T00:00 daily")
    assert last_taken(found, NOW) == at("2026-11-20T21:30")
    assert last_taken([], NOW) is None
