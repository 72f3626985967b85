"""The upkeep over a real database, at times that the test tells, and over a shelf of its own."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from curb.cli.upkeep import Upkeep
from curb.domain.actions import Record, SaveAudit, SaveDay
from curb.domain.audit import Act, AuditRow
from curb.domain.errors import StoreError
from curb.domain.health import UNMEASURED, HealthView
from curb.domain.upkeep import BackupPlan, Task
from curb.engine.clock import TrustedClock
from curb.engine.inbox import Inbox
from curb.engine.runner import Runner
from curb.engine.writer import Writer
from curb.store import retention
from curb.store.database import Database
from curb.store.looking import looking
from tests.engine.test_runner import Venue
from tests.scene import Scene
from tests.store.samples import ROW, opened

DRILLED = {"at": "2026-11-01T00:00:00+00:00", "ok": True, "name": "x", "seconds": 1, "words": ""}
# The exchange's weekend, an hour after the backup's time in New York.
START = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)
PLANNED = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


class Shelf:
    """Keeps in mind what was asked of it."""

    def __init__(self) -> None:
        self.taken: list[tuple[Path, BackupPlan, datetime]] = []
        self.error: Exception | None = None
        self.made_by_hand: datetime | None = None

    def take(self, folder: Path, plan: BackupPlan, now: datetime) -> Mapping[str, object]:
        self.taken.append((folder, plan, now))
        if self.error:
            raise self.error
        return {"file": "state.tar.gz", "bytes": 7}

    def newest(self, folder: Path) -> datetime | None:
        del folder
        return self.made_by_hand


class Bench:
    """An engine's parts around one upkeep; `after_s` is how long after the start it is."""

    def __init__(self, database: Database, path: Path, shelf: Shelf | None) -> None:
        self.after_s = 0.0
        self.scene = Scene(start=START)
        self.rows: list[AuditRow] = []
        self.counts: list[int] = []
        self.is_store_ok = True
        clock = TrustedClock(lambda: self.after_s, lambda: START, None)
        runner = Runner(self.scene.core, Venue(clock.now), Writer(database), Inbox(), clock)
        runner.listen(self.rows.append)
        self.upkeep = Upkeep(
            runner,
            database,
            path,
            is_store_ok=lambda: self.is_store_ok,
            count_audit=self.counts.append,
            shelf=shelf,
        )

    async def look(self, **after: float) -> list[tuple[Act, str]]:
        """Look once at a time after the start; return the rows that came of it."""
        self.after_s = timedelta(**after).total_seconds()
        known = len(self.rows)
        await self.upkeep.look()
        return [(row.action, row.reason) for row in self.rows[known:]]

    async def remember(self) -> None:
        assert await self.upkeep._remembers()

    def noted(self) -> HealthView:
        at = START + timedelta(seconds=self.after_s)
        return self.upkeep.noted(UNMEASURED, at)


@asynccontextmanager
async def bench(path: Path, *records: Record, shelf: Shelf | None = None) -> AsyncIterator[Bench]:
    async with opened(path) as database:
        await database.save(records)
        found = Bench(database, path, shelf)
        await found.remember()
        yield found


def old_days(count: int) -> list[Record]:
    first = date(2020, 1, 1)
    return [SaveDay(1, first + timedelta(days=n), Decimal(1), START) for n in range(count)]


def audit(number: int, days_ago: float) -> SaveAudit:
    return SaveAudit(replace(ROW, id=number, success=True, at=START - timedelta(days=days_ago)))


def rows_of(path: Path, table: str) -> int:
    with looking(path) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608


