"""RULE-005: the profit of what is open."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal

from pydantic import Field

from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.calm import NO_LESS, Bound, OfOpen, Share
from curb.domain.decisions import Breach, Decision, Target, measured
from curb.domain.events import AccountRead, ContractSeen, Event, PositionSeen, QuoteSeen
from curb.domain.headroom import FiresAt, Headroom
from curb.domain.locks import Lock, LockKind
from curb.domain.money import ZERO
from curb.rules import between, firing
from curb.rules.rule import Rule
from curb.rules.unknown import why_unknown
from curb.state.account import AccountState


class MaxUnrealizedProfit(Rule):
    """An open profit has reached its target, or a good one has come back to nothing."""

    id: ClassVar = "RULE-005"
    key: ClassVar = "max_unrealized_profit"
    title: ClassVar = "Open profit"
    wakes: ClassVar = frozenset((PositionSeen, QuoteSeen, AccountRead, ContractSeen))

    target: Decimal = Field(gt=0)
    """Dollars in profit at which to take it, with exit "target"."""
    exit: Literal["target", "breakeven"]
    """"target" takes the profit; "breakeven" closes an armed position back at 0 or below."""
    arm_ticks: int = Field(gt=0)
    """Ticks per contract in profit that arm a position, with exit "breakeven"."""
    scope: Literal["position", "account"]
    """"position" looks at each and closes it, "account" at the sum and closes all."""
    lock: bool
    """Whether closing all also locks until the reset."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach where the profit is at its target, or gone again."""
        del event
        if self.scope == "position":
            breaches = ((p, self._reason(account, p)) for p in account.positions)
            return tuple(self._close(account, p, reason) for p, reason in breaches if reason)
        if self._is_locked(account):
            return ()
        reason = self._account_reason(account)
        return (self._flatten(account, reason, now),) if reason else ()

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the profit nearest its target, or the armed position nearest to nothing."""
        del now
        blind = why_unknown(account, account.positions)
        if self.exit == "breakeven":
            return self._armed_headroom(account, blind)
        limit = f"{self.target:.2f}"
        values = [p for p in map(account.unrealized, account.positions) if p is not None]
        if not values or (blind and self.scope == "account"):
            return Headroom("?" if blind else "none open", limit, None if blind else ZERO, blind)
        best = max(values) if self.scope == "position" else sum(values, ZERO)
        left = "" if blind else f"{max(self.target - best, ZERO):.2f}"
        return Headroom(f"{best:.2f}", limit, max(best, ZERO) / self.target, blind, left)

    def calm(self, account: AccountState, share: Share, now: datetime) -> tuple[Bound, ...] | None:
        """Return where each position, or the sum of all, has to stay."""
        del now
        if self.exit == "breakeven":
            return self._armed_calm(account, share)
        if self.scope == "account":
            bound = between.gaining(self.target, share, is_locked=self._is_locked(account))
            return (bound,) if account.open_pnl()[1] else ()
        # One that uses enough is enough; none may use too much.
        each = replace(share, low=NO_LESS)
        open_pnl = {p.contract_id: account.unrealized(p) for p in account.positions}
        known = {contract_id: made for contract_id, made in open_pnl.items() if made is not None}
        best = max(known, key=lambda contract_id: known[contract_id], default=None)
        return tuple(between.gaining(self.target, share if c == best else each, c) for c in known)

    def fires(self, account: AccountState, now: datetime) -> tuple[FiresAt, ...]:
        """Return the mark of each position that reaches the target, or takes all profit away.

        A position that is not armed yet has none: it takes two marks, one to arm it.
        """
        del now
        if self._is_locked(account) or (self.scope == "account" and self._account_reason(account)):
            return ()
        if self.exit == "breakeven":
            armed = [p for p in account.positions if self._is_armed(account, p)]
            return firing.of_each(account, armed, ZERO, is_loss=True)
        if self.scope == "position":
            return firing.of_each(account, account.positions, self.target, is_loss=False)
        # The sum counts only where it is known whole.
        is_whole = account.open_pnl()[1]
        return firing.of_sum(account, self.target, is_loss=False) if is_whole else ()

    def _armed_calm(self, account: AccountState, share: Share) -> tuple[Bound, ...]:
        """Return where each armed position stays in profit, and has lost a share of its best."""
        bounds = []
        least = NO_LESS if self._is_locked(account) else ZERO
        for position in account.positions:
            contract = account.contract(position.contract_id)
            if contract is None or not self._is_armed(account, position):
                continue
            best = account.highs.ticks(position.contract_id) * abs(position.size)
            most = best * contract.tick_value
            low, high = max(most * (1 - share.high), least), most * (1 - share.low)
            bounds.append(OfOpen(position.contract_id, low, high))
        return tuple(bounds)

    def _armed_headroom(self, account: AccountState, blind: str) -> Headroom:
        limit = f"{self.arm_ticks} ticks"
        armed = [p for p in account.positions if self._is_armed(account, p)]
        known = [(t, p) for p in armed if (t := account.ticks(p)) is not None]
        if not known:
            return Headroom("not armed", limit, None if blind else ZERO, blind)
        ticks, position = min(known, key=lambda pair: pair[0])
        high = account.highs.ticks(position.contract_id)
        label = account.market.contracts.label(position.contract_id)
        used = max(1 - max(ticks, ZERO) / high, ZERO)
        return Headroom(f"{label} armed, {ticks:+.0f}", limit, used, blind)

    def _reason(self, account: AccountState, position: Position) -> str:
        """Return why the position has to be closed, "" where it has not."""
        made = account.unrealized(position)
        if made is None:
            return ""
        label = account.market.contracts.label(position.contract_id)
        if self.exit == "target" and made >= self.target:
            return f"{label}: open P&L {made:.2f}, target {self.target:.2f}"
        if self.exit == "breakeven" and made <= 0 and self._is_armed(account, position):
            high = account.highs.ticks(position.contract_id)
            return f"{label}: open P&L {made:.2f} after {high} ticks in profit, limit 0.00"
        return ""

    def _account_reason(self, account: AccountState) -> str:
        if self.exit == "breakeven":
            reasons = (self._reason(account, position) for position in account.positions)
            return next((reason for reason in reasons if reason), "")
        total, is_whole = account.open_pnl()
        # What is unknown may be a loss: a profit that is not known whole is none.
        if total is None or not is_whole or total < self.target:
            return ""
        return f"open P&L {total:.2f} over all positions, target {self.target:.2f}"

    def _is_locked(self, account: AccountState) -> bool:
        """Tell whether the rule has locked already, and says no more."""
        return self.scope == "account" and account.lockouts.get(self.id) is not None

    def _is_armed(self, account: AccountState, position: Position) -> bool:
        return account.highs.ticks(position.contract_id) >= self.arm_ticks

    def _close(self, account: AccountState, position: Position, reason: str) -> Breach:
        return Breach(
            self.id,
            Act.CLOSE_POSITION,
            reason,
            symbol=account.market.contracts.symbol(position.contract_id),
            targets=(Target(position.contract_id),),
            numbers=self._numbers(account, account.unrealized(position), position),
        )

    def _flatten(self, account: AccountState, reason: str, now: datetime) -> Breach:
        lock = Lock(
            account_id=account.account.id,
            rule=self.id,
            kind=LockKind.LOCKOUT,
            since=now,
            until=account.resets.next_reset(now),
            reason=reason,
        )
        return Breach(
            self.id,
            Act.FLATTEN,
            reason,
            # Without a lock only the targets tell that this flatten is under way.
            targets=tuple(Target(position.contract_id) for position in account.positions),
            everything=True,
            lock=lock if self.lock else None,
            numbers=self._account_numbers(account),
        )

    def _account_numbers(self, account: AccountState) -> dict[str, Any]:
        if self.exit == "target":
            return self._numbers(account, account.open_pnl()[0], None)
        back = next(p for p in account.positions if self._reason(account, p))
        return self._numbers(account, account.unrealized(back), back)

    def _numbers(
        self, account: AccountState, made: Decimal | None, position: Position | None
    ) -> dict[str, Any]:
        """Return the comparison; `position` is None where the sum of all is at its target."""
        value = "unknown" if made is None else made
        if self.exit == "target" or position is None:
            keys = self.clause("target", "exit", "scope", "lock")
            return measured("open P&L", value, ">=", self.target, keys)
        keys = self.clause("arm_ticks", "exit", "scope", "lock")
        high = str(account.highs.ticks(position.contract_id))
        return measured("open P&L", value, "<=", ZERO, keys, best_ticks=high)
