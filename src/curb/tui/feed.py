"""What a screen has heard from its engine, and how long ago.

The engine's clock is the only one shown: it is carried forward by our monotonic clock, so
that a wrong wall clock on this side shows nothing false.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from curb.control.frames import Hello
from curb.domain.audit import MANUAL, AuditRow
from curb.domain.snapshot import Snapshot

# Enough to scroll back through a busy day; older rows are in the database.
_MAX_ROWS = 5000


class Feed:
    """The newest snapshot, the audit's newest rows, and who answers.

    Moments passed in are of one monotonic clock, in seconds.
    """

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.hello: Hello | None = None
        self.is_attached = False
        self._moved_at: float | None = None
        self._rows: dict[int, AuditRow] = {}
        self._newest_first: tuple[AuditRow, ...] | None = None

    @property
    def rows(self) -> tuple[AuditRow, ...]:
        """The audit, newest first."""
        if self._newest_first is None:
            self._newest_first = tuple(sorted(self._rows.values(), key=_id, reverse=True))
        return self._newest_first

    def attach(self, hello: Hello) -> None:
        """Keep who answered."""
        self.hello = hello
        self.is_attached = True

    def detach(self) -> None:
        """Note that the connection ended; what was heard stays, and grows old."""
        self.is_attached = False

    def take_snapshot(self, snapshot: Snapshot, moment: float) -> bool:
        """Keep a snapshot; True where something changed that must be painted at once."""
        before = self.snapshot
        # An engine whose clock stands still is no sign of life.
        if before is None or before.at != snapshot.at or self._moved_at is None:
            self._moved_at = moment
        self.snapshot = snapshot
        return before is None or urgent(before) != urgent(snapshot)

    def take_rows(self, rows: Iterable[AuditRow]) -> AuditRow | None:
        """Keep rows, a newer state of one in place of the older; return a finished MANUAL one."""
        finished = None
        for row in rows:
            self._rows[row.id] = row
            if row.rule == MANUAL and row.success is not None:
                finished = row
        for number in sorted(self._rows)[: max(len(self._rows) - _MAX_ROWS, 0)]:
            del self._rows[number]
        self._newest_first = None
        return finished

    def silent_s(self, moment: float) -> float | None:
        """Return how long the engine has said nothing new, None before its first word."""
        return None if self._moved_at is None else moment - self._moved_at

    def now(self, moment: float) -> datetime | None:
        """Return the engine's time, None before its first word."""
        silent_s = self.silent_s(moment)
        if self.snapshot is None or silent_s is None:
            return None
        return self.snapshot.at + timedelta(seconds=silent_s)


def _id(row: AuditRow) -> int:
    return row.id


def urgent(snapshot: Snapshot) -> tuple[object, ...]:
    """Return what of a snapshot must be seen at once where it changes."""
    links = (snapshot.rest.word, snapshot.user_hub.word, snapshot.market_hub.word)
    accounts = tuple(
        (
            account.state,
            account.alert,
            tuple((p.contract_id, p.size) for p in account.positions),
            tuple((t.kind, t.scope, t.rule) for t in account.timers),
        )
        for account in snapshot.accounts
    )
    return (snapshot.armed, snapshot.store_word, links, accounts)
