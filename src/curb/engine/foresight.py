"""What another configuration would do to what is open, before it is in force."""

from datetime import datetime

from curb.domain.decisions import Breach
from curb.domain.events import ConfigAdopted
from curb.engine.policy import Policy
from curb.state.account import AccountState


def would_close(account: AccountState, old: Policy, new: Policy, now: datetime) -> bool:
    """Tell whether `new` would close now what `old` leaves open."""
    before = _closed_by(account, old, now)
    basis, days = account.basis, account.resets.days
    account.basis, account.resets.days = new.basis, new.days
    try:
        after = _closed_by(account, new, now)
    finally:
        account.basis, account.resets.days = basis, days
    return not after <= before


def _closed_by(account: AccountState, policy: Policy, now: datetime) -> set[tuple[str, str]]:
    """Return the rules that break now, each with the contracts it takes away from."""
    held = {position.contract_id for position in account.positions}
    found: set[tuple[str, str]] = set()
    for rule in policy.rules if held else ():
        for decision in rule.check(account, ConfigAdopted(), now):
            if isinstance(decision, Breach) and policy.enforces(rule.id):
                found |= {(rule.id, contract_id) for contract_id in _taken(account, held, decision)}
    return found


def _taken(account: AccountState, held: set[str], breach: Breach) -> set[str]:
    if breach.everything:
        return held
    size = account.positions.size
    return {t.contract_id for t in breach.targets if t.keep != size(t.contract_id)}
