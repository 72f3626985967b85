"""RULE-003: the day's loss."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from curb.domain.audit import Act
from curb.domain.calm import Bound, Share
from curb.domain.decisions import Breach, Decision, measured
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    ContractSeen,
    Event,
    FillSeen,
    PositionSeen,
    QuoteSeen,
)
from curb.domain.headroom import FiresAt, Headroom
from curb.domain.locks import Lock, LockKind
from curb.domain.money import ZERO
from curb.rules import between, firing
from curb.rules.rule import Rule
from curb.rules.unknown import why_unknown
from curb.state.account import AccountState


class DailyRealizedLoss(Rule):
    """The day's loss has reached its limit: flat, and locked until the reset."""

    id: ClassVar = "RULE-003"
    key: ClassVar = "daily_realized_loss"
    title: ClassVar = "Daily loss"
    wakes: ClassVar = frozenset(
        (FillSeen, QuoteSeen, PositionSeen, AccountRead, AccountSeen, ContractSeen)
    )

    loss_limit: Decimal = Field(gt=0)
    """Dollars that may be lost in a trading day; at the limit is a breach."""
    basis: Literal["total", "realized"]
    """"total" counts open losses too."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach once the day's loss is at its limit or beyond."""
        del event
        if account.lockouts.get(self.id):
            return ()
        realized = account.realized(now)
        open_pnl = self._open(account)
        if realized > -self.loss_limit and realized + open_pnl > -self.loss_limit:
            return ()
        total = min(realized, realized + open_pnl)
        reason = (
            f"day P&L {total:.2f} (realized {realized:.2f}, open {open_pnl:.2f}), "
            f"limit -{self.loss_limit:.2f}"
        )
        lock = Lock(
            account_id=account.account.id,
            rule=self.id,
            kind=LockKind.LOCKOUT,
            since=now,
            until=account.resets.next_reset(now),
            reason=reason,
        )
        numbers = measured(
            "day P&L",
            total,
            "<=",
            -self.loss_limit,
            self.clause("loss_limit", "basis"),
            realized=str(realized),
            open=str(open_pnl),
            trading_day=account.day(now).isoformat(),
        )
        return (Breach(self.id, Act.FLATTEN, reason, everything=True, lock=lock, numbers=numbers),)

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the day's P&L against the limit."""
        total = account.realized(now) + self._open(account)
        used = max(-total, ZERO) / self.loss_limit
        blind = why_unknown(account, account.positions) if self.basis == "total" else ""
        left = "" if blind else f"{max(self.loss_limit + total, ZERO):.2f}"
        return Headroom(f"{total:.2f}", f"-{self.loss_limit:.2f}", used, blind, left)

    def calm(self, account: AccountState, share: Share, now: datetime) -> tuple[Bound, ...] | None:
        """Return where the sum of what is open has to stay."""
        if self.basis == "realized":
            return ()
        made, is_locked = account.realized(now), account.lockouts.get(self.id) is not None
        return (between.losing(self.loss_limit, share, made, is_locked=is_locked),)

    def fires(self, account: AccountState, now: datetime) -> tuple[FiresAt, ...]:
        """Return the mark of each position at which the day's loss is at its limit."""
        left = self.loss_limit + account.realized(now)
        if self.basis == "realized" or left <= 0 or account.lockouts.get(self.id):
            return ()
        return firing.of_sum(account, -left, is_loss=True)

    def _open(self, account: AccountState) -> Decimal:
        if self.basis == "realized":
            return ZERO
        known, _ = account.open_pnl()
        return known if known is not None else ZERO
