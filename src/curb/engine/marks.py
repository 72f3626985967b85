"""The marks at which rules fire, as the screen shows them."""

from datetime import datetime

from curb.domain.market import Contract
from curb.domain.snapshot import FireView
from curb.engine.policy import Policy
from curb.state.account import AccountState


def foreseen(state: AccountState, policy: Policy, now: datetime) -> tuple[FireView, ...]:
    """Return where each rule fires by a mark alone, in the order of the rules' numbers."""
    found = []
    for rule in policy.rules:
        for fires in rule.fires(state, now):
            contract_id, price = fires.contract_id, fires.price
            mark = state.market.quotes.mark(contract_id)
            if mark is None:
                continue
            label = state.market.contracts.label(contract_id)
            decimals = digits(state.contract(contract_id))
            found.append(FireView(rule.id, contract_id, label, price, decimals, price > mark))
    return tuple(found)


def nearest(fires: tuple[FireView, ...], contract_id: str) -> tuple[FireView, ...]:
    """Return what fires first below the mark of a contract, and what first above it."""
    mine = [fire for fire in fires if fire.contract_id == contract_id]
    below = max((f for f in mine if not f.is_above), key=lambda f: f.price, default=None)
    above = min((f for f in mine if f.is_above), key=lambda f: f.price, default=None)
    return tuple(fire for fire in (below, above) if fire)


def digits(contract: Contract | None) -> int:
    """Return the digits behind the point of a contract's prices."""
    if contract is None:
        return 2
    exponent = contract.tick_size.normalize().as_tuple().exponent
    return max(-exponent, 2) if isinstance(exponent, int) and exponent < 0 else 2
