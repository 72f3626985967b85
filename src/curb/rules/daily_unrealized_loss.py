"""RULE-004: the loss of what is open."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from curb.domain.audit import Act
from curb.domain.calm import NO_LESS, Bound, Share
from curb.domain.decisions import Breach, Decision, Target, measured
from curb.domain.events import AccountRead, ContractSeen, Event, PositionSeen, QuoteSeen
from curb.domain.headroom import FiresAt, Headroom
from curb.domain.locks import Lock, LockKind
from curb.domain.money import ZERO
from curb.rules import between, firing
from curb.rules.rule import Rule
from curb.rules.unknown import why_unknown
from curb.state.account import AccountState


class DailyUnrealizedLoss(Rule):
    """An open position, or all of them together, has lost too much."""

    id: ClassVar = "RULE-004"
    key: ClassVar = "daily_unrealized_loss"
    title: ClassVar = "Open loss"
    wakes: ClassVar = frozenset((PositionSeen, QuoteSeen, AccountRead, ContractSeen))

    loss_limit: Decimal = Field(gt=0)
    """Dollars that may be lost while open; at the limit is a breach."""
    scope: Literal["position", "account"]
    """"position" closes the one that lost, "account" closes all and locks until the reset."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach for what has lost the limit or more; what is unknown is left out."""
        del event
        if self.scope == "account":
            return self._account(account, now)
        return tuple(
            self._position(account, position.contract_id, loss)
            for position in account.positions
            if (loss := account.unrealized(position)) is not None and loss <= -self.loss_limit
        )

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the worst position, or the sum of all, against the limit."""
        del now
        values = [p for p in map(account.unrealized, account.positions) if p is not None]
        blind = why_unknown(account, account.positions)
        if not values:
            return Headroom(
                "?" if blind else "none open", self._limit, None if blind else ZERO, blind
            )
        worst = min(values) if self.scope == "position" else sum(values, ZERO)
        left = "" if blind else f"{max(self.loss_limit + worst, ZERO):.2f}"
        used = max(-worst, ZERO) / self.loss_limit
        return Headroom(f"{worst:.2f}", self._limit, used, blind, left)

    def calm(self, account: AccountState, share: Share, now: datetime) -> tuple[Bound, ...] | None:
        """Return where each position, or the sum of all, has to stay."""
        del now
        if self.scope == "account":
            is_locked = account.lockouts.get(self.id) is not None
            return (between.losing(self.loss_limit, share, ZERO, is_locked=is_locked),)
        # One that uses enough is enough; none may use too much.
        each = replace(share, low=NO_LESS)
        open_pnl = {p.contract_id: account.unrealized(p) for p in account.positions}
        known = {contract_id: made for contract_id, made in open_pnl.items() if made is not None}
        worst = min(known, key=lambda contract_id: known[contract_id], default=None)
        return tuple(
            between.losing(self.loss_limit, share if c == worst else each, ZERO, c) for c in known
        )

    def fires(self, account: AccountState, now: datetime) -> tuple[FiresAt, ...]:
        """Return the mark of each position at which it, or the sum of all, has lost the limit."""
        del now
        if self.scope == "position":
            return firing.of_each(account, account.positions, -self.loss_limit, is_loss=True)
        if account.lockouts.get(self.id):
            return ()
        return firing.of_sum(account, -self.loss_limit, is_loss=True)

    @property
    def _limit(self) -> str:
        return f"-{self.loss_limit:.2f}"

    def _position(self, account: AccountState, contract_id: str, loss: Decimal) -> Breach:
        label = account.market.contracts.label(contract_id)
        return Breach(
            self.id,
            Act.CLOSE_POSITION,
            f"{label}: open P&L {loss:.2f}, limit {self._limit}",
            symbol=account.market.contracts.symbol(contract_id),
            targets=(Target(contract_id),),
            numbers=self._numbers(loss),
        )

    def _account(self, account: AccountState, now: datetime) -> tuple[Decision, ...]:
        total, _ = account.open_pnl()
        if total is None or total > -self.loss_limit or account.lockouts.get(self.id):
            return ()
        reason = f"open P&L {total:.2f} over all positions, limit {self._limit}"
        lock = Lock(
            account_id=account.account.id,
            rule=self.id,
            kind=LockKind.LOCKOUT,
            since=now,
            until=account.resets.next_reset(now),
            reason=reason,
        )
        numbers = self._numbers(total)
        return (Breach(self.id, Act.FLATTEN, reason, everything=True, lock=lock, numbers=numbers),)

    def _numbers(self, made: Decimal) -> dict[str, Any]:
        keys = self.clause("loss_limit", "scope")
        return measured("open P&L", made, "<=", -self.loss_limit, keys)
