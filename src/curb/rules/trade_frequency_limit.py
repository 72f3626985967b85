"""RULE-006: how often a trade may be opened."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from curb.domain.audit import Act
from curb.domain.decisions import Breach, Decision, measured
from curb.domain.events import Event, FillSeen
from curb.domain.headroom import Adds, Headroom
from curb.domain.locks import LockKind
from curb.rules.cooling import cooldown
from curb.rules.rule import Rule
from curb.state.account import AccountState
from curb.state.trades import Counted

_MINUTE = timedelta(seconds=60)
_HOUR = timedelta(minutes=60)


class Window(BaseModel):
    """A limit of trades in a window, and the cooldown that follows a breach."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    limit: int = Field(gt=0)
    """Trades allowed in the window; one more is a breach."""
    cooldown_s: int = Field(gt=0)
    """Seconds in which nothing may be added."""


class TradeFrequencyLimit(Rule):
    """Too many trades in a minute, an hour or the session."""

    id: ClassVar = "RULE-006"
    key: ClassVar = "trade_frequency_limit"
    title: ClassVar = "Trade frequency"
    wakes: ClassVar = frozenset((FillSeen,))

    per_minute: Window
    """The last 60 seconds."""
    per_hour: Window
    """The last 60 minutes."""
    per_session: Window
    """The trading day."""
    unit: Literal["order", "fill", "round_turn"]
    """What counts as a trade: an order that added exposure, every fill, or back to flat."""
    close_positions: bool
    """Whether the cooldown closes what is open, too."""

    def windows(self) -> tuple[tuple[str, Window, timedelta | None], ...]:
        """Return name, limit and length of each window; the session has no fixed length."""
        return (
            ("minute", self.per_minute, _MINUTE),
            ("hour", self.per_hour, _HOUR),
            ("session", self.per_session, None),
        )

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach for every window that the trade of this fill broke."""
        if not isinstance(event, FillSeen):
            return ()
        counted = account.trades.counted(self.unit, account.positions)
        mine = next((trade for trade in counted if trade.fill_id == event.fill.id), None)
        if mine is None:
            return ()
        # A fill told late may break a window that ends at a later trade.
        ends = [trade.at for trade in counted if trade.at >= mine.at]
        breaches = []
        for name, window, length in self.windows():
            broken = [
                (end, n)
                for end in ends
                if (n := len(within(account, counted, end, length))) > window.limit
            ]
            if broken:
                end, count = broken[-1]
                until = end + timedelta(seconds=window.cooldown_s)
                if until > now:
                    breaches.append(self._breach(account, name, window, count, now, until))
        return tuple(breaches)

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the window nearest its limit."""
        counted = account.trades.counted(self.unit, account.positions)
        best = Headroom("0", f"{self.per_minute.limit}", Decimal(0))
        for name, window, length in self.windows():
            count = len(within(account, counted, now, length))
            used = Decimal(count) / window.limit
            if best.used is None or used > best.used:
                left = f"{max(window.limit - count, 0)}"
                best = Headroom(f"{count}/{name}", f"{window.limit}", used, left=left)
        return best

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return 0 where one more trade would break a window; else how many does not matter."""
        del symbol, sign
        if self.unit == "round_turn":
            return None  # it counts when it is closed
        counted = account.trades.counted(self.unit, account.positions)
        for name, window, length in self.windows():
            count = len(within(account, counted, now, length))
            if count >= window.limit:
                return Adds(0, f"{count} trades in the {name}, limit {window.limit}")
        return None

    def _breach(
        self,
        account: AccountState,
        name: str,
        window: Window,
        count: int,
        now: datetime,
        until: datetime,
    ) -> Breach:
        reason = f"{count} trades in the {name}, limit {window.limit}"
        lock = cooldown(account, self.id, reason, now, until)
        if self.close_positions:
            lock = replace(lock, kind=LockKind.LOCKOUT, ceilings=())
        numbers = measured(
            f"trades in the {name}",
            count,
            ">",
            window.limit,
            {f"per_{name}.limit": window.limit, f"per_{name}.cooldown_s": window.cooldown_s}
            | self.clause("unit", "close_positions"),
            window=name,
        )
        return Breach(
            self.id,
            Act.COOLDOWN,
            reason,
            everything=self.close_positions,
            lock=lock,
            numbers=numbers,
        )


def within(
    account: AccountState, counted: tuple[Counted, ...], end: datetime, length: timedelta | None
) -> tuple[Counted, ...]:
    """Return the trades of the window that ends at `end`; its far edge is left out."""
    if length is None:
        day = account.day(end)
        return tuple(t for t in counted if t.at <= end and account.day(t.at) == day)
    return tuple(t for t in counted if end - length < t.at <= end)
