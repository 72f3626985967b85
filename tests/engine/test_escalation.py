"""What the trader is told of a close that does not come about, and how often."""

from datetime import timedelta

import pytest

from curb.domain.actions import Action, CloseContract
from curb.domain.alerts import AlertPlan
from curb.domain.audit import Act, AuditRow
from curb.domain.events import Outcome, RequestEnded, Restored, Why
from curb.engine.escalation import CRITICAL_AFTER, ESCALATE_AFTER
from curb.engine.policy import Policy
from tests.scene import Deeds, Scene, contract_id, lock


def locked() -> Scene:
    return Scene(restored=Restored(locks=(lock("SELF-LOCK", 86_400),)))


def alarms(rows: list[AuditRow]) -> list[AuditRow]:
    return [row for row in rows if row.action is Act.WARN and row.success is False]


def play(scene: Scene, deeds: Deeds, seconds: int, why: Why | None) -> list[AuditRow]:
    """Refuse every close for a time; return the alarms."""
    rows: list[AuditRow] = []
    for second in range(seconds):
        actions: list[Action] = []
        for action in deeds.actions:
            if isinstance(action, CloseContract):
                ended = RequestEnded(action.request_id, Outcome.REFUSED, 5, 1, "no", why)
                actions += scene.tell(ended).actions
        actions += scene.answer_pending().actions
        deeds = Deeds((*actions, *scene.at(second).tick().actions))
        rows += [row for row in alarms(deeds.rows) if row not in rows]
    return rows


def test_it_is_told_at_five_seconds_at_thirty_and_ever_more_seldom() -> None:
    scene = locked()
    rows = play(scene, scene.trade("MNQ", 2), 600, Why.MARKET)
    told = [round((row.at - scene.start).total_seconds()) for row in rows]
    assert told == [5, 30, 60, 120, 240, 480]
    assert [row.details["critical"] for row in rows] == [False, *[True] * 5]
    assert [row.reason.startswith("CRITICAL: ") for row in rows] == [False, *[True] * 5]
    assert {row.rule for row in rows} == {"SELF-LOCK"}
    assert rows[0].reason == (
        "MNQZ6 BLOCKED BY THE MARKET after 5 s (SELF-LOCK): it is closed when the market opens; "
        "use the platform's own flatten"
    )


def test_the_deadlines_are_those_of_the_alarm() -> None:
    scene = locked()
    scene.is_deaf = True
    scene.trade("MNQ", 2)
    due = [scene.start + ESCALATE_AFTER, scene.start + CRITICAL_AFTER]
    for at in due:
        assert at in list(scene.watch.deadlines(scene.now))
        scene.at((at - scene.start).total_seconds()).tick()


def test_whom_to_call_is_said_where_it_is_known() -> None:
    scene = locked()
    policy = scene.core.policy
    plan = AlertPlan(phone="+1 312 555 0100")
    scene.watch.adopt(
        Policy(policy.rules, policy.days, policy.basis, policy.digest, policy.total, alerts=plan)
    )
    play(scene, scene.trade("MNQ", 2), 10, None)
    assert scene.watch.alert.endswith("or call +1 312 555 0100")


def test_every_contract_is_named_with_what_holds_it_up() -> None:
    scene = locked()
    deeds = scene.trade("MNQ", 2)
    play(scene, deeds, 7, Why.MARKET)
    scene.core.acknowledge()
    assert scene.watch.alert == ""
    scene.is_deaf = True
    scene.trade("ES", 1)
    scene.at(20).tick()
    assert scene.watch.alert.startswith("MNQZ6 BLOCKED BY THE MARKET after 20 s")


@pytest.mark.parametrize("why", [None, Why.ORDER])
def test_a_loop_of_closes_is_told_once_and_pauses(why: Why | None) -> None:
    scene = locked()
    scene.permit(can_trade=None)  # no order may go out instead
    rows = play(scene, scene.trade("MNQ", 2), 50, why)
    (loop,) = [row for row in rows if row.rule == "ENGINE"]
    assert loop.reason.startswith(
        "enforcer loop: MNQZ6 closed 10 times in a minute and as open as before, the next close in "
    )
    assert loop.details["contract"] == contract_id("MNQ")
    assert loop.at - scene.start < timedelta(seconds=40)


def test_a_close_in_time_is_no_alarm() -> None:
    scene = locked()
    deeds = scene.settle(scene.trade("MNQ", 2))
    assert alarms(deeds.rows) == []
    assert scene.watch.alert == ""
    assert len(scene.watch.enforcements) == 0
