"""An audit of many rows, and the archive of it as a screen asks it."""

from dataclasses import dataclass, replace
from pathlib import Path

from curb.domain.audit import Act, AuditRow
from curb.domain.query import AuditQuery

from .scenes import row


def many(count: int) -> tuple[AuditRow, ...]:
    """Rows 1 to `count`, oldest first: every tenth is of RULE-002, every hundredth names CL."""
    return tuple(
        replace(
            row(number, count - number, "RULE-003", Act.WARN, f"row {number}"),
            rule="RULE-002" if number % 10 == 0 else "RULE-003",
            symbol="CL" if number % 100 == 0 else "MNQ",
        )
        for number in range(1, count + 1)
    )


@dataclass
class Kept:
    """Every row in memory; counts how often it was asked."""

    rows: tuple[AuditRow, ...]
    asked: int = 0

    def _fit(self, query: AuditQuery) -> list[AuditRow]:
        self.asked += 1
        return [row for row in reversed(self.rows) if query.fits(row)]

    def older(self, query: AuditQuery, before_id: int | None, limit: int) -> tuple[AuditRow, ...]:
        found = (row for row in self._fit(query) if before_id is None or row.id < before_id)
        return tuple(found)[:limit]

    def newer(self, query: AuditQuery, after_id: int, limit: int) -> tuple[AuditRow, ...]:
        found = tuple(row for row in self._fit(query) if row.id > after_id)
        return found[-limit:] if limit else ()

    def oldest(self, query: AuditQuery, limit: int) -> tuple[AuditRow, ...]:
        return tuple(self._fit(query)[-limit:])

    def row(self, number: int) -> AuditRow | None:
        return next((row for row in self.rows if row.id == number), None)

    def count(self, query: AuditQuery) -> int:
        return len(self._fit(query))

    def export(self, query: AuditQuery, path: Path) -> int:
        path.write_text("\n".join(row.reason for row in reversed(self._fit(query))))
        return self.count(query)
