"""The shelf of backups: which of them are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

# Long enough to find out that what a newer schema made of the rows is not what was meant.
MIGRATION_KEPT = timedelta(days=30)


class Why(StrEnum):
    """What a backup was taken for; the value stands in its name."""

    DAILY = "daily"
    MIGRATION = "migration"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Shelved:
    """A backup on the shelf: its file name, and when (UTC) and why it was taken."""

    name: str
    taken_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Of how many days, weeks and months the newest backup is kept.

    Those without a backup do not count: a month away from the desk ages nothing out.
    """

    days: int = 7
    weeks: int = 4
    months: int = 12


def surplus(shelf: Iterable[Shelved], counts: Counts, now: datetime) -> tuple[Shelved, ...]:
    """Return the backups to delete, oldest first. Days, weeks and months are those of UTC.

    Never the newest, nor one for a migration within 30 days, nor one dated after `now`: its
    clock was wrong, so nobody knows which is older.
    """
    past = sorted((each for each in shelf if each.taken_at <= now), key=_age, reverse=True)
    kept = set(past[:1])
    kept |= {e for e in past if e.why == Why.MIGRATION and e.taken_at > now - MIGRATION_KEPT}
    kept |= _newest_of(past, "%Y-%m-%d", counts.days)
    kept |= _newest_of(past, "%G-%V", counts.weeks)
    kept |= _newest_of(past, "%Y-%m", counts.months)
    return tuple(each for each in reversed(past) if each not in kept)


def last_taken(shelf: Iterable[Shelved], now: datetime) -> datetime | None:
    """Return when the newest backup was taken that is not dated after `now`, None without one."""
    return max((each.taken_at for each in shelf if each.taken_at <= now), default=None)


def _age(each: Shelved) -> tuple[datetime, str]:
    return each.taken_at, each.name


def _newest_of(past: Sequence[Shelved], spelled: str, count: int) -> set[Shelved]:
    """Return the first of each of the first `count` periods; `past` is newest first."""
    found: dict[str, Shelved] = {}
    for each in past:
        found.setdefault(each.taken_at.astimezone(UTC).strftime(spelled), each)
    return set(list(found.values())[:count])
