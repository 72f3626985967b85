"""A disk of the store's own statements on SQLite, as the engine's writer sees it."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from curb.domain.actions import Record, SaveAudit
from curb.domain.audit import AuditRow
from curb.domain.errors import StoreError
from curb.domain.events import Restored
from curb.store import reading, writing
from curb.store.tables import CREATE
from tests.sim.plans import DiskFaults


class Disk:
    """What survives a process: all of a transaction or none of it."""

    def __init__(self) -> None:
        self.committed: dict[int, AuditRow] = {}
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        for statement in CREATE:
            self._connection.execute(statement)

    def write(self, records: Sequence[Record], cut: int | None = None) -> None:
        """Write records in one transaction; with `cut` it dies after so many."""
        self._connection.execute("BEGIN IMMEDIATE")
        for record in records[:cut]:
            for sql, values in writing.statements(record):
                self._connection.execute(sql, values)
        self._connection.execute("COMMIT" if cut is None else "ROLLBACK")
        if cut is None:
            rows = (each.row for each in records if isinstance(each, SaveAudit))
            self.committed |= {row.id: row for row in rows}

    def seen(self, at: datetime) -> None:
        """Keep the trusted time."""
        self._connection.execute(*writing.seen(at))

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed."""
        return not self.ask("SELECT count(*) FROM enforcement_log")[0][0]

    def restored(self) -> Restored:
        """Return what a restart finds."""
        return reading.restored([self._connection.execute(sql) for sql in reading.LOAD])

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Return the rows of a query."""
        return self._connection.execute(sql, values).fetchall()


class LivesStore:
    """The disk in the hands of one process; it takes a while, and fails now and then.

    `passes` is told of each boundary and says whether the process has died there.
    """

    def __init__(
        self,
        disk: Disk,
        faults: Callable[[], DiskFaults],
        rng: Random,
        passes: Callable[[str], bool],
    ) -> None:
        self._faults = faults
        self._disk = disk
        self._rng = rng
        self._passes = passes

    async def load(self) -> Restored:
        """Return what a restart finds."""
        return Restored() if self._disk.is_empty else self._disk.restored()

    async def save(self, records: Sequence[Record]) -> None:
        """Write records in one transaction. Raises StoreError."""
        is_slow = self._rng.random() < self._faults().is_slow
        await asyncio.sleep(self._rng.uniform(0.0002, 3.0 if is_slow else 0.02))
        self._die_at("before a write")
        if self._rng.random() < self._faults().fails:
            raise StoreError("expected room on the disk, found none")
        if self._passes("in a write"):
            self._disk.write(records, self._rng.randrange(len(records) + 1))
            raise asyncio.CancelledError
        self._disk.write(records)
        self._die_at("after a write")

    async def close(self) -> None:
        """Let go of nothing: the disk outlives the process."""

    def _die_at(self, boundary: str) -> None:
        if self._passes(boundary):
            raise asyncio.CancelledError
