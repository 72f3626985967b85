"""What the trader has to be told of a close that does not come about, louder as it lasts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from curb.domain.actions import Action, SaveAudit
from curb.domain.audit import ENGINE, Act, AuditRow
from curb.engine.clerk import Clerk
from curb.engine.closing import Closing
from curb.engine.enforcement import Enforcement
from curb.engine.flatten import CLOSES_A_MINUTE, Phase, Pursuit

# Beyond these the trader has to be told, loudly (reliability.md section 2.1).
ESCALATE_AFTER = timedelta(seconds=5)
CRITICAL_AFTER = timedelta(seconds=30)

# From then on it is told again after twice the time, but this often at least.
_SELDOM = timedelta(hours=1)

_SECOND = timedelta(seconds=1)

# So many looks after a close that still showed a position are an alarm, however fast they came.
ALARM_PASSES = 3

_NOT_FLAT = "NOT FLAT"
_WORDS = {Phase.BLOCKED: "BLOCKED BY THE MARKET", Phase.BARRED: "REFUSED FOR THIS ACCOUNT"}
_NEXT = {
    _NOT_FLAT: "still closing",
    _WORDS[Phase.BLOCKED]: "it is closed when the market opens",
    _WORDS[Phase.BARRED]: "Curb may not do it over the API",
}


class Escalation:
    """The alarms of one account. They go on in the audit while their cause lasts."""

    def __init__(self, clerk: Clerk) -> None:
        self._clerk = clerk
        self._row_id = 0  # whose alarm was told, and when it is told next
        self._next_at: datetime | None = None
        self.said_until: datetime | None = None  # when the standing alarm is another sentence
        self._loops: set[str] = set()

    def look(
        self,
        oldest: Enforcement | None,
        closing: Closing,
        label: Callable[[str], str],
        phone: str,
        now: datetime,
    ) -> tuple[str, list[Action]]:
        """Return the sentence of a red alert, "" where there is none, and the rows to keep."""
        rows = [SaveAudit(row) for row in self._looping(closing, label, now)]
        self.said_until = None
        if oldest is None or not oldest.waiting:
            self._next_at = None
            return "", [*rows]
        took = now - oldest.began_at
        passes = oldest.passes + closing.passes(oldest.waiting)
        if took < ESCALATE_AFTER and passes < ALARM_PASSES:
            return "", [*rows]
        self.said_until = oldest.began_at + (took // _SECOND + 1) * _SECOND
        said = f"{_said(oldest, closing, label, now)}; use the platform's own flatten"
        said += f" or call {phone}" if phone else ""
        if self._row_id != oldest.row.id or (self._next_at is not None and now >= self._next_at):
            self._row_id = oldest.row.id
            self._next_at = _next(oldest.began_at, now)
            rows.append(SaveAudit(self._row(oldest, said, now)))
        return said, [*rows]

    def deadline(self, oldest: Enforcement | None) -> datetime | None:
        """Return when it is time to look again."""
        if oldest is None or not oldest.waiting:
            return None
        is_told = self._row_id == oldest.row.id
        return self._next_at if is_told else oldest.began_at + ESCALATE_AFTER

    def _row(self, oldest: Enforcement, said: str, now: datetime) -> AuditRow:
        is_critical = now - oldest.began_at >= CRITICAL_AFTER
        row = oldest.row
        details = {"of": row.id, "waiting": sorted(oldest.waiting), "critical": is_critical}
        reason = f"CRITICAL: {said}" if is_critical else said
        told = self._clerk.row(row.rule, Act.WARN, reason, now, symbol=row.symbol, details=details)
        return replace(told, success=False)

    def _looping(
        self, closing: Closing, label: Callable[[str], str], now: datetime
    ) -> Iterator[AuditRow]:
        """Yield a row for each contract whose closes have begun to wait: once until it moves."""
        looping = {each.contract_id: each for each in closing if each.is_looping(now)}
        fresh = looping.keys() - self._loops
        self._loops = set(looping)
        for contract_id in sorted(fresh):
            yield self._loop(looping[contract_id], label(contract_id), now)

    def _loop(self, pursuit: Pursuit, name: str, now: datetime) -> AuditRow:
        left = max(((pursuit.next_at or now) - now).total_seconds(), 0)
        reason = (
            f"enforcer loop: {name} closed {CLOSES_A_MINUTE} times in a minute and as open as "
            f"before, the next close in {left:.0f} s"
        )
        details = {"contract": pursuit.contract_id, "open": pursuit.exposure}
        return replace(
            self._clerk.row(ENGINE, Act.WARN, reason, now, details=details), success=False
        )


def _said(oldest: Enforcement, closing: Closing, label: Callable[[str], str], now: datetime) -> str:
    by_words: dict[str, list[str]] = {}
    for contract_id in sorted(oldest.waiting, key=label):
        pursuit = closing.get(contract_id)
        hindrance = pursuit.hindrance if pursuit else None
        words = _WORDS[hindrance] if hindrance else _NOT_FLAT
        by_words.setdefault(words, []).append(label(contract_id))
    found = [f"{', '.join(names)} {words}" for words, names in by_words.items()]
    waited = f"{(now - oldest.began_at) // _SECOND} s ({oldest.row.rule})"
    return f"{', '.join(found)} after {waited}: {', '.join(_NEXT[words] for words in by_words)}"


def _next(began_at: datetime, now: datetime) -> datetime:
    """Return when it is told next: at 30 s, then at twice the time, hourly in the end."""
    took = now - began_at
    if took < CRITICAL_AFTER:
        return began_at + CRITICAL_AFTER
    return now + min(took, _SELDOM)
