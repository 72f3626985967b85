"""Looks after the database beside the engine's work, and tells the audit what was done."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from curb.cli.shelf import named_folder
from curb.domain import upkeep
from curb.domain.errors import CurbError
from curb.domain.health import HealthView
from curb.domain.text import safe_text
from curb.domain.upkeep import BackupPlan, Moment, Runs, Task
from curb.engine.runner import Runner
from curb.engine.upkeep import flat_accounts, moment
from curb.store import growth, retention
from curb.store.database import Database
from curb.store.pruning import BATCH, Batch
from curb.store.restoring import last_drill
from curb.store.segments import FOLDER

_LOOK_S = 5.0
_LOOKS_A_MEASURING = 12  # a minute
_LOOKS_A_WEIGHING = 720  # an hour
_WARN_AGAIN = timedelta(days=1)
_MEGABYTE = 1_000_000

_ANY = Moment(is_calm=True, is_outside=True, is_store_ok=True)
_NAMES = {
    "trade_history": "fills",
    "daily_pnl": "days",
    "daily_unrealized_pnl": "open results",
    "contract_cache": "contracts",
    "enforcement_log": "rows of the audit",
}


class Shelf(Protocol):
    """Where backups are kept. Both block."""

    def take(self, folder: Path, plan: BackupPlan, now: datetime) -> Mapping[str, object]:
        """Make a whole backup, and let go of those that the plan keeps no longer.

        Return its numbers for the audit, its name as `file`. Raises CurbError.
        """

    def newest(self, folder: Path) -> datetime | None:
        """Return when the newest backup was made, None where there is none."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of a task: words for the audit, "" where there is nothing to tell."""

    words: str = ""
    details: dict[str, object] = field(default_factory=dict)
    is_done: bool = True  # else it was broken off, and goes on when there is time


