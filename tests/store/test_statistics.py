"""Counted by SQLite, and the same as counted by hand."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from curb.domain.actions import SaveAudit
from curb.domain.audit import Act, AuditRow
from curb.domain.errors import StoreError
from curb.domain.severity import DEEDS
from curb.domain.stats import AuditStats, Tally, stats
from curb.store.statistics import audit_stats

from .samples import ROW, audited, opened

TODAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS = tuple(
    replace(
        ROW,
        id=number,
        # Eleven hours apart: some on each day, back to the fourth of the month.
        at=NOON - timedelta(hours=11) * (36 - number // 20),
        account_id=(None, 7, 8)[number % 3],
        account=(None, "SEVEN", "EIGHT")[number % 3],
        rule=("RULE-001", "RULE-002", "MANUAL", "CONFIG")[number // 3 % 4],
        action=list(Act)[number % len(Act)],
        success=(True, True, None, False)[number // 7 % 4],
        execution_time_ms=number * 37 % 6_000 if number % 4 else None,
    )
    for number in range(1, 741)
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("audit"), ROWS)


def by_hand(days: int | None, account_id: int | None) -> AuditStats:
    deeds = [
        row
        for row in ROWS
        if row.action in DEEDS and (account_id is None or row.account_id == account_id)
    ]
    first = None if days is None else TODAY - timedelta(days=days - 1)
    asked = [row for row in deeds if first is None or row.at.date() >= first]
    timed = [r for r in asked if r.success is not None and r.execution_time_ms is not None]
    timed.sort(key=lambda row: (row.execution_time_ms or 0, row.id), reverse=True)
    return stats(
        [_tally(row.rule, row) for row in asked],
        [_tally(f"{row.at.date()}", row) for row in deeds],
        timed[:10],
        TODAY,
    )


def _tally(name: str, row: AuditRow) -> Tally:
    return Tally(name, row.success, row.execution_time_ms, 1)


@pytest.mark.parametrize("account_id", [None, 7, 9])
@pytest.mark.parametrize("days", [None, 1, 2, 5])
def test_it_counts_what_was_asked_for(path: Path, days: int | None, account_id: int | None) -> None:
    found = audit_stats(path, TODAY, days, account_id)
    assert found == by_hand(days, account_id)


def test_what_is_asked_for_is_there_and_more_days_than_there_were_are_all(path: Path) -> None:
    assert audit_stats(path, TODAY, 10**12) == by_hand(None, None)
    counts = [audit_stats(path, TODAY, days, 7).total.timed for days in (1, 5, 100)]
    assert 0 < counts[0] < counts[1] < counts[2]
    assert audit_stats(path, TODAY, None, 9).total.count == 0


def test_figures_that_were_reckoned_by_hand(tmp_path: Path) -> None:
    took = [(True, ms) for ms in range(10, 200, 10)] + [(False, 5_500), (None, 9_000)]
    rows = [
        replace(ROW, id=number, success=success, execution_time_ms=ms)
        for number, (success, ms) in enumerate(took, 1)
    ]
    rows.append(replace(ROW, id=100, action=Act.WARN, success=True, execution_time_ms=None))

    async def save() -> None:
        async with opened(tmp_path / "curb.db") as database:
            await database.save([SaveAudit(row) for row in rows])

    asyncio.run(save())
    found = audit_stats(tmp_path / "curb.db", TODAY)
    (rule,) = found.rules
    assert (rule.name, rule.count, rule.open, rule.failed) == ("RULE-003", 21, 1, 1)
    assert (rule.success, rule.average_ms) == (Decimal("95.0"), Decimal("370.0"))
    assert (rule.minimum_ms, rule.p95_ms, rule.maximum_ms) == (10, 190, 5_500)
    assert (rule.over_500, rule.over_2000, rule.over_5000) == (1, 1, 1)
    assert [row.execution_time_ms for row in found.slowest] == [5_500, *range(190, 100, -10)]
    assert [(day.name, day.count) for day in found.days if day.count] == [("2026-11-20", 21)]


def test_it_works_beside_a_writer_and_needs_a_database(path: Path, tmp_path: Path) -> None:
    async def scene() -> AuditStats:
        async with opened(path):
            return audit_stats(path, TODAY)

    assert asyncio.run(scene()) == by_hand(None, None)
    with pytest.raises(StoreError, match="cannot be opened"):
        audit_stats(tmp_path / "none.db", TODAY)
    assert not list(tmp_path.iterdir())
