"""The word of each rule."""

from decimal import Decimal

import pytest

from curb.domain.book import OrderType, Side
from curb.domain.events import Restored
from curb.domain.locks import LockKind
from curb.domain.snapshot import RuleView
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from curb.rules.rule import Rule
from tests.engine.test_snapshot import shown
from tests.rules import test_max_contracts_per_instrument as per_instrument
from tests.scene import Scene, lock


def loss(mode: str = "enforce") -> DailyRealizedLoss:
    known = {"enabled": True, "mode": mode, "loss_limit": Decimal(500), "basis": "total"}
    return DailyRealizedLoss.model_validate(known)


def standing(scene: Scene, rule_id: str) -> RuleView:
    return next(r for r in shown(scene).accounts[0].rules if r.id == rule_id)


@pytest.mark.parametrize(
    ("rules", "locks", "word"),
    [
        ((loss(),), (), "ok"),
        ((loss("warn"),), (), "warn only"),
        ((), (), "off"),
        ((loss(),), (LockKind.LOCKOUT,), "LOCKED"),
        ((loss(),), (LockKind.COOLDOWN,), "COOLDOWN"),
        ((), (LockKind.LOCKOUT,), "LOCKED"),
    ],
)
def test_what_a_lock_or_the_mode_makes_of_a_rule(
    rules: tuple[Rule, ...], locks: tuple[LockKind, ...], word: str
) -> None:
    held = tuple(lock("RULE-003", 60, kind=kind) for kind in locks)
    assert standing(Scene(*rules, restored=Restored(locks=held)), "RULE-003").word == word


def test_a_lock_of_one_rule_says_nothing_of_another() -> None:
    scene = Scene(loss(), restored=Restored(locks=(lock("RULE-006", 60),)))
    assert (standing(scene, "RULE-003").word, standing(scene, "RULE-006").word) == ("ok", "LOCKED")


def test_a_grace_period_lasts_until_the_position_is_covered() -> None:
    scene = Scene(NoStopLossGrace(enabled=True, mode="enforce", grace_s=30))
    scene.trade("MNQ", 1)
    assert standing(scene, "RULE-008").word == "GRACE"
    assert standing(scene, "RULE-003").word == "off"
    scene.order("MNQ", Side.SELL, OrderType.STOP, 1, price="20990")
    assert standing(scene, "RULE-008").word == "ok"


def test_near_its_limit_a_rule_warns_though_it_only_tells() -> None:
    scene = Scene(per_instrument.rule(limits={"MNQ": 5}, mode="warn"))
    scene.trade("MNQ", 4)
    found = standing(scene, "RULE-002")
    assert (found.word, found.is_warn_only) == ("warn", True)


def test_what_cannot_be_evaluated_says_why() -> None:
    scene = Scene(loss())
    scene.trade("MNQ", 1)
    found = standing(scene, "RULE-003")
    assert (found.word, found.blind) == ("not evaluated", "MNQZ6 has no mark")
