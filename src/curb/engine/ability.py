"""Learns from each answer what the gateway lets Curb do with an account."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    ReduceContract,
    SaveAudit,
    SaveCapability,
)
from curb.domain.audit import ENGINE, Act, AuditRow
from curb.domain.book import Account
from curb.domain.capability import Capability, Verdict
from curb.domain.events import Outcome, RequestEnded, Restored, Why
from curb.engine.clerk import Clerk

_FIELDS = {
    CloseContract: "can_close",
    ReduceContract: "can_reduce",
    CancelOrder: "can_cancel",
}


class Ability:
    """The verdict of one account. What is refused is asked again now and then, and so mends."""

    def __init__(self, account_id: int, clerk: Clerk) -> None:
        self.known = Capability(account_id)
        self._clerk = clerk
        self._asked: dict[int, str] = {}

    def restore(self, event: Restored) -> None:
        """Take in what was known before a restart."""
        mine = self.known.account_id
        self.known = next((c for c in event.capabilities if c.account_id == mine), self.known)

    def sent(self, actions: Iterable[Action]) -> None:
        """Note the requests whose answers will tell."""
        for action in actions:
            if isinstance(action, CloseContract | ReduceContract | CancelOrder):
                self._asked[action.request_id] = _FIELDS[type(action)]

    def may_offset(self, account: Account) -> bool:
        """Tell whether an order may go out against a position whose close is turned down."""
        return self.known.can_close is not False and account.can_trade is True

    def ended(self, event: RequestEnded, now: datetime) -> tuple[str, list[Action]]:
        """Take in an answer; return what has to be kept and told of another verdict.

        Before it comes the sentence of a red alert, "" where there is none.
        """
        field = self._asked.pop(event.request_id, None)
        is_barred = event.why is Why.ACCOUNT
        if field is None or not (is_barred or event.outcome is Outcome.DONE):
            return "", []
        before = self.known
        changes: dict[str, bool] = {field: not is_barred}
        self.known = replace(before, **changes)
        if self.known == before:
            return "", []
        saved: list[Action] = [SaveCapability(self.known)]
        if self.known.verdict is before.verdict:
            return "", saved
        row = self._row(event, before.verdict, now)
        return "" if row.success else row.reason, [*saved, SaveAudit(row)]

    def _row(self, event: RequestEnded, before: Verdict, now: datetime) -> AuditRow:
        verdict = self.known.verdict
        said = f" ({event.words})" if event.words else ""
        details = {"verdict": verdict.value, "before": before.value, "code": event.code}
        reason = f"{verdict.value}: {self.known.words}{said}"
        row = self._clerk.row(ENGINE, Act.WARN, reason, now, details=details)
        return replace(row, success=verdict is Verdict.ENFORCING)