class Upkeep:
    """One task of the engine's; what fails here is told and tried again, and disturbs nothing."""

    def __init__(
        self,
        runner: Runner,
        database: Database,
        path: Path,
        *,
        is_store_ok: Callable[[], bool],
        count_audit: Callable[[int], None],
        shelf: Shelf | None = None,
    ) -> None:
        self._runner = runner
        self._database = database
        self._path = path
        self._is_store_ok = is_store_ok
        self._count_audit = count_audit
        self._shelf = shelf
        self._runs = Runs()
        self._warned: dict[Task, datetime] = {}
        self._fault = ""  # why the last backup failed
        self._newest: datetime | None = None
        self._drilled: datetime | None = None
        self._growing = ""
        self._began = runner.clock.now()

    async def run(self) -> None:
        """Look after the database for ever."""
        looks = 0
        while True:
            await asyncio.sleep(_LOOK_S)
            if looks % _LOOKS_A_MEASURING == 0:
                await asyncio.to_thread(self._measure, is_hour=looks % _LOOKS_A_WEIGHING == 0)
            if looks or await self._remembers():
                await self.look()
                looks += 1

    async def look(self) -> None:
        """Do what is due."""
        while task := self._next():
            now = self._runner.clock.now()
            try:
                deed = await self._do(task, now)
                if deed.is_done:
                    await self._database.tidy([retention.run(task.value, now)])
                    self._runs = replace(self._runs, done={**self._runs.done, task: now})
            except Exception as e:  # noqa: BLE001 - a fault here must not end the upkeep
                self._fail(task, e, now)
                continue
            if deed.words:
                core = self._runner.core
                self._runner.act(core.upkeep(deed.words, deed.details, self._runner.clock.now()))
            if not deed.is_done:
                return

    def noted(self, view: HealthView, now: datetime) -> HealthView:
        """Return the health with what is known of copies, drills and room."""
        plan = self._plan
        made = [at for at in (self._runs.done.get(Task.BACKUP), self._newest) if at is not None]
        backup_at = max(made, default=None)
        since = self._runs.since or self._began
        head = self._database.audit_head
        return replace(
            view,
            is_backup_on=plan.enabled,
            backup_at=backup_at,
            backup_words=self._fault,
            is_backup_late=upkeep.is_backup_late(plan, backup_at, since, now),
            drill_at=self._drilled,
            is_drill_late=plan.enabled and upkeep.is_drill_late(self._drilled, since, now),
            upkeep_at=self._runs.done.get(Task.PRUNE),
            growing=self._growing,
            audit_head=head.words if head else "",
        )

    @property
    def _plan(self) -> BackupPlan:
        plan = self._runner.core.policy.backup
        return plan if self._shelf is not None else replace(plan, enabled=False)

    @property
    def _folder(self) -> Path:
        return named_folder(self._plan.folder, self._path.parent)

    def _next(self) -> Task | None:
        now = self._runner.clock.now()
        # Nearly always nothing is due whatever the moment allows.
        if not upkeep.due(_ANY, self._runs, self._plan, now):
            return None
        return next(iter(upkeep.due(self._moment(), self._runs, self._plan, now)), None)

    def _moment(self) -> Moment:
        now = self._runner.clock.now()
        return moment(self._runner.core, now, is_store_ok=self._is_store_ok())

    def _may(self, task: Task) -> bool:
        now = self._runner.clock.now()
        return upkeep.is_allowed(task, self._moment(), self._runs, now)

    async def _remembers(self) -> bool:
        """Learn what was done before the engine began; tell whether that could be read."""
        try:
            known, since = await asyncio.to_thread(retention.runs, self._path)
        except CurbError:
            return False  # the database word tells of a disk that fails
        done = {task: known[task.value] for task in Task if task.value in known}
        self._runs = Runs(done, since=since)
        return True

    def _measure(self, *, is_hour: bool) -> None:
        with suppress(CurbError, OSError):  # as long as it was known, it is shown
            drill = last_drill(self._folder)
            self._drilled = drill.at if drill and drill.ok else None
            if self._shelf is not None:
                self._newest = self._shelf.newest(self._folder)
            if is_hour:
                self._growing = growth.growing(self._path)

    async def _do(self, task: Task, now: datetime) -> Deed:
        match task:
            case Task.BACKUP:
                return await self._back_up(now)
            case Task.SEAL:
                return await self._seal(now)
            case Task.PRUNE:
                return await self._prune(now)
            case Task.VACUUM:
                return await self._give_back()
            case Task.OPTIMIZE:
                await self._database.optimize()
                return Deed()

    async def _back_up(self, now: datetime) -> Deed:
        if self._shelf is None:
            return Deed()
        details = await asyncio.to_thread(self._shelf.take, self._folder, self._plan, now)
        self._fault = ""
        return Deed(f"backup {safe_text(details.get('file', ''))} made", dict(details))

    async def _seal(self, now: datetime) -> Deed:
        months = rows = 0
        segment = await asyncio.to_thread(retention.next_segment, self._path, now)
        while segment is not None and self._may(Task.SEAL):
            await self._database.tidy([segment.statement(now)])
            months, rows = months + 1, rows + segment.row_count
            segment = await asyncio.to_thread(retention.next_segment, self._path, now)
        words = f"sealed {_many(months, 'month')} of the audit" if months else ""
        return Deed(words, {"months": months, "rows": rows}, is_done=segment is None)

    async def _prune(self, now: datetime) -> Deed:
        core = self._runner.core
        today, plan = core.policy.days.day_of(now), core.policy.retention
        flat = flat_accounts(core)
        out: dict[str, int] = {}
        is_done = True
        for each in await asyncio.to_thread(retention.prunings, self._path, plan, today, now, flat):
            is_done = is_done and await self._take_out(each.table, each.count, each.batches, out)
        old = await asyncio.to_thread(retention.old_segments, self._path, plan, today, now)
        folder = self._path.parent / FOLDER
        for segment in old:
            if not is_done or not self._may(Task.PRUNE):
                is_done = False
                break
            found = await asyncio.to_thread(
                retention.audit_pruning, self._path, folder, segment, now
            )
            is_done = await self._take_out(found.table, found.count, found.batches, out)
        if "enforcement_log" in out:
            self._count_audit(await self._database.audit_count())
        return Deed(_taken_out(out), dict(out), is_done)

    async def _take_out(
        self, table: str, count: int, batches: tuple[Batch, ...], out: dict[str, int]
    ) -> bool:
        written = await retention.carry_out(self._database, batches, lambda: self._may(Task.PRUNE))
        gone = min(written * BATCH, count)
        if gone:
            out[table] = out.get(table, 0) + gone
        return written == len(batches)

    async def _give_back(self) -> Deed:
        before = await asyncio.to_thread(retention.free_bytes, self._path)
        is_done = await retention.give_back(self._database, lambda: self._may(Task.VACUUM))
        freed = before - await asyncio.to_thread(retention.free_bytes, self._path)
        words = f"gave {freed / _MEGABYTE:.1f} MB back to the disk" if freed > 0 else ""
        return Deed(words, {"bytes": freed}, is_done)

    def _fail(self, task: Task, error: Exception, now: datetime) -> None:
        self._runs = replace(self._runs, failed={**self._runs.failed, task: now})
        words = safe_text(error, 200) if isinstance(error, CurbError) else type(error).__name__
        if task is Task.BACKUP:
            self._fault = words
        warned = self._warned.get(task)
        if warned is None or now - warned >= _WARN_AGAIN:
            self._warned[task] = now
            told = f"upkeep: {task.value} failed, tried again every hour: {words}"
            self._runner.act(self._runner.core.warn(told, now))


def _taken_out(out: Mapping[str, int]) -> str:
    if not out:
        return ""
    words = ", ".join(f"{count:,} {_NAMES[table]}" for table, count in out.items())
    return f"took out what is old: {words}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
