"""What a lock forbids right now: being flat is a condition, not a deed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from curb.domain.audit import Act, AuditRow
from curb.domain.decisions import Target, measured
from curb.domain.events import Event
from curb.domain.locks import Lock
from curb.domain.stops import is_own
from curb.engine.clerk import Clerk, lock_details
from curb.state.account import AccountState
from curb.state.lockouts import nearer_to_flat
from curb.state.orders import adding


@dataclass(frozen=True, slots=True)
class Attempt:
    """Something that a lock does not allow, and what it leaves of it."""

    lock: Lock
    act: Act
    target: Target
    reason: str
    what: str  # that there is more of than the lock allows
    found: int
    allowed: int


class Attempts:
    """How often each rule's lock was tried."""

    def __init__(self) -> None:
        self._by_rule: dict[str, int] = {}

    def row(
        self, attempt: Attempt, account: AccountState, clerk: Clerk, event: Event, now: datetime
    ) -> AuditRow:
        """Count an attempt and return what the audit says of it."""
        rule = attempt.lock.rule
        self._by_rule[rule] = number = self._by_rule.get(rule, 0) + 1
        return clerk.row(
            rule,
            attempt.act,
            attempt.reason,
            now,
            symbol=account.market.contracts.symbol(attempt.target.contract_id),
            details=details(attempt, number),
            event=event,
        )

    def forget(self, rule: str) -> None:
        """Begin to count anew: the lock has ended."""
        self._by_rule.pop(rule, None)


def attempts(account: AccountState, now: datetime) -> tuple[Attempt, ...]:
    """Return what stands against the account's locks, by contract."""
    if not account.lockouts:
        return ()
    contracts = {position.contract_id for position in account.positions}
    contracts |= {order.contract_id for order in account.orders}
    found = (_attempt(account, contract_id, now) for contract_id in sorted(contracts))
    return tuple(attempt for attempt in found if attempt)


def everything(account: AccountState, symbol: str | None = None) -> tuple[Target, ...]:
    """Return what has to come down for the account to be flat, with no order working.

    With a symbol, what of it has to.
    """
    contracts = {position.contract_id for position in account.positions}
    contracts |= set(account.positions.exposures())
    contracts |= {order.contract_id for order in account.orders}
    named = account.market.contracts.symbol
    wanted = (each for each in sorted(contracts) if symbol is None or named(each) == symbol)
    return tuple(Target(contract_id) for contract_id in wanted)


def details(attempt: Attempt, number: int) -> dict[str, Any]:
    """Return what the row of the lock's so many-th attempt says."""
    return measured(
        attempt.what,
        attempt.found,
        "is not",
        attempt.allowed,
        {},
        under_lock=True,
        attempt=number,
        lock=lock_details(attempt.lock),
        targets={attempt.target.contract_id: attempt.target.keep},
    )


def _attempt(account: AccountState, contract_id: str, now: datetime) -> Attempt | None:
    symbol = account.market.contracts.symbol(contract_id)
    lockout = account.lockouts.lockout(symbol)
    size = account.positions.size(contract_id)
    if lockout:
        return _judge(account, lockout, contract_id, 0, now)
    keep, lock = size, None
    for cooldown in account.lockouts.cooldowns(symbol):
        allowed = nearer_to_flat(dict(cooldown.ceilings).get(contract_id, 0), size)
        if lock is None or abs(allowed) < abs(keep):
            keep, lock = allowed, cooldown
    return _judge(account, lock, contract_id, keep, now) if lock else None


def _judge(
    account: AccountState, lock: Lock, contract_id: str, keep: int, now: datetime
) -> Attempt | None:
    size = account.positions.size(contract_id)
    label, target = account.market.contracts.label(contract_id), Target(contract_id, keep)
    left = f"{lock.kind.value} of {lock.rule} {left_of(lock, now)}"
    if size != keep:
        act = Act.REDUCE_POSITION if keep else Act.CLOSE_POSITION
        reason = f"{label}: {size:+d} open, {keep:+d} allowed, {left}"
        return Attempt(lock, act, target, reason, f"{label} open", size, keep)
    # Curb's own stops are kept within the position elsewhere, and are no attempt.
    orders = adding(keep, (o for o in account.orders.of(contract_id) if not is_own(o)))
    if orders:
        noun = "order" if len(orders) == 1 else "orders"
        reason = f"{label}: {len(orders)} working {noun} could add, {left}"
        what = f"{label} orders that could add"
        return Attempt(lock, Act.CANCEL_ORDERS, target, reason, what, len(orders), 0)
    return None


def left_of(lock: Lock, now: datetime) -> str:
    """Return how long a lock still stands, in words."""
    if lock.until is None:
        return "until its condition ends"
    seconds = max(int((lock.until - now).total_seconds()), 0)
    hours, rest = divmod(seconds, 3600)
    return f"for {hours}:{rest // 60:02d}:{rest % 60:02d} more"
