"""The lockout that a trader sets by hand: time alone ends it."""

from datetime import datetime, timedelta

from curb.domain.audit import SELF_LOCK, Act
from curb.domain.decisions import Breach, Target
from curb.domain.events import SelfLockAsked
from curb.domain.locks import Lock, LockKind
from curb.rules.holding import contracts_held
from curb.state.account import AccountState

LEAST_S = 5 * 60

# Nobody can take it back, so a slip of the finger must not lock for years.
MOST_S = 30 * 24 * 3600


def refusal(seconds: int | None) -> str:
    """Return why a lockout of `seconds` is not set, or "" where it is; None is the next reset."""
    if seconds is None or LEAST_S <= seconds <= MOST_S:
        return ""
    return f"expected a lockout of 5 minutes to 30 days, found {seconds} s: nothing was locked"


def ends_at(account: AccountState, seconds: int | None, now: datetime) -> datetime:
    """Return when a lockout asked for now ends: never in less than 5 minutes."""
    if seconds is None:
        return max(account.resets.next_reset(now), now + timedelta(seconds=LEAST_S))
    return now + timedelta(seconds=min(max(seconds, LEAST_S), MOST_S))


def moment(at: datetime) -> str:
    """Return an instant as a sentence names it, UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def self_locked(account: AccountState, event: SelfLockAsked, now: datetime) -> Breach:
    """Return the lock as a breach: what is open is closed at once."""
    held = contracts_held(account, event.symbol)
    exposures = account.positions.exposures()
    act = Act.LOCK
    if any(c in exposures or account.positions.size(c) for c in held):
        act = Act.FLATTEN if event.symbol is None else Act.CLOSE_POSITION
    until = ends_at(account, event.seconds, now)
    reason = f"{event.symbol or 'everything'} locked by {event.source} until {moment(until)}"
    known = account.lockouts.get(SELF_LOCK, event.symbol)
    if known and known.until and known.until >= until:
        until, reason = known.until, known.reason  # the longer one stands, and says so
    lock = Lock(
        account_id=account.account.id,
        rule=SELF_LOCK,
        kind=LockKind.LOCKOUT,
        since=now,
        until=until,
        reason=reason,
        symbol=event.symbol,
    )
    return Breach(
        SELF_LOCK,
        act,
        reason,
        symbol=event.symbol,
        targets=() if event.symbol is None else tuple(Target(c) for c in held),
        everything=event.symbol is None,
        lock=lock,
        numbers={"seconds": event.seconds, "source": event.source},
    )
