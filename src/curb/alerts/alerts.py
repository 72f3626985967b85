"""From the audit to the services: what is told, how often, once."""

from collections import deque
from collections.abc import Callable

from curb.alerts.message import is_told, message_of, summary
from curb.alerts.pace import Pace
from curb.alerts.sender import Sender
from curb.domain.alerts import AlertPlan
from curb.domain.audit import AuditRow

# A row comes again with its outcome, seconds later at most.
_REMEMBERED = 1000


class Alerts:
    """A listener of the audit; costs what a queue costs. `clock` is monotonic, in seconds."""

    def __init__(
        self, sender: Sender, plan: Callable[[], AlertPlan], clock: Callable[[], float]
    ) -> None:
        self._sender = sender
        self._plan = plan
        self._clock = clock
        self._pace = Pace()
        self._told: deque[int] = deque(maxlen=_REMEMBERED)

    def __call__(self, row: AuditRow) -> None:
        """Tell of a row when it begins, and once more where it failed."""
        plan = self._plan()
        if not self._sender.names or not is_told(row, plan.least):
            return
        if row.id in self._told and row.success is not False:
            return
        self._told.append(row.id)
        if self._pace.take(self._clock(), plan.per_minute):
            self._sender.put(message_of(row))

    def tick(self) -> None:
        """Tell of what was too much for a minute, when there is room again."""
        missed = self._pace.overdue(self._clock(), self._plan().per_minute)
        if missed:
            self._sender.put(summary(missed))
