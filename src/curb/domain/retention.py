"""How long rows are kept, and which may go. What a rule or a restart needs always stays."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

# Positions carried over a weekend were opened in one of them: a restart reads their fills.
RECENT_DAYS = 3

# A month's rows are left alone for so long after its end: what came late has come by then.
SETTLED = timedelta(days=35)

# An outcome that nobody told in this time will not be: its account is watched no more.
GIVEN_UP = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """For how many days rows are kept, as the configuration wants it."""

    fills_days: int = 7
    daily_pnl_days: int = 90
    unrealized_days: int = 7
    audit_days: int = 365
    contracts_days: int = 365


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What is older may go: rows of trading days before these, rows told before these times."""

    fills: date
    daily_pnl: date
    unrealized: date
    audit: datetime
    contracts: datetime


@dataclass(frozen=True, slots=True)
class OldFill:
    """A fill as far as retention has to know it; `signed` is None where no side is known."""

    account_id: int
    id: int
    contract_id: str
    at: datetime
    signed: int | None
    is_voided: bool

    @property
    def key(self) -> tuple[int, int]:
        """What names it: ids are unique within an account."""
        return self.account_id, self.id

    @property
    def moves(self) -> int:
        """By how many contracts it moved the position."""
        return 0 if self.is_voided or self.signed is None else self.signed


def cutoffs(
    plan: RetentionPlan, today: date, now: datetime, traded: Sequence[date] = ()
) -> Cutoffs:
    """Return where the plan cuts off in trading day `today`.

    `traded` are the newest trading days with a fill: the fills of three of them stay.
    """
    newest = sorted(set(traded), reverse=True)[:RECENT_DAYS]
    return Cutoffs(
        fills=min((_before(today, plan.fills_days), *newest)),
        daily_pnl=_before(today, plan.daily_pnl_days),
        unrealized=_before(today, plan.unrealized_days),
        audit=_earlier(now, plan.audit_days),
        contracts=_earlier(now, plan.contracts_days),
    )


def closed(fills: Iterable[OldFill], flat: Collection[int]) -> tuple[tuple[int, int], ...]:
    """Return the keys of the old fills whose round turn is closed, in order.

    `flat` are the accounts known to hold nothing: every turn of theirs is. Of the others
    whole turns go, by account and contract those up to the last time the size was 0 again; a
    fill without a side belongs to none.
    """
    found: list[tuple[int, int]] = []
    ordered = sorted(fills, key=lambda fill: (fill.account_id, fill.contract_id, fill.at, fill.id))
    for (account_id, _), group in groupby(
        ordered, lambda fill: (fill.account_id, fill.contract_id)
    ):
        turns = list(group)
        count = len(turns) if account_id in flat else _closed(turns)
        found += [fill.key for n, fill in enumerate(turns) if n < count or fill.signed is None]
    return tuple(sorted(found))


def unnamed(
    cached: Iterable[tuple[str, datetime]], named: Collection[str], before: datetime
) -> tuple[str, ...]:
    """Return the contracts cached before a time that no kept row names, in order."""
    return tuple(sorted(each for each, at in cached if at < before and each not in named))


def months(since: datetime, now: datetime) -> tuple[datetime, ...]:
    """Return the ends of the calendar months, UTC, from that of `since` on, that have settled."""
    found: list[datetime] = []
    end = _month_end(since)
    while end + SETTLED <= now:
        found.append(end)
        end = _month_end(end)
    return tuple(found)


def _closed(fills: Sequence[OldFill]) -> int:
    """Return how many of the first fills make whole round turns."""
    size = count = 0
    for n, fill in enumerate(fills, start=1):
        size += fill.moves
        if size == 0:
            count = n
    return count


def _month_end(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)  # noqa: PLR2004 - December
    return datetime(year, month, 1, tzinfo=UTC)


def _before(day: date, days: int) -> date:
    # Who keeps rows for a lifetime asks for days before the calendar begins.
    return date.fromordinal(max(day.toordinal() - days, 1))


def _earlier(at: datetime, days: int) -> datetime:
    return datetime.combine(_before(at.date(), days), at.timetz())
