"""The cooldown that a broken rule sets: managing stays allowed, adding does not."""

from datetime import datetime

from curb.domain.locks import Lock, LockKind
from curb.state.account import AccountState


def cooldown(
    account: AccountState, rule: str, reason: str, since: datetime, until: datetime
) -> Lock:
    """Return a cooldown on the account whose ceilings are the exposures of this moment."""
    return Lock(
        account_id=account.account.id,
        rule=rule,
        kind=LockKind.COOLDOWN,
        since=since,
        until=until,
        reason=reason,
        ceilings=tuple(account.positions.exposures().items()),
    )
