"""How things stand, in few words: for a status bar and a window's title."""

from decimal import Decimal
from typing import NamedTuple

from curb.domain.snapshot import AccountView, Snapshot
from curb.domain.text import safe_text

NO_ENGINE = "NO ENGINE"
_STATES = (
    "BLOCKED",
    "FLATTENING",
    "LOCKED",
    "COOLDOWN",
)  # the gravest first; what is not here is open
_STATE_CELLS = 10
_VERDICT_CELLS = 12


class Word(NamedTuple):
    """A word or two, the role they play, and whether anything is not as it must be."""

    text: str
    role: str = "text"
    is_wrong: bool = False


def gravest(snapshot: Snapshot) -> AccountView | None:
    """Return the account that needs a look most, None where there is none."""
    return min(snapshot.accounts, key=_rank, default=None)


def guard(snapshot: Snapshot) -> Word:
    """Return how many rules stand guard, or why none does."""
    if not snapshot.accounts:
        return Word("NO ACCOUNT", "breach", is_wrong=True)
    if any(account.can_trade is False for account in snapshot.accounts):
        return Word("CANNOT TRADE", "breach", is_wrong=True)
    if not snapshot.is_ready:
        green = sum(check.is_green for check in snapshot.preflight)
        return Word(f"PRE-FLIGHT {green}/{len(snapshot.preflight)}", "warn", is_wrong=True)
    role = "good" if snapshot.armed == snapshot.rules else "text"
    return Word(f"ARMED {snapshot.armed}/{snapshot.rules}", role)


def verdict(account: AccountView) -> Word | None:
    """Return what the gateway lets Curb do, None where that is all that is needed."""
    if account.verdict == "ENFORCING":
        return None
    return Word(safe_text(account.verdict, _VERDICT_CELLS), "breach", is_wrong=True)


def state(account: AccountView) -> Word | None:
    """Return an account's state in one word, None where it is open."""
    if account.state == "OPEN":
        return None
    role = "warn" if account.state == "COOLDOWN" else "breach"
    return Word(safe_text(account.state, _STATE_CELLS), role)


def day(account: AccountView) -> Decimal | None:
    """Return the day's dollars that count against the loss limit, None where unknown."""
    pnl = account.pnl
    return pnl.total if pnl.basis == "total" else pnl.realized


def _rank(account: AccountView) -> tuple[bool, bool, bool, int, Decimal]:
    states = (*_STATES, account.state)
    used = account.pnl.used if account.pnl.used is not None else Decimal(0)
    return (
        not account.alert,
        account.can_trade is not False,
        verdict(account) is None,
        states.index(account.state),
        -used,
    )
