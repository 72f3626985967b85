"""What is told and not enforced: a limit that is near, a rule that cannot be evaluated."""

from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.audit import Act, AuditRow
from curb.domain.events import ConfigAdopted, PositionSeen, Restored
from curb.engine.blindness import CLEAR_FOR, PATIENCE
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from tests.rules import test_auth_loss_guard as permission
from tests.scene import ACCOUNT, Deeds, Scene, contract_id, lock

WAIT, CLEAR = PATIENCE.total_seconds(), CLEAR_FOR.total_seconds()


def day_loss() -> DailyRealizedLoss:
    return DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")


def open_loss() -> DailyUnrealizedLoss:
    return DailyUnrealizedLoss(
        enabled=True, mode="enforce", loss_limit=Decimal(300), scope="position"
    )


def blind(deeds: Deeds) -> list[AuditRow]:
    return [row for row in deeds.rows if row.action is Act.NOT_EVALUATED]


def test_a_rule_that_cannot_be_evaluated_is_told_by_the_clock_and_once() -> None:
    scene = Scene(day_loss(), open_loss())
    assert blind(scene.at(0).trade("MNQ", 2)) == []
    assert scene.core.deadline(scene.now) <= scene.at(WAIT).now
    rows = blind(scene.tick())
    assert [(row.rule, row.reason, row.success) for row in rows] == [
        ("RULE-003", "Daily loss not evaluated: MNQZ6 has no mark", True),
        ("RULE-004", "Open loss not evaluated: MNQZ6 has no mark", True),
    ]
    assert blind(scene.at(WAIT + 1).trade("MNQ", 1)) == []
    assert blind(scene.at(2 * WAIT).tick()) == []
    assert scene.watch.handle(ConfigAdopted(), scene.now) == []


def test_a_quote_in_time_leaves_nothing_to_tell() -> None:
    scene = Scene(day_loss())
    scene.at(0).trade("MNQ", 2)
    scene.at(WAIT - 1).quote("MNQ", "21000")
    assert blind(scene.at(WAIT).tick()) == []


def test_a_rule_that_is_woken_late_tells_it_itself() -> None:
    scene = Scene(day_loss())
    scene.at(0).trade("MNQ", 2)
    (row,) = blind(scene.at(WAIT).position("MNQ", 3))
    assert row.details["event"]


@pytest.mark.parametrize(("pause", "count"), [(CLEAR - 1, 0), (CLEAR, 1)])
def test_it_is_told_again_only_after_it_could_be_evaluated_for_a_while(
    pause: float, count: int
) -> None:
    scene = Scene(day_loss())
    scene.at(0).trade("MNQ", 1)
    assert len(blind(scene.at(WAIT).tick())) == 1
    scene.at(10).quote("MNQ", "21000")
    scene.at(10 + pause).trade("RTY", 1, "2300")
    rows = blind(scene.at(10 + pause + WAIT).tick())
    assert [row.reason for row in rows] == ["Daily loss not evaluated: RTYZ6 has no mark"] * count


def test_a_flat_account_tells_nothing() -> None:
    scene = Scene(permission.rule())
    scene.at(0).permit(None)
    assert blind(scene.at(WAIT).tick()) == []
    scene.trade("MNQ", 1)
    scene.at(3 * WAIT).tick()  # a read of the account sees it first
    (row,) = blind(scene.at(4 * WAIT).permit(None))
    assert row.rule == "RULE-010"


def test_a_rule_under_its_own_lock_tells_nothing() -> None:
    scene = Scene(day_loss(), restored=Restored(locks=(lock("RULE-003", 3600),)))
    scene.at(0).trade("MNQ", 2)
    assert blind(scene.at(WAIT).tick()) == []


def test_a_rule_switched_off_in_the_meantime_is_forgotten() -> None:
    scene = Scene(day_loss())
    scene.at(0).trade("MNQ", 2)
    scene.watch.adopt(Scene().core.policy.of_account(ACCOUNT.name))
    assert blind(scene.at(WAIT).tick()) == []
    assert scene.core.deadline(scene.now) > scene.now


def test_a_stale_mark_still_evaluates_and_may_breach() -> None:
    scene = Scene(open_loss())
    scene.at(0).trade("MNQ", 1)
    scene.quote("MNQ", "20900")
    assert blind(scene.at(60).tick()) == []
    assert scene.watch.state.is_stale(contract_id("MNQ"), scene.now)
    grown = replace(scene.positions[contract_id("MNQ")], size=3)
    assert scene.at(61).tell(PositionSeen(grown)).acts == [Act.CLOSE_POSITION]
