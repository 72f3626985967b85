"""The limits of an account in dollars, each with what is left of it."""

from datetime import datetime
from decimal import Decimal

from curb.domain.money import ZERO
from curb.domain.snapshot import LimitView
from curb.engine.policy import Policy
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.rule import Rule
from curb.state.account import AccountState


def limits(state: AccountState, policy: Policy, now: datetime) -> tuple[LimitView, ...]:
    """Return every armed limit of money that looks at the whole account."""
    found = ((rule, _limit(rule)) for rule in policy.rules)
    return tuple(_view(rule, limit, state, now) for rule, limit in found if limit is not None)


def _limit(rule: Rule) -> Decimal | None:
    """Return the limit as signed dollars, None where the rule has none of the account."""
    match rule:
        case DailyRealizedLoss():
            return -rule.loss_limit
        case DailyUnrealizedLoss(scope="account"):
            return -rule.loss_limit
        case MaxUnrealizedProfit(scope="account", exit="target"):
            return rule.target
        case _:
            return None


def _view(rule: Rule, limit: Decimal, state: AccountState, now: datetime) -> LimitView:
    room = rule.headroom(state, now)
    # The sum of what is known says nothing of the rest.
    if room.blind:
        return LimitView(rule.id, rule.title, None, limit, None, None)
    value = _value(rule, state, now)
    left = max(value - limit if limit < 0 else limit - value, ZERO)
    return LimitView(rule.id, rule.title, value, limit, room.used, left)


def _value(rule: Rule, state: AccountState, now: datetime) -> Decimal:
    open_pnl = state.open_pnl()[0] or ZERO
    if not isinstance(rule, DailyRealizedLoss):
        return open_pnl
    realized = state.realized(now)
    return realized if rule.basis == "realized" else realized + open_pnl
