"""Writes audit rows: ids, the account's name, the configuration's hash."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from curb.domain.audit import ENGINE, MANUAL, Act, AuditRow
from curb.domain.book import Fill
from curb.domain.decisions import Target
from curb.domain.events import Event, FillSeen, FlattenAsked, TimePassed, ref
from curb.domain.facts import facts, venue_time
from curb.domain.locks import Lock
from curb.domain.money import ZERO
from curb.domain.severity import DEEDS
from curb.state.account import AccountState


class Clerk:
    """Rows of one account, or of the engine itself where the account is None."""

    def __init__(
        self, ids: Iterator[int], digest: str, account_id: int | None, account: str | None
    ) -> None:
        self._ids = ids
        self._account_id = account_id
        self._account = account
        self.digest = digest

    def row(
        self,
        rule: str,
        act: Act,
        reason: str,
        now: datetime,
        *,
        symbol: str | None = None,
        details: dict[str, Any] | None = None,
        event: Event | None = None,
    ) -> AuditRow:
        """Return a new row; one that waits for an outcome has no success yet."""
        found = dict(details or {})
        if event is not None and not isinstance(event, TimePassed):
            found |= {"event": ref(event), "facts": facts(event)}
            at = venue_time(event)
            if at is not None:
                found["event_at"] = at.isoformat(timespec="milliseconds")
        found["config"] = self.digest
        return AuditRow(
            id=next(self._ids),
            at=now,
            account_id=self._account_id,
            account=self._account,
            rule=rule,
            action=act,
            reason=reason,
            symbol=symbol,
            success=None if act in DEEDS else True,
            details=found,
        )

    def unlocked(self, lock: Lock, reason: str, now: datetime) -> AuditRow:
        """Return the row that tells of a lock's end."""
        details = {"since": lock.since.isoformat(timespec="milliseconds")}
        return self.row(lock.rule, Act.UNLOCK, reason, now, symbol=lock.symbol, details=details)

    def by_hand(self, event: FlattenAsked, targets: Iterable[Target], now: datetime) -> AuditRow:
        """Return the row of a flatten that somebody asked for."""
        act = Act.FLATTEN if event.symbol is None else Act.CLOSE_POSITION
        reason = f"{event.symbol or 'everything'} flattened by {event.source}"
        details = {"targets": {target.contract_id: target.keep for target in targets}}
        return self.row(MANUAL, act, reason, now, symbol=event.symbol, details=details, event=event)

    def voided(
        self, fills: Iterable[Fill], account: AccountState, now: datetime
    ) -> Iterator[AuditRow]:
        """Yield a row for every trade among the fills that was taken back."""
        return (self._voided(fill, account, now) for fill in fills if fill.is_voided)

    def _voided(self, fill: Fill, account: AccountState, now: datetime) -> AuditRow:
        contracts, contract_id = account.market.contracts, fill.contract_id
        symbol, label = contracts.symbol(contract_id), contracts.label(contract_id)
        made = (fill.pnl or ZERO) - fill.costs
        held = sorted({lock.rule for lock in account.lockouts})
        stays = ", every lock stays" if held else ""
        reason = f"trade {fill.id} of {label} was voided: {made:.2f} taken back{stays}"
        details = {"pnl": str(fill.pnl), "costs": str(fill.costs), "locks": held}
        return self.row(
            ENGINE, Act.WARN, reason, now, symbol=symbol, details=details, event=FillSeen(fill)
        )


def lock_details(lock: Lock) -> dict[str, Any]:
    """Return what the row of a breach says of the lock that it set."""
    until = lock.until.isoformat(timespec="milliseconds") if lock.until else None
    return {"kind": lock.kind.value, "symbol": lock.symbol, "until": until}
