"""The day's P&L over time, sampled beside the enforcement; a start begins it anew."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from curb.domain.sessions import TradingDays
from curb.domain.snapshot import AccountView, Snapshot, StripView

# A column each on a wide screen, and some 2 kB of a snapshot.
MOST = 120
_STEP = timedelta(minutes=1)
_DOLLAR = Decimal(1)

_Span = tuple[Decimal, Decimal] | None


class Strip:
    """One trading day of one account in at most `MOST` equal spans, least and most of each.

    Where they are full, two become one: no extreme is lost, and a day takes no more room
    than an hour.
    """

    def __init__(self, day: date, began: datetime, now: datetime) -> None:
        self.day = day
        self._since = now.replace(second=0, microsecond=0)
        self._is_late = now - began > _STEP
        self._until = now
        self._step = _STEP
        self._spans: list[_Span] = []

    def add(self, value: Decimal | None, now: datetime) -> None:
        """Take in what the day stands at, None where it is unknown."""
        if now < self._until:
            return  # the clock was put right: what is drawn does not go back
        self._until = now
        at = (now - self._since) // self._step
        while at >= MOST:
            self._halve()
            at = (now - self._since) // self._step
        self._spans += [None] * (at + 1 - len(self._spans))
        if value is not None:
            self._spans[at] = _both(self._spans[at], (value, value))

    def view(self) -> StripView:
        """Return it as a screen draws it."""
        lows = tuple(span and span[0].quantize(_DOLLAR) for span in self._spans)
        highs = tuple(span and span[1].quantize(_DOLLAR) for span in self._spans)
        return StripView(self._since, self._until, lows, highs, self._is_late)

    def _halve(self) -> None:
        spans = [*self._spans, None]
        self._spans = [_both(*pair) for pair in zip(spans[::2], spans[1::2], strict=False)]
        self._step *= 2


class Strips:
    """The strips of every account, by its id."""

    def __init__(self) -> None:
        self._strips: dict[int, Strip] = {}

    def sampled(self, snapshot: Snapshot, days: TradingDays) -> Snapshot:
        """Return `snapshot` with the strip of each account, this moment taken in."""
        accounts = tuple(self._drawn(account, snapshot.at, days) for account in snapshot.accounts)
        return replace(snapshot, accounts=accounts)

    def _drawn(self, account: AccountView, now: datetime, days: TradingDays) -> AccountView:
        day = account.pnl.trading_day
        strip = self._strips.get(account.id)
        if strip is None or strip.day != day:
            strip = self._strips[account.id] = Strip(day, days.start_of(day), now)
        strip.add(_value(account), now)
        return replace(account, pnl=replace(account.pnl, strip=strip.view()))


def _value(account: AccountView) -> Decimal | None:
    """Return what the day stands at in the basis of its limit, None where that is not sure."""
    pnl = account.pnl
    if account.read_at is None:
        return None
    if pnl.basis == "realized":
        return pnl.realized
    is_sure = not pnl.is_open_partial and not any(p.is_stale for p in account.positions)
    return pnl.total if is_sure else None


def _both(one: _Span, other: _Span) -> _Span:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), max(one[1], other[1])
