"""RULE-010, acceptance rows 10.x."""

from dataclasses import replace
from decimal import Decimal

import pytest

from curb.domain.actions import EndLock
from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import AccountRead, Link, LinkChanged, Restored
from curb.domain.locks import LockKind
from curb.engine.policy import Policy
from curb.rules.auth_loss_guard import AuthLossGuard
from tests.scene import ACCOUNT, Deeds, Scene, contract_id, lock

MNQ, ES = contract_id("MNQ"), contract_id("ES")


def rule(**changes: object) -> AuthLossGuard:
    keys: dict[str, object] = {"enabled": True, "mode": "enforce", "check_on_start": True}
    return AuthLossGuard.model_validate(keys | changes)


def is_locked(scene: Scene) -> bool:
    return scene.watch.state.lockouts.lockout(None) is not None


def test_a_lost_permission_flattens_and_locks_without_an_end() -> None:
    """10.1 two positions and an order."""
    scene = Scene(rule())
    scene.trade("MNQ", 2)
    scene.trade("ES", -1, "5800")
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20900", order_id=81)
    deeds = scene.at(1).permit(False)
    assert {name for name, _ in deeds.closes} == {MNQ, ES}
    assert deeds.cancels == [81]
    (held,) = deeds.locks
    assert (held.kind, held.until, held.symbol) == (LockKind.LOCKOUT, None, None)
    rows = scene.settle(deeds).of("RULE-010")
    assert [(row.action, row.success) for row in rows] == [(Act.FLATTEN, None), (Act.FLATTEN, True)]
    assert rows[0].details["lock"]["until"] is None


def test_the_permission_back_ends_the_lock() -> None:
    """10.2 false, then true."""
    scene = Scene(rule())
    scene.permit(False)
    deeds = scene.at(60).permit(True)
    assert [row.action for row in deeds.of("RULE-010")] == [Act.UNLOCK]
    assert [a.lock.rule for a in deeds.actions if isinstance(a, EndLock)] == ["RULE-010"]
    assert not is_locked(scene)
    assert scene.at(61).trade("MNQ", 1).closes == []


def test_an_account_that_may_not_trade_at_the_start_is_locked_before_any_trade() -> None:
    """10.3 false at the start."""
    scene = Scene(rule(), account=replace(ACCOUNT, can_trade=False))
    assert [row.action for row in scene.opening.of("RULE-010")] == [Act.LOCK]
    assert scene.at(1).trade("MNQ", 1).closes == [(MNQ, None)]


def test_without_the_check_at_the_start_only_a_loss_counts() -> None:
    scene = Scene(rule(check_on_start=False), account=replace(ACCOUNT, can_trade=False))
    assert not is_locked(scene)
    scene.at(1).permit(True)
    scene.at(2).permit(False)
    assert is_locked(scene)


def test_flat_it_only_locks() -> None:
    """10.4 false without a position."""
    deeds = Scene(rule()).permit(False)
    assert (deeds.closes, deeds.cancels) == ([], [])
    assert [(row.action, row.success) for row in deeds.of("RULE-010")] == [(Act.LOCK, True)]


def test_it_follows_the_last_word() -> None:
    """10.5 false, true, false within 15 s."""
    scene = Scene(rule())
    rows = []
    for second, allowed in ((0, False), (5, True), (15, False)):
        rows += scene.settle(scene.at(second).permit(allowed)).of("RULE-010")
    assert is_locked(scene)
    assert [row.action for row in rows if row.success] == [Act.LOCK, Act.UNLOCK, Act.LOCK]


def test_a_missing_word_is_no_breach_and_warns_once() -> None:
    """10.6 null."""
    scene = Scene(rule())
    scene.trade("MNQ", 1)
    rows = [*scene.at(1).permit(None).rows, *scene.at(2).permit(None).rows]
    assert [(row.rule, row.action) for row in rows] == [("RULE-010", Act.WARN)]
    assert rows[0].reason == "the gateway does not say whether the account may trade"
    assert not is_locked(scene)
    rows = [*scene.at(3).permit(True).rows, *scene.at(4).permit(None).rows]
    assert [row.action for row in rows] == [Act.WARN]