def test_everything_is_done_in_order_and_told(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    records = [*old_days(1_200), *(audit(n, 500) for n in range(1, 701)), audit(701, 100)]

    async def scene() -> None:
        async with bench(path, *records) as found:
            told = await found.look()
            assert [(act, words.split(" MB ")[-1]) for act, words in told] == [
                (Act.UPKEEP, "sealed 1 month of the audit"),
                (Act.UPKEEP, "took out what is old: 1,200 days, 700 rows of the audit"),
                (Act.UPKEEP, "back to the disk"),
            ]
            assert [row.rule for row in found.rows] == ["ENGINE"] * 3
            assert found.rows[0].details["rows"] == 700
            assert found.rows[1].details["enforcement_log"] == 700
            assert found.rows[1].details["daily_pnl"] == 1_200
            assert int(found.rows[2].details["bytes"]) > 100_000
            assert found.counts == [1]
            assert found.noted().upkeep_at == START
            assert set(retention.runs(path)[0]) == {"seal", "prune", "vacuum", "optimize"}
            assert await found.look(hours=1) == []
            assert await found.look(hours=20) == []
            assert found.noted().upkeep_at == START + timedelta(hours=20)

    asyncio.run(scene())
    assert (rows_of(path, "daily_pnl"), rows_of(path, "enforcement_log")) == (0, 1)
    names = [each.name for each in (tmp_path / "archive" / "audit").iterdir()]
    assert names == [f"{START - timedelta(days=500):%Y-%m-%d}-700.jsonl.gz"]


def test_a_restart_remembers_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    async def scene() -> None:
        async with bench(path) as found:
            await found.look()
        async with bench(path, *old_days(3)) as found:
            assert found.noted().upkeep_at == START
            assert await found.look(hours=19) == []
            assert await found.look(hours=20) == [(Act.UPKEEP, "took out what is old: 3 days")]

    asyncio.run(scene())


def test_nothing_is_touched_while_anything_is_open_or_the_disk_fails(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    async def scene() -> None:
        async with bench(path, *old_days(3)) as found:
            found.scene.trade("MNQ", 1)
            assert await found.look() == []
            found.scene.trade("MNQ", -1)
            found.is_store_ok = False
            assert await found.look() == []
            found.is_store_ok = True
            # Sunday 17:00 in Chicago: the session begins.
            assert await found.look(hours=24.5) == []
            assert rows_of(path, "daily_pnl") == 3
            assert found.noted().upkeep_at is None
            assert len(await found.look(hours=24.49)) == 1

    asyncio.run(scene())


def test_a_position_breaks_it_off_and_it_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    async def scene() -> None:
        async with bench(path, *old_days(2_000)) as found:
            looking = asyncio.create_task(found.look())
            while rows_of(path, "daily_pnl") == 2_000:
                await asyncio.sleep(0)
            found.scene.trade("MNQ", 1)
            ((_, words),) = await looking
            left = rows_of(path, "daily_pnl")
            assert left in (500, 1_000, 1_500)
            assert words == f"took out what is old: {2_000 - left:,} days"
            assert found.noted().upkeep_at is None
            assert await found.look() == []
            found.scene.trade("MNQ", -1)
            ((_, words), *_) = await found.look()
            assert words == f"took out what is old: {left:,} days"
            assert found.noted().upkeep_at == START

    asyncio.run(scene())
    assert rows_of(path, "daily_pnl") == 0


def test_a_position_waits_for_no_more_than_one_month_of_the_audit(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    records = [audit(n, 900 - 40 * n) for n in range(1, 20)]

    async def scene() -> None:
        async with bench(path, *records, audit(20, 1)) as found:
            looking = asyncio.create_task(found.look())
            while rows_of(path, "audit_segments") == 0:
                await asyncio.sleep(0)
            found.scene.trade("MNQ", 1)
            (_, words), *_ = await looking
            months = rows_of(path, "audit_segments")
            assert months < 19
            assert words.startswith(f"sealed {months} month")
            found.scene.trade("MNQ", -1)
            (_, words), *_ = await found.look()
            assert words == f"sealed {19 - months} months of the audit"

    asyncio.run(scene())


def test_a_backup_is_made_at_its_time_whatever_is_open(tmp_path: Path) -> None:
    shelf = Shelf()

    async def scene() -> None:
        async with bench(tmp_path / "state.db", shelf=shelf) as found:
            # The database is older than the backup's time of today, for what is known here.
            found.upkeep._runs = replace(found.upkeep._runs, since=PLANNED - timedelta(hours=1))
            found.scene.trade("MNQ", 1)
            assert found.noted().backup_at is None
            assert await found.look() == [(Act.UPKEEP, "backup state.tar.gz made")]
            assert found.rows[0].details["bytes"] == 7
            assert found.noted().backup_at == START
            assert await found.look(hours=22.9) == []
            assert await found.look(hours=23) == [(Act.UPKEEP, "backup state.tar.gz made")]
            assert [at for _, _, at in shelf.taken] == [START, START + timedelta(hours=23)]
            assert {folder for folder, _, _ in shelf.taken} == {tmp_path / "backups"}

    asyncio.run(scene())


def test_a_folder_of_the_trader_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    shelf = Shelf()

    async def scene() -> None:
        async with bench(tmp_path / "state.db", shelf=shelf) as found:
            found.upkeep._runs = replace(found.upkeep._runs, since=None)
            core = found.scene.core
            core.policy = replace(core.policy, backup=BackupPlan(folder="~/copies"))
            await found.look()

    asyncio.run(scene())
    assert [folder for folder, _, _ in shelf.taken] == [tmp_path / "home" / "copies"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreError("the disk is\nfull"), "the disk is·full"),
        (ValueError("a fault of ours"), "ValueError"),
    ],
)
def test_a_failure_is_told_once_a_day_and_tried_again_every_hour(
    tmp_path: Path, error: Exception, words: str
) -> None:
    shelf = Shelf()
    shelf.error = error
    told = (Act.WARN, f"upkeep: backup failed, tried again every hour: {words}")

    async def scene() -> None:
        async with bench(tmp_path / "state.db", shelf=shelf) as found:
            found.upkeep._runs = replace(found.upkeep._runs, since=None)
            assert await found.look() == [told]
            assert found.noted().backup_words == words
            assert await found.look(minutes=59) == []
            assert len(shelf.taken) == 1
            assert await found.look(hours=1) == []
            assert len(shelf.taken) == 2
            assert await found.look(hours=24) == [told]
            shelf.error = None
            assert await found.look(hours=25) == [(Act.UPKEEP, "backup state.tar.gz made")]
            assert found.noted().backup_words == ""
            # What else was due was done beside it.
            assert found.noted().upkeep_at is not None

    asyncio.run(scene())


def test_rows_that_were_changed_after_they_were_sealed_stay(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    async def scene() -> None:
        records = [audit(1, 500), audit(2, 500), audit(3, 100)]
        async with bench(path, *records) as found:
            segment = retention.next_segment(path, START)
            assert segment is not None
            wrong = replace(segment, digest="0" * 64)
            await found.upkeep._database.tidy([wrong.statement(START)])
            ((act, words),) = await found.look()
            assert act is Act.WARN
            assert "upkeep: prune failed" in words
            assert "expected the rows 1 to 2 as sealed" in words
            assert rows_of(path, "enforcement_log") == 3

    asyncio.run(scene())


def test_without_a_shelf_nothing_is_late(tmp_path: Path) -> None:
    async def scene() -> None:
        async with bench(tmp_path / "state.db") as found:
            found.after_s = 90 * 86_400
            known = found.noted()
            assert (known.is_backup_on, known.is_backup_late, known.is_drill_late) == (
                False,
                False,
                False,
            )

    asyncio.run(scene())


def test_what_is_late_and_what_was_done_by_hand(tmp_path: Path) -> None:
    shelf = Shelf()

    async def scene() -> None:
        async with bench(tmp_path / "state.db", shelf=shelf) as found:
            since = START - timedelta(days=32)
            found.upkeep._runs = replace(found.upkeep._runs, since=since)
            known = found.noted()
            assert (known.is_backup_on, known.is_backup_late, known.is_drill_late) == (
                True,
                True,
                True,
            )
            shelf.made_by_hand = START - timedelta(hours=26)
            (tmp_path / "backups").mkdir()
            drill = tmp_path / "backups" / "last-drill.json"
            drill.write_text(json.dumps(DRILLED))
            found.upkeep._measure(is_hour=True)
            known = found.noted()
            assert known.backup_at == START - timedelta(hours=26)
            assert known.drill_at == datetime(2026, 11, 1, tzinfo=UTC)
            assert (known.is_backup_late, known.is_drill_late, known.growing) == (False, False, "")

    asyncio.run(scene())


def test_a_task_that_is_kept_under_another_name_was_never_done(tmp_path: Path) -> None:
    path = tmp_path / "state.db"

    async def scene() -> None:
        async with bench(path) as found:
            await found.upkeep._database.tidy([retention.run("of_later", START)])
            await found.remember()
            assert found.upkeep._runs.done == {}
            await found.upkeep._database.tidy([retention.run("prune", START)])
            await found.remember()
            assert found.upkeep._runs.done == {Task.PRUNE: START}

    asyncio.run(scene())
