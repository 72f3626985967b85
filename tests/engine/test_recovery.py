"""After a lock that only hours end, trading is left alone: shown with the core's clock."""

from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.rules.daily_realized_loss import DailyRealizedLoss
from tests.matrix import Proof
from tests.rules import test_trade_frequency_limit as frequency
from tests.scene import Scene


@pytest.mark.proof("RULE-003", recovery="2 MNQ after the reset")
def test_after_the_reset_trading_is_left_alone(proof: Proof) -> None:
    rule = DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")
    scene = Scene(rule)
    scene.settle(scene.trade("MNQ", -1, pnl="-600"))
    unlocked = scene.at(5 * 3600).tick()
    assert [row.action for row in unlocked.of("RULE-003")] == [Act.UNLOCK]
    proof.show_core("recovery", scene, scene.settle(scene.trade("MNQ", 2)))


@pytest.mark.proof("RULE-006", recovery="the next trade after the cooldown")
def test_after_a_cooldown_trading_is_left_alone(proof: Proof) -> None:
    scene = Scene(frequency.rule())
    frequency.round_turns(scene, (0, 1, 2, 3))
    unlocked = scene.at(63).tick()
    assert [row.action for row in unlocked.of("RULE-006")] == [Act.UNLOCK]
    proof.show_core("recovery", scene, scene.settle(scene.trade("MNQ", 1)))