def test_a_missing_word_ends_no_lock() -> None:
    scene = Scene(rule())
    scene.permit(False)
    scene.at(1).permit(None)
    assert is_locked(scene)


def test_the_same_word_again_is_one_enforcement() -> None:
    """10.7 false five times."""
    scene = Scene(rule())
    scene.trade("MNQ", 2)
    deeds = [scene.at(1 + tenth / 10).permit(False) for tenth in range(5)]
    assert sum(len(each.closes) for each in deeds) == 1
    assert sum(len(each.of("RULE-010")) for each in deeds) == 1


def test_a_lock_of_another_rule_stands() -> None:
    """10.8 true again under a lock of RULE-003."""
    scene = Scene(rule(), restored=Restored(locks=(lock("RULE-003", 3600),)))
    scene.permit(False)
    scene.at(1).permit(True)
    assert [held.rule for held in scene.watch.state.lockouts] == ["RULE-003"]
    assert scene.at(2).trade("MNQ", 1).closes == [(MNQ, None)]


def test_a_restored_permission_is_heard_over_rest_while_locked() -> None:
    """10.9 true while locked, told by a read."""
    scene = Scene(rule())
    scene.permit(False)
    scene.tell(LinkChanged(Link.USER_HUB, False, "dropped", 1))
    scene.account = replace(ACCOUNT, can_trade=True)
    scene.at(5).tell(LinkChanged(Link.USER_HUB, True, "", 2))
    rows = scene.answer_pending().of("RULE-010")
    assert [row.action for row in rows] == [Act.UNLOCK]


def test_a_lock_of_an_earlier_run_ends_when_the_first_read_allows_trading() -> None:
    scene = Scene(rule(), restored=Restored(locks=(lock("RULE-010", None),)))
    assert [row.action for row in scene.opening.of("RULE-010")] == [Act.UNLOCK]


@pytest.mark.parametrize("allowed", [False, True])
def test_switched_off_its_lock_still_waits_for_the_permission(allowed: bool) -> None:
    scene = Scene(rule())
    scene.permit(False)
    off = Policy((), scene.core.policy.days, "net", "1" * 64, 1, (rule(enabled=False),))
    scene.core.adopt(off, scene.now)
    scene.at(1).permit(allowed)
    assert is_locked(scene) is not allowed


def test_warn_tells_and_locks_nothing() -> None:
    scene = Scene(rule(mode="warn"))
    scene.trade("MNQ", 1)
    deeds = Deeds((*scene.at(1).permit(False).actions, *scene.at(2).permit(False).actions))
    assert [row.action for row in deeds.rows] == [Act.WARN]
    assert (deeds.closes, is_locked(scene)) == ([], False)


@pytest.mark.parametrize(
    ("allowed", "value", "used"),
    [(True, "allowed", Decimal(0)), (False, "refused", Decimal(1)), (None, "?", None)],
)
def test_headroom_says_what_the_gateway_said(
    allowed: bool | None, value: str, used: Decimal | None
) -> None:
    scene = Scene(rule())
    scene.permit(allowed)
    room = rule().headroom(scene.watch.state, scene.now)
    assert (room.value, room.used, bool(room.blind)) == (value, used, allowed is None)


def test_a_read_that_left_before_the_hub_told_says_nothing_of_it() -> None:
    scene = Scene(rule())
    scene.at(1)
    before = scene.now
    said_before = scene.account
    scene.at(2).permit(False)
    late = AccountRead(99, ACCOUNT.id, before, 1, said_before, (), ())
    scene.tell(late)
    assert scene.watch.state.account.can_trade is False
    scene.tell(replace(late, began_at=scene.at(3).now))
    assert scene.watch.state.account.can_trade is True
