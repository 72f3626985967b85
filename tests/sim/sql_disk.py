"""A disk of the store's own statements on SQLite; what was not committed dies with the engine."""

import sqlite3
from datetime import datetime
from typing import Any

from curb.domain.actions import Action, Record, SaveAudit
from curb.domain.audit import AuditRow
from curb.domain.events import Restored
from curb.store import reading, writing
from curb.store.tables import CREATE
from tests.sim.disk import Disk


class SqlDisk(Disk):
    """Records wait in memory until they are committed, all of them or none."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Record] = []
        self.committed: dict[int, AuditRow] = {}
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        for statement in CREATE:
            self._connection.execute(statement)

    def keep(self, action: Action) -> None:
        """Let a record wait for the next commit."""
        if isinstance(action, Record):
            self.waiting.append(action)

    def commit(self, cut: int | None = None) -> None:
        """Write what waits in one transaction; with `cut` it dies after so many records."""
        self._connection.execute("BEGIN IMMEDIATE")
        for record in self.waiting[:cut]:
            for sql, values in writing.statements(record):
                self._connection.execute(sql, values)
        self._connection.execute("COMMIT" if cut is None else "ROLLBACK")
        if cut is None:
            rows = (r.row for r in self.waiting if isinstance(r, SaveAudit))
            self.committed |= {row.id: row for row in rows}
            self.waiting.clear()

    def flush(self) -> None:
        """Write what waits, if anything does."""
        if self.waiting:
            self.commit()

    def lose(self) -> None:
        """Forget what was not committed, as a dying process does."""
        self.waiting.clear()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed."""
        return not self.ask("SELECT count(*) FROM enforcement_log")[0][0]

    def restored(self, now: datetime) -> Restored:
        """Return what a restart finds."""
        del now
        return reading.restored([self._connection.execute(sql) for sql in reading.LOAD])

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Return the rows of a query."""
        return self._connection.execute(sql, values).fetchall()
