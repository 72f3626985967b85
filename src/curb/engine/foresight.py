"""What another configuration would do to what is open, before it is in force."""

from datetime import datetime

from curb.domain.decisions import Breach, Target
from curb.domain.events import ConfigAdopted
from curb.engine.policy import Policy
from curb.state.account import AccountState


def would_close(account: AccountState, old: Policy, new: Policy, now: datetime) -> bool:
    """Tell whether `new` would close now what `old` leaves open."""
    before = _left_by(account, old, now)
    basis, days = account.basis, account.resets.days
    account.basis, account.resets.days = new.basis, new.days
    try:
        after = _left_by(account, new, now)
    finally:
        account.basis, account.resets.days = basis, days
    return any(key not in before or abs(keep) < abs(before[key]) for key, keep in after.items())


def _left_by(account: AccountState, policy: Policy, now: datetime) -> dict[tuple[str, str], int]:
    """Return by rule and contract what the rules that break now leave of what they take from."""
    held = {position.contract_id for position in account.positions}
    found: dict[tuple[str, str], int] = {}
    for rule in policy.rules if held else ():
        for decision in rule.check(account, ConfigAdopted(), now):
            if isinstance(decision, Breach) and rule.mode == "enforce":
                for target in _taken(account, held, decision):
                    key = (rule.id, target.contract_id)
                    found[key] = min(found.get(key, target.keep), target.keep, key=abs)
    return found


def _taken(account: AccountState, held: set[str], breach: Breach) -> list[Target]:
    if breach.everything:
        return [Target(contract_id) for contract_id in held]
    size = account.positions.size
    return [t for t in breach.targets if t.keep != size(t.contract_id)]
