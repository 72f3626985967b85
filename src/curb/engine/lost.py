"""The lockout after lost or tampered state: what may be missing is never in the trader's favor."""

from datetime import datetime, timedelta

from curb.domain.audit import ENGINE, Act
from curb.domain.decisions import Breach
from curb.domain.events import Restored
from curb.domain.locks import Lock, LockKind
from curb.state.account import AccountState

# A reset lies at most a day ahead, an hour more where the clocks are changed; an anchor that
# names a later one is wrong.
_MOST = timedelta(hours=25)


def lost_state(account: AccountState, event: Restored, now: datetime) -> Breach:
    """Return the lock until the next reset, the old state's too where that is known, as a breach."""
    until = account.resets.next_reset(now)
    if event.lost_until is not None and event.lost_until <= now + _MOST:
        until = max(until, event.lost_until)
    lock = Lock(
        account_id=account.account.id,
        rule=ENGINE,
        kind=LockKind.LOCKOUT,
        since=now,
        until=until,
        reason=event.lost,
    )
    return Breach(ENGINE, Act.LOCK, event.lost, everything=True, lock=lock)
