"""A picture that stands still to be read, while everything goes on behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from curb.domain.audit import AuditRow
from curb.domain.snapshot import Snapshot
from curb.tui.feed import urgent

# Long enough to read a screen; a forgotten pause shall not pass for a calm market.
PAUSE_S = 60.0


@dataclass(frozen=True, slots=True)
class Pause:
    """What the panes show while it lasts; `until` is a moment of the monotonic clock."""

    snapshot: Snapshot
    rows: Sequence[AuditRow]  # newest first
    now: datetime | None
    until: float

    def is_over(self, snapshot: Snapshot | None, moment: float, *, is_silent: bool) -> bool:
        """Tell whether its time has run out, or something happened that must be seen at once."""
        is_other = snapshot is None or urgent(snapshot) != urgent(self.snapshot)
        return is_other or is_silent or moment >= self.until

    def pending(self, rows: Sequence[AuditRow]) -> int:
        """Return how many rows came since."""
        newest = self.rows[0].id if self.rows else 0
        return sum(row.id > newest for row in rows)
