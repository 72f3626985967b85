"""A lockout by hand: at once, for its time, and by nothing else ended."""

from datetime import timedelta

import pytest

from curb.domain.actions import EndLock
from curb.domain.audit import Act
from curb.domain.book import OrderType, Side
from curb.domain.events import Restored, SelfLockAsked
from curb.domain.locks import LockKind
from curb.engine.selflock import LEAST_S, MOST_S, refusal
from tests.scene import ACCOUNT, NOON, Scene, contract_id, lock

MNQ, ES = contract_id("MNQ"), contract_id("ES")
HALF = SelfLockAsked(ACCOUNT.id, 1800, None, "key")
RESET = NOON + timedelta(hours=5)  # 17:00 in Chicago


def ends(scene: Scene) -> list[tuple[str | None, object]]:
    return [(held.symbol, held.until) for held in scene.watch.state.lockouts]


@pytest.mark.parametrize(
    ("seconds", "is_refused"),
    [
        (None, False),
        (LEAST_S, False),
        (LEAST_S - 1, True),
        (0, True),
        (-1800, True),
        (MOST_S, False),
        (MOST_S + 1, True),
        (10**30, True),
    ],
)
def test_five_minutes_at_least_and_a_month_at_most(
    seconds: int | None, *, is_refused: bool
) -> None:
    assert bool(refusal(seconds)) == is_refused


def test_an_exposed_account_is_flattened_in_one_row() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    scene.trade("ES", -1, "5800")
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20900", order_id=81)
    deeds = scene.at(1).tell(HALF)
    assert sorted(name for name, _ in deeds.closes) == [ES, MNQ]
    assert deeds.cancels == [81]
    rows = [row for row in scene.settle(deeds).of("SELF-LOCK") if row.success]
    assert [row.action for row in rows] == [Act.FLATTEN]
    assert rows[0].details["lock"]["kind"] == "lockout"
    assert ends(scene) == [(None, NOON + timedelta(seconds=1801))]


def test_a_flat_account_is_locked_in_one_row() -> None:
    scene = Scene()
    deeds = scene.at(0).tell(HALF)
    assert [(row.action, row.success) for row in deeds.of("SELF-LOCK")] == [(Act.LOCK, True)]
    assert deeds.closes == []


def test_what_is_opened_under_it_is_closed_at_once() -> None:
    scene = Scene()
    scene.at(0).tell(HALF)
    assert scene.at(60).trade("MNQ", 1).closes == [(MNQ, None)]


def test_one_symbol_leaves_the_others_open() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    scene.trade("ES", 1, "5800")
    deeds = scene.at(1).tell(SelfLockAsked(ACCOUNT.id, 1800, "ES"))
    assert deeds.closes == [(ES, None)]
    assert [(row.action, row.symbol) for row in deeds.of("SELF-LOCK")] == [
        (Act.CLOSE_POSITION, "ES")
    ]
    scene.settle(deeds)
    assert scene.at(60).trade("MNQ", 1).closes == []


def test_time_alone_ends_it() -> None:
    scene = Scene()
    scene.at(0).tell(HALF)
    assert scene.at(1799).tick().of("SELF-LOCK") == []
    deeds = scene.at(1800).tick()
    assert [row.action for row in deeds.of("SELF-LOCK")] == [Act.UNLOCK]
    assert any(isinstance(action, EndLock) for action in deeds.actions)


@pytest.mark.parametrize(
    ("first", "then", "until"),
    [
        (1800, 3600, NOON + timedelta(seconds=3610)),
        (3600, 1800, NOON + timedelta(seconds=3600)),
        (1800, None, RESET),
        (None, 1800, RESET),
        (0, 0, NOON + timedelta(seconds=310)),
        (10**12, 300, NOON + timedelta(seconds=MOST_S)),
    ],
)
def test_the_longest_wins(first: int | None, then: int | None, until: object) -> None:
    scene = Scene()
    scene.at(0).tell(SelfLockAsked(ACCOUNT.id, first))
    scene.at(10).tell(SelfLockAsked(ACCOUNT.id, then))
    assert ends(scene) == [(None, until)]


def test_a_shorter_one_that_changes_nothing_is_no_row() -> None:
    scene = Scene()
    scene.at(0).tell(SelfLockAsked(ACCOUNT.id, 3600))
    assert scene.at(10).tell(HALF).of("SELF-LOCK") == []


def test_until_the_reset_is_five_minutes_at_least() -> None:
    scene = Scene()
    scene.at(5 * 3600 - 60).tell(SelfLockAsked(ACCOUNT.id, None))
    assert ends(scene) == [(None, RESET + timedelta(minutes=4))]


def test_it_survives_a_restart() -> None:
    kept = lock("SELF-LOCK", 1800)
    scene = Scene(restored=Restored(locks=(kept,)), start=NOON + timedelta(seconds=900))
    assert list(scene.watch.state.lockouts) == [kept]
    assert kept.kind is LockKind.LOCKOUT
    assert scene.trade("MNQ", 1).closes == [(MNQ, None)]
    assert scene.at(900).tick().acts.count(Act.UNLOCK) == 1


def test_another_account_is_not_locked() -> None:
    scene = Scene()
    assert scene.at(0).tell(SelfLockAsked(ACCOUNT.id + 1, 1800)).actions == ()
    assert ends(scene) == []
