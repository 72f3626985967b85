"""RULE-009: the hours in which trading is permitted."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator
from pydantic_core import PydanticCustomError

from curb.domain.audit import Act
from curb.domain.decisions import Breach, Decision, Target, measured
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    Event,
    FillSeen,
    OrderSeen,
    PositionSeen,
    TimePassed,
)
from curb.domain.headroom import Adds, Headroom
from curb.domain.locks import Lock, LockKind
from curb.domain.sessions import TradingDays
from curb.domain.windows import WEEKDAYS, Calendar, Session, Window
from curb.rules.holding import ceilings, contracts_held, kept
from curb.rules.rule import Rule
from curb.rules.spelled import Clock, Date, End, Zone
from curb.state.account import AccountState
from curb.state.lockouts import nearer_to_flat

# Told live: what they bring may have been opened after the session.
_NEWS = (FillSeen, PositionSeen, OrderSeen, ContractSeen)

_MICROSECOND = timedelta(microseconds=1)

# More than any file lists.
_WINDOWS = 64


class Hours(BaseModel):
    """A symbol's own session: wall times in the rule's zone."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    start: Clock
    """When it begins, HH:MM."""
    end: End
    """When it is over; before the start, it is the next day's."""


class SessionBlockOutside(Rule):
    """Outside the permitted hours: flat, and locked until the next session starts.

    With `sessions` every lock is a symbol's. At the end of its hours each listed symbol is
    locked, held or not, and each other that is held; one that appears later is closed and
    locked then.
    """

    id: ClassVar = "RULE-009"
    key: ClassVar = "session_block_outside"
    title: ClassVar = "Session"
    wakes: ClassVar = frozenset(
        (PositionSeen, OrderSeen, FillSeen, AccountRead, ContractSeen, TimePassed)
    )

    start: Clock
    """Wall time at which the session begins."""
    end: End
    """Wall time from which it is over; before the start, it is the next day's."""
    timezone: Zone
    """Zone of all these times."""
    days: tuple[Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ...]
    """Trading days with a session; Sunday evening is Monday's."""
    holidays: tuple[Date, ...]
    """Trading days without a session."""
    action: Literal["close_and_lock", "cancel_orders"]
    """"cancel_orders" lets open positions be managed and nothing be added."""
    early_closes: dict[Date, Clock]
    """Trading days that end early, and when."""
    sessions: dict[str, Hours]
    """`start` and `end` of single symbols; every lock is a symbol's then."""

    @field_validator("days")
    @classmethod
    def _are_distinct(cls, days: tuple[str, ...]) -> tuple[str, ...]:
        if not days or len(set(days)) < len(days):
            found = "one of them twice" if days else "none"
            told = {"expected": "at least one weekday, each once", "found": found}
            raise PydanticCustomError("curb", "{expected}", told)
        return days

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach for all that is outside its hours and not locked until they begin."""
        decisions = []
        for symbol, window in self._windows(account):
            if window.session(now) is not None:
                continue
            until = window.next_start(now)
            held = contracts_held(account, symbol)
            # Warned of is what would have been closed; a lock is set on a flat account, too.
            if (held or self.mode == "enforce") and not self._stands(account, symbol, until):
                lock = self._lock(account, symbol, window, held, event, now)
                decisions.append(self._breach(account, window, held, lock))
        return tuple(decisions)

    def deadlines(self, account: AccountState, now: datetime) -> tuple[datetime, ...]:
        """Return when the sessions that are open end."""
        return tuple(session.end for _, _, session in self.running(account, now))

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the time left in the session that ends first, else when the next begins."""
        if self.sessions and any(account.contract(c) is None for c in contracts_held(account)):
            return Headroom("?", "", None, "a contract's symbol is not known yet")
        open_now = self.running(account, now)
        if not open_now:
            windows = self._windows(account)
            symbol, window = min(windows, key=lambda pair: pair[1].next_start(now))
            value = f"closed to {window.moment(window.next_start(now))}"
            return Headroom(_of(symbol, value), window.hours, Decimal(1))
        symbol, window, session = min(open_now, key=lambda each: each[2].end)
        minutes = (session.end - now) // timedelta(minutes=1)
        value = f"{minutes // 60}:{minutes % 60:02d} h to {window.wall(session.end)}"
        whole = (session.end - session.start) // _MICROSECOND
        used = Decimal((now - session.start) // _MICROSECOND) / whole
        return Headroom(_of(symbol, value), window.hours, used)

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return 0 outside the symbol's hours."""
        del sign
        windows = dict(self._windows(account))
        window = windows.get(symbol) or windows.get(None)
        window = window or self._window(account, self.start, self.end)
        if window.session(now) is not None:
            return None
        return Adds(0, f"outside the session {window.hours}")

    def running(
        self, account: AccountState, now: datetime
    ) -> tuple[tuple[str | None, Window, Session], ...]:
        """Return the sessions that are open, by symbol; None is the whole account's."""
        found = ((s, window, window.session(now)) for s, window in self._windows(account))
        return tuple((s, window, session) for s, window, session in found if session is not None)

    def _windows(self, account: AccountState) -> tuple[tuple[str | None, Window], ...]:
        """Return the hours of each symbol listed or held; of the account where none is listed."""
        default = self._window(account, self.start, self.end)
        if not self.sessions:
            return ((None, default),)
        held = (account.market.contracts.symbol(c) for c in contracts_held(account))
        windows = {symbol: default for symbol in held if symbol is not None}
        for symbol, hours in self.sessions.items():
            windows[symbol.upper()] = self._window(account, hours.start, hours.end)
        return tuple(sorted(windows.items()))

    def _window(self, account: AccountState, start: str, end: str) -> Window:
        closes = tuple(self.early_closes.items())
        calendar = (account.resets.days, self.days, self.holidays, closes)
        return _window(start, end, self.timezone, *calendar)

    def _stands(self, account: AccountState, symbol: str | None, until: datetime) -> bool:
        lock = account.lockouts.get(self.id, symbol)
        if lock is None or (lock.until is not None and lock.until < until):
            return False
        return lock.kind is LockKind.LOCKOUT or self.action == "cancel_orders"

    def _lock(
        self,
        account: AccountState,
        symbol: str | None,
        window: Window,
        held: tuple[str, ...],
        event: Event,
        now: datetime,
    ) -> Lock:
        is_lockout = self.action == "close_and_lock"
        stays: tuple[tuple[str, int], ...] = () if is_lockout else ceilings(account, held)
        if isinstance(event, _NEWS):
            ended = window.last_end(now)
            stays = tuple((c, _opened_before(account, c, size, ended)) for c, size in stays)
        return Lock(
            account_id=account.account.id,
            rule=self.id,
            kind=LockKind.LOCKOUT if is_lockout else LockKind.COOLDOWN,
            since=now,
            until=window.next_start(now),
            reason=f"outside the session {window.hours}",
            symbol=symbol,
            ceilings=stays,
        )

    def _breach(
        self, account: AccountState, window: Window, held: tuple[str, ...], lock: Lock
    ) -> Breach:
        is_lockout = lock.kind is LockKind.LOCKOUT
        targets = tuple(Target(c) for c in held) if is_lockout else kept(account, held)
        act = Act.CANCEL_ORDERS if targets else Act.LOCK
        if is_lockout and (ceilings(account, held) or any(map(account.positions.get, held))):
            act = Act.FLATTEN if lock.symbol is None else Act.CLOSE_POSITION
        why = f"{window.why_closed(lock.since)} ({self.timezone})"
        then = f"next session {window.moment(window.next_start(lock.since))}"
        return Breach(
            self.id,
            act,
            _of(lock.symbol, f"{why}, {then}"),
            symbol=lock.symbol,
            targets=targets,
            everything=is_lockout and lock.symbol is None,
            lock=lock,
            numbers=measured(
                f"time in {self.timezone}",
                window.moment(lock.since),
                "is outside",
                window.hours,
                self._hours_of(lock.symbol) | self.clause("timezone", "days", "action"),
            ),
        )

    def _hours_of(self, symbol: str | None) -> dict[str, Any]:
        """Return the keys that set the hours of a symbol; None is the whole account's."""
        for listed, hours in self.sessions.items():
            if listed.upper() == symbol:
                place = f"sessions.{listed}"
                return {f"{place}.start": hours.start, f"{place}.end": hours.end}
        return self.clause("start", "end")


@lru_cache(maxsize=_WINDOWS)
def _window(
    start: str,
    end: str,
    timezone: str,
    trading_days: TradingDays,
    days: tuple[str, ...],
    holidays: tuple[str, ...],
    early_closes: tuple[tuple[str, str], ...],
) -> Window:
    """Return the window of keys as they stand in the file, the same one for the same keys."""
    calendar = Calendar(
        trading_days,
        frozenset(WEEKDAYS.index(day) for day in days),
        frozenset(date.fromisoformat(day) for day in holidays),
        {date.fromisoformat(day): time.fromisoformat(close) for day, close in early_closes},
    )
    return Window(time.fromisoformat(start), time.fromisoformat(end), ZoneInfo(timezone), calendar)


def _of(symbol: str | None, words: str) -> str:
    return f"{symbol}: {words}" if symbol else words


def _opened_before(account: AccountState, contract_id: str, size: int, at: datetime) -> int:
    """Return how much of an exposure of `size` was open at an earlier moment."""
    lots = account.positions.lots(contract_id)
    return nearer_to_flat(size, sum(lot.size for lot in lots if lot.at < at))
