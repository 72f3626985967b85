"""What the screen wants of the audit's past. Whoever starts the screen brings it along."""

from pathlib import Path
from typing import Protocol

from curb.domain.audit import AuditRow
from curb.domain.query import AuditQuery


class Archive(Protocol):
    """All rows on disk, read without disturbing the engine. Every method raises StoreError.

    They block for milliseconds, words that are rare for about a second in a million rows, and
    an export for longer: call them in a thread.
    """

    def older(self, query: AuditQuery, before_id: int | None, limit: int) -> tuple[AuditRow, ...]:
        """Return the newest rows older than `before_id` (None: the newest), newest first."""

    def newer(self, query: AuditQuery, after_id: int, limit: int) -> tuple[AuditRow, ...]:
        """Return the oldest rows newer than `after_id`, newest first."""

    def oldest(self, query: AuditQuery, limit: int) -> tuple[AuditRow, ...]:
        """Return the oldest rows, newest first."""

    def row(self, number: int) -> AuditRow | None:
        """Return the row of that id, None where there is none."""

    def count(self, query: AuditQuery) -> int:
        """Return how many rows meet the query; no more than COUNTED are looked for."""

    def export(self, query: AuditQuery, path: Path) -> int:
        """Write the rows, oldest first, to a new file of mode 0600; return how many.

        The name's end chooses the format: `.csv`, else JSON lines.
        """
