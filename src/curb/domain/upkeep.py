"""When the database is looked after: what is due now, and what has been neglected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from curb.domain.sessions import instant_of

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
# A day's task is begun a little early rather than an hour later each day.
_DAILY = timedelta(hours=20)
_AGAIN = timedelta(hours=1)
# The exchange's break, every day; Friday's lasts until Sunday's end of it.
_CHICAGO = ZoneInfo("America/Chicago")
_CLOSE, _OPEN = time(16), time(17)
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6

BACKUP_LATE = timedelta(hours=26)
DRILL_LATE = timedelta(days=31)


class Task(Enum):
    """What can be due, in the order in which it is done."""

    BACKUP = "backup"
    SEAL = "seal"
    PRUNE = "prune"
    VACUUM = "vacuum"
    OPTIMIZE = "optimize"


# An engine that only runs in its sessions must not keep old rows for ever: such a task is then
# done while nothing is open.
_OVERDUE = {Task.SEAL: timedelta(days=3), Task.PRUNE: timedelta(days=3)}
_EVERY = {Task.SEAL: _DAILY, Task.PRUNE: _DAILY, Task.OPTIMIZE: _WEEK}


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """When a backup is made, and how many are kept, as the configuration wants it."""

    enabled: bool = True
    time: time = time(16, 30)
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("America/New_York"))
    daily: int = 7
    weekly: int = 4
    monthly: int = 12
    folder: str = ""  # "": in the state directory


@dataclass(frozen=True, slots=True)
class Moment:
    """What a moment allows."""

    is_calm: bool  # every account known flat, no order working, nothing being enforced
    is_outside: bool  # no session runs
    is_store_ok: bool


@dataclass(frozen=True, slots=True)
class Runs:
    """When each task was last done, and when one last failed. Absent: never.

    `since` is when the database was made, None where nobody knows.
    """

    done: Mapping[Task, datetime] = field(default_factory=dict)
    failed: Mapping[Task, datetime] = field(default_factory=dict)
    since: datetime | None = None


def due(moment: Moment, runs: Runs, plan: BackupPlan, now: datetime) -> tuple[Task, ...]:
    """Return what is to be done now, in order.

    What failed is tried again after an hour.
    """
    return tuple(
        task
        for task in Task
        if is_allowed(task, moment, runs, now)
        and not _has_just_failed(task, runs, now)
        and _is_due(task, runs, plan, now)
    )


def is_allowed(task: Task, moment: Moment, runs: Runs, now: datetime) -> bool:
    """Tell whether a task may go on at this moment.

    All need a disk that is well. A backup only reads, and takes no turn of the writer's; all
    else waits for a calm moment outside the session, and what is overdue for a calm one.
    """
    if task is Task.BACKUP or not moment.is_store_ok:
        return moment.is_store_ok
    late = _OVERDUE.get(task)
    made = runs.done.get(task) or runs.since
    is_overdue = late is not None and made is not None and now - made > late
    return moment.is_calm and (moment.is_outside or is_overdue)


def is_exchange_closed(at: datetime) -> bool:
    """Tell whether the futures exchange has its daily break, or its weekend. Not its holidays."""
    local = at.astimezone(_CHICAGO)
    day, wall = local.weekday(), local.time()
    if day == _SATURDAY:
        return True
    if day == _SUNDAY:
        return wall < _OPEN
    return wall >= _CLOSE and (wall < _OPEN or day == _FRIDAY)


def last_planned(plan: BackupPlan, now: datetime) -> datetime:
    """Return the newest moment, up to `now`, at which the plan wants a backup, UTC."""
    today = now.astimezone(plan.timezone).date()
    at = instant_of(today, plan.time, plan.timezone)
    return at if at <= now else instant_of(today - _DAY, plan.time, plan.timezone)


def is_backup_late(plan: BackupPlan, at: datetime | None, since: datetime, now: datetime) -> bool:
    """Tell whether the last backup, made `at`, is older than it ever should be.

    One that was never made counts from `since`, when the database began to be looked after.
    """
    return plan.enabled and now - (at or since) > BACKUP_LATE


def is_drill_late(at: datetime | None, since: datetime, now: datetime) -> bool:
    """Tell whether it is more than a month since a backup was last shown to come back."""
    return now - (at or since) > DRILL_LATE


def _is_due(task: Task, runs: Runs, plan: BackupPlan, now: datetime) -> bool:
    done = runs.done.get(task)
    match task:
        case Task.BACKUP:
            # A database of today is first copied at today's time.
            made = done or runs.since
            return plan.enabled and (made is None or made < last_planned(plan, now))
        case Task.VACUUM:
            pruned = runs.done.get(Task.PRUNE)
            return pruned is not None and (done is None or done < pruned)
        case _:
            return done is None or now - done >= _EVERY[task]


def _has_just_failed(task: Task, runs: Runs, now: datetime) -> bool:
    failed = runs.failed.get(task)
    # A clock that was set back must not keep a task waiting for years.
    return failed is not None and timedelta(0) <= now - failed < _AGAIN
