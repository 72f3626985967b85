"""What is left of each limit of money."""

from decimal import Decimal
from typing import Any

import pytest

from curb.engine.limits import limits
from curb.engine.policy import Policy
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.rule import Rule
from tests.rules import test_max_contracts_per_instrument as per_instrument
from tests.rules import test_max_unrealized_profit as max_unrealized_profit
from tests.scene import Scene


def day(basis: str = "total") -> Rule:
    known = {"enabled": True, "mode": "enforce", "loss_limit": Decimal(500), "basis": basis}
    return DailyRealizedLoss.model_validate(known)


def unrealized(scope: str = "account") -> Rule:
    known = {"enabled": True, "mode": "enforce", "loss_limit": Decimal(300), "scope": scope}
    return DailyUnrealizedLoss.model_validate(known)


def profit(**changes: Any) -> Rule:
    return max_unrealized_profit.rule(
        **({"scope": "account", "target": Decimal(400), "exit": "target"} | changes)
    )


def held(rule: Rule, price: str | None) -> list[tuple[Any, ...]]:
    """Return the limits with 100 lost today and one MNQ from 21000 at a price."""
    scene = Scene(rule)
    scene.fill("MNQ", 1, fees="0")
    scene.fill("MNQ", -1, pnl="-100", fees="0")
    scene.trade("MNQ", 1, "21000")
    if price:
        scene.quote("MNQ", price)
    watch = next(iter(scene.core.watches.values()))
    policy: Policy = scene.core.policy
    found = limits(watch.state, policy.of_account(watch.state.account.name), scene.now)
    return [(limit.value, limit.limit, limit.used, limit.left) for limit in found]


@pytest.mark.parametrize(
    ("rule", "price", "expected"),
    [
        (day(), "20950", [(-200, -500, Decimal("0.4"), 300)]),
        (day("realized"), "20950", [(-100, -500, Decimal("0.2"), 400)]),
        (day(), "20700", [(-700, -500, Decimal("1.4"), 0)]),
        (day(), None, [(None, -500, None, None)]),
        (day("realized"), None, [(-100, -500, Decimal("0.2"), 400)]),
        (unrealized(), "20970", [(-60, -300, Decimal("0.2"), 240)]),
        (unrealized("position"), "20970", []),
        (profit(), "21050", [(100, 400, Decimal("0.25"), 300)]),
        (profit(), None, [(None, 400, None, None)]),
        (profit(scope="position"), "21050", []),
        (profit(exit="breakeven"), "21050", []),
        (per_instrument.rule(), "21050", []),
    ],
)
def test_limits_of_the_whole_account(
    rule: Rule, price: str | None, expected: list[tuple[Any, ...]]
) -> None:
    assert held(rule, price) == expected
