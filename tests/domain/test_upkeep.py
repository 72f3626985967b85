"""When the database is looked after: tables of values."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from curb.domain.upkeep import (
    BackupPlan,
    Moment,
    Runs,
    Task,
    due,
    is_backup_late,
    is_drill_late,
    is_exchange_closed,
    last_planned,
)

# A Saturday; the day's backup in New York was due at 20:30 UTC the day before.
NOW = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
QUIET = Moment(is_calm=True, is_outside=True, is_store_ok=True)
PLAN = BackupPlan()
BACKUP, SEAL, PRUNE, VACUUM, OPTIMIZE = Task
DONE = dict.fromkeys(Task, NOW)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (QUIET, [BACKUP, SEAL, PRUNE, OPTIMIZE]),
        (Moment(False, True, True), [BACKUP]),
        (Moment(True, False, True), [BACKUP]),
        (Moment(False, False, True), [BACKUP]),
        (Moment(True, True, False), []),
    ],
)
def test_what_a_moment_allows(moment: Moment, expected: list[Task]) -> None:
    assert due(moment, Runs(), PLAN, NOW) == tuple(expected)


@pytest.mark.parametrize(
    ("moment", "runs", "expected"),
    [
        (Moment(True, False, True), Runs(DONE | {PRUNE: ago(days=3, seconds=1)}), [PRUNE]),
        (Moment(True, False, True), Runs(DONE | {PRUNE: ago(days=3)}), []),
        (Moment(True, False, True), Runs(DONE | {OPTIMIZE: ago(days=30)}), []),
        (Moment(False, False, True), Runs(DONE | {PRUNE: ago(days=30)}), []),
        (Moment(True, False, True), Runs({BACKUP: NOW}, since=ago(days=4)), [SEAL, PRUNE]),
        (Moment(True, False, True), Runs({BACKUP: NOW}, since=ago(days=2)), []),
    ],
)
def test_what_is_overdue_waits_for_no_end_of_a_session(
    moment: Moment, runs: Runs, expected: list[Task]
) -> None:
    assert due(moment, runs, PLAN, NOW) == tuple(expected)


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ({}, []),
        ({PRUNE: ago(hours=20)}, [PRUNE]),
        ({PRUNE: ago(hours=19, minutes=59)}, []),
        ({SEAL: ago(hours=20)}, [SEAL]),
        ({OPTIMIZE: ago(days=7)}, [OPTIMIZE]),
        ({OPTIMIZE: ago(days=6, hours=23)}, []),
        # Free pages are given back once after each prune.
        ({VACUUM: ago(seconds=1)}, [VACUUM]),
        ({VACUUM: NOW}, []),
        ({BACKUP: datetime(2026, 10, 23, 20, 29, 59, tzinfo=UTC)}, [BACKUP]),
        ({BACKUP: datetime(2026, 10, 23, 20, 30, tzinfo=UTC)}, []),
        ({BACKUP: ago(days=30)}, [BACKUP]),
    ],
)
def test_when_each_is_due_again(done: dict[Task, datetime], expected: list[Task]) -> None:
    assert due(QUIET, Runs(DONE | done), PLAN, NOW) == tuple(expected)


def test_free_pages_are_given_back_where_that_never_was_done() -> None:
    assert due(
        QUIET, Runs({PRUNE: NOW, **dict.fromkeys((BACKUP, SEAL, OPTIMIZE), NOW)}), PLAN, NOW
    ) == (VACUUM,)


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        (ago(minutes=59), [SEAL, PRUNE, OPTIMIZE]),
        (ago(minutes=60), [BACKUP, SEAL, PRUNE, OPTIMIZE]),
        (NOW, [SEAL, PRUNE, OPTIMIZE]),
        # The clock was set back.
        (ago(days=-900), [BACKUP, SEAL, PRUNE, OPTIMIZE]),
    ],
)
def test_what_failed_is_tried_again_in_an_hour(failed: datetime, expected: list[Task]) -> None:
    assert due(QUIET, Runs({}, {BACKUP: failed}), PLAN, NOW) == tuple(expected)


@pytest.mark.parametrize(
    ("since", "done", "expected"),
    [
        (None, None, True),
        (ago(days=1), None, True),
        (ago(hours=1), None, False),
        (ago(days=9), ago(hours=1), False),
        (ago(hours=1), ago(days=9), True),  # restored from elsewhere
    ],
)
def test_the_first_backup_is_made_at_its_time(
    since: datetime | None, done: datetime | None, *, expected: bool
) -> None:
    runs = Runs({BACKUP: done} if done else {}, since=since)
    assert (BACKUP in due(QUIET, runs, PLAN, NOW)) is expected


def test_no_backup_is_made_where_none_is_wanted() -> None:
    assert BACKUP not in due(QUIET, Runs(), BackupPlan(enabled=False), NOW)


@pytest.mark.parametrize(
    ("local", "is_closed"),
    [
        ("Mon 2026-11-16 15:59:59", False),
        ("Mon 2026-11-16 16:00:00", True),
        ("Mon 2026-11-16 16:59:59", True),
        ("Mon 2026-11-16 17:00:00", False),
        ("Thu 2026-11-19 23:59:59", False),
        ("Fri 2026-11-20 15:59:59", False),
        ("Fri 2026-11-20 16:00:00", True),
        ("Fri 2026-11-20 17:00:00", True),
        ("Sat 2026-11-21 00:00:00", True),
        ("Sat 2026-11-21 17:30:00", True),
        ("Sun 2026-11-22 16:59:59", True),
        ("Sun 2026-11-22 17:00:00", False),
        ("Mon 2026-07-06 16:30:00", True),  # daylight saving
    ],
)
def test_the_exchange_s_break_and_weekend(local: str, *, is_closed: bool) -> None:
    wall = datetime.strptime(local, "%a %Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the zone follows
    at = wall.replace(tzinfo=ZoneInfo("America/Chicago")).astimezone(UTC)
    assert is_exchange_closed(at) is is_closed


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-10-24T12:00:00+00:00", "2026-10-23T20:30:00+00:00"),
        ("2026-10-24T20:30:00+00:00", "2026-10-24T20:30:00+00:00"),
        ("2026-10-24T20:29:59+00:00", "2026-10-23T20:30:00+00:00"),
        # Winter time, and a day of New York that is yesterday there.
        ("2026-11-21T03:00:00+00:00", "2026-11-20T21:30:00+00:00"),
    ],
)
def test_the_newest_moment_that_the_plan_names(now: str, expected: str) -> None:
    assert last_planned(PLAN, datetime.fromisoformat(now)) == datetime.fromisoformat(expected)
    zone = BackupPlan(time=time(16, 30), timezone=ZoneInfo("UTC"))
    assert last_planned(zone, NOW) == datetime(2026, 10, 23, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "since", "is_late"),
    [
        (ago(hours=26), ago(days=90), False),
        (ago(hours=26, seconds=1), ago(days=90), True),
        (None, ago(hours=26), False),
        (None, ago(hours=26, seconds=1), True),
    ],
)
def test_when_a_backup_is_late(at: datetime | None, since: datetime, *, is_late: bool) -> None:
    assert is_backup_late(PLAN, at, since, NOW) is is_late
    assert not is_backup_late(BackupPlan(enabled=False), at, since, NOW)


@pytest.mark.parametrize(
    ("at", "since", "is_late"),
    [
        (ago(days=31), ago(days=90), False),
        (ago(days=31, seconds=1), ago(days=90), True),
        (None, ago(days=31), False),
        (None, ago(days=31, seconds=1), True),
    ],
)
def test_when_a_drill_is_late(at: datetime | None, since: datetime, *, is_late: bool) -> None:
    assert is_drill_late(at, since, NOW) is is_late
