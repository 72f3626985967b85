"""RULE-008: how long a position may be without a stop."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.calm import NO_LESS, NO_MORE, Bound, OfMark, Share
from curb.domain.decisions import Breach, Decision, Reread, StartGrace, StopGrace, Target, measured
from curb.domain.events import (
    AccountRead,
    Event,
    OrderSeen,
    PositionSeen,
    QuoteSeen,
    TimePassed,
)
from curb.domain.headroom import Headroom
from curb.domain.locks import Grace
from curb.rules.rule import Rule
from curb.state.account import AccountState
from curb.state.protection import uncovered

# Without an answer to the re-read for this long, what is known decides.
_PATIENCE = timedelta(seconds=5)


class NoStopLossGrace(Rule):
    """A position without a full protective stop after its grace time."""

    id: ClassVar = "RULE-008"
    key: ClassVar = "no_stop_loss_grace"
    title: ClassVar = "No stop-loss"
    wakes: ClassVar = frozenset((PositionSeen, OrderSeen, QuoteSeen, AccountRead, TimePassed))

    grace_s: int = Field(gt=0)
    """Seconds to place a stop that covers the whole position."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Start, end or enforce the grace period of every position that needs it."""
        del event
        decisions: list[Decision] = []
        for position in account.positions:
            grace = account.timers.get(self.id, position.contract_id)
            bare = uncovered(position, account.stops(position))
            if grace is None:
                if bare:
                    due = now + timedelta(seconds=self.grace_s)
                    decisions.append(StartGrace(self.id, position.contract_id, due))
            elif now >= grace.due_at:
                decisions.append(self._due(account, position, grace, bare, now))
        return tuple(decisions)

    def deadlines(self, account: AccountState, now: datetime) -> tuple[datetime, ...]:
        """Return when each grace period ends, and when the patience after it does."""
        graces = [grace for grace in account.timers if grace.rule == self.id]
        moments = [at for g in graces for at in (g.due_at, g.due_at + _PATIENCE)]
        return tuple(at for at in moments if at > now)

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the grace period nearest its end of what has no full stop now."""
        bare = {p.contract_id for p in account.positions if uncovered(p, account.stops(p))}
        mine = (grace for grace in account.timers if grace.rule == self.id)
        due = (grace for grace in mine if grace.contract_id in bare)
        first = min(due, key=lambda grace: grace.due_at, default=None)
        if first is None:
            return Headroom("covered", f"{self.grace_s} s", Decimal(0))
        left, granted_s = max((first.due_at - now).total_seconds(), 0), _granted_s(first)
        used = 1 - Decimal(round(left, 1)) / granted_s
        return Headroom(f"{left:.0f} s left", f"{granted_s} s", used)

    def calm(self, account: AccountState, share: Share, now: datetime) -> tuple[Bound, ...] | None:
        """Return where each mark passes no stop; None while a grace period runs down."""
        del share, now
        bounds: list[Bound] = []
        for position in account.positions:
            stops = account.stops(position)
            if uncovered(position, stops):
                return None
            prices = [stop.stop_price for stop in stops if stop.stop_price is not None]
            low, high = max(prices, default=NO_LESS), min(prices, default=NO_MORE)
            is_long = position.size > 0
            bounds.append(
                OfMark(
                    position.contract_id, low if is_long else NO_LESS, NO_MORE if is_long else high
                )
            )
        return tuple(bounds)

    def _due(
        self,
        account: AccountState,
        position: Position,
        grace: Grace,
        bare: int,
        now: datetime,
    ) -> Decision:
        if not bare:
            return StopGrace(grace)
        read_at = account.orders.read_at
        if (read_at is None or read_at < grace.due_at) and now < grace.due_at + _PATIENCE:
            return Reread(self.id)
        label, granted_s = account.market.contracts.label(position.contract_id), _granted_s(grace)
        return Breach(
            self.id,
            Act.CLOSE_POSITION,
            f"{label}: {bare} of {abs(position.size)} contracts without a stop "
            f"{granted_s} s after the grace began",
            symbol=account.market.contracts.symbol(position.contract_id),
            targets=(Target(position.contract_id),),
            numbers=measured(
                "seconds without a full stop",
                (now - grace.started_at) // timedelta(seconds=1),
                ">=",
                granted_s,
                self.clause("grace_s"),
                uncovered=bare,
                size=position.size,
                grace_began_at=grace.started_at.isoformat(timespec="milliseconds"),
            ),
        )


def _granted_s(grace: Grace) -> int:
    """Return the seconds that a grace began with: another file may be in force by now."""
    return max((grace.due_at - grace.started_at) // timedelta(seconds=1), 1)
