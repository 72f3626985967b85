"""Whose limit is broken is asked when something may have changed, not at every quote."""

from decimal import Decimal
from typing import Any

import pytest

from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.rule import Rule
from tests.engine.twin import Counting
from tests.scene import ACCOUNT, Scene

ON: dict[str, Any] = {"enabled": True, "mode": "enforce"}
LIMIT = Decimal(100)
DAY = DailyRealizedLoss(loss_limit=LIMIT, basis="total", **ON)
OPEN = DailyUnrealizedLoss(loss_limit=LIMIT, scope="account", **ON)


def profit(leave: str) -> Rule:
    more: Any = {"exit": leave, "arm_ticks": 4, "scope": "account", "lock": True}
    return MaxUnrealizedProfit(target=LIMIT, **more, **ON)


def asked(scene: Scene, *prices: str) -> list[bool]:
    """Return of each quote whether it concerned the account."""
    if not isinstance(scene.core._bands, Counting):
        scene.core._bands = Counting((ACCOUNT.id,))
    found: list[bool] = []
    bands = scene.core._bands
    for price in prices:
        before = bands.asked
        scene.quote("MNQ", price)
        found.append(bands.asked > before)
    return found


@pytest.mark.parametrize(
    ("rule", "before", "at"),
    [
        (DAY, "21000", "20949"),
        (OPEN, "21000", "20949"),
        (profit("target"), "21000", "21051"),
        (profit("breakeven"), "21002", "20999"),
    ],
)
def test_a_locked_account_rests_while_its_closes_are_under_way(
    rule: Rule, before: str, at: str
) -> None:
    scene = Scene(rule)
    scene.is_deaf = True
    scene.quote("MNQ", "21000")
    scene.trade("MNQ", 2)
    scene.quote("MNQ", before)
    deeds = scene.quote("MNQ", at)
    assert deeds.closes
    assert scene.watch.state.lockouts.get(rule.id)
    near, nearer = (f"{Decimal(at) + ticks * Decimal('0.25')}" for ticks in (-1, -2))
    assert asked(scene, near, nearer, at) == [True, False, False]
    assert asked(scene.at(5), near) == [True]  # it is told that the account is not flat
    assert asked(scene.at(5.5), nearer, at) == [True, False]


def test_it_is_asked_again_once_its_limit_is_far() -> None:
    scene = Scene(DAY)
    scene.is_deaf = True
    scene.quote("MNQ", "21000")
    scene.trade("MNQ", 2)
    scene.quote("MNQ", "20949")
    found = asked(scene, "20949.25", "20950", "20987.25", "20987.75")
    assert found == [True, False, False, True]


def test_an_alarm_tells_the_seconds_as_quotes_come() -> None:
    scene = Scene(DAY)
    scene.is_deaf = True
    scene.trade("MNQ", 2)
    scene.quote("MNQ", "20900")
    scene.at(5).tick()
    said = []
    for seconds in (5.1, 5.9, 6, 6.5, 7.2):
        scene.at(seconds).quote("MNQ", f"{20900 - 10 * Decimal(str(seconds)):.0f}")
        said.append(scene.watch.alert.split(" after ")[1].split(" (")[0])
    assert said == ["5 s", "5 s", "6 s", "6 s", "7 s"]


def test_an_alarm_that_stands_is_back_with_the_next_quote() -> None:
    scene = Scene(DAY)
    scene.is_deaf = True
    scene.trade("MNQ", 2)
    scene.quote("MNQ", "20900")
    scene.at(5).tick()
    assert asked(scene, "20899", "20898") == [True, False]
    alarm = scene.watch.alert
    assert alarm
    for silence in (scene.core.acknowledge, lambda: scene.core.fault("a fault", scene.now)):
        silence()
        assert scene.watch.alert != alarm
        scene.quote("MNQ", "20897" if silence == scene.core.acknowledge else "20896")
        assert scene.watch.alert == alarm
