"""How often each rule was enforced today, counted from the audit."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from curb.domain.audit import AuditRow
from curb.domain.severity import DEEDS

_PAGE = 1_000
# A day of trading stays far below; a count must not keep a start waiting.
_MOST_PAGES = 20

ReadPage = Callable[[int | None, int], Awaitable[Sequence[AuditRow]]]


class Enforced:
    """Deeds of the trading day, each row once however often it is told."""

    def __init__(self, day_of: Callable[[datetime], date]) -> None:
        self._day_of = day_of
        self._day = date.min
        self._rows: dict[tuple[int | None, str], set[int]] = {}

    def hear(self, row: AuditRow) -> None:
        """Count a row of the newest day."""
        day = self._day_of(row.at)
        if day > self._day:
            self._day, self._rows = day, {}
        if day == self._day and row.action in DEEDS:
            self._rows.setdefault((row.account_id, row.rule), set()).add(row.id)

    async def load(self, read: ReadPage, now: datetime) -> None:
        """Count what the audit holds of the day of `now`; a page comes with its newest last."""
        self._day = max(self._day, self._day_of(now))
        before = None
        for _ in range(_MOST_PAGES):
            page = await read(before, _PAGE)
            for row in page:
                self.hear(row)
            if len(page) < _PAGE or self._day_of(page[0].at) < self._day:
                return
            before = page[0].id

    def count(self, account_id: int, rule_id: str, now: datetime) -> int:
        """Return how often the rule was enforced on the account on the day of `now`."""
        if self._day_of(now) != self._day:
            return 0
        return len(self._rows.get((account_id, rule_id), ()))
