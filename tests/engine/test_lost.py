"""Lost or tampered state: locked until the reset, and kept flat from what REST tells."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import SaveFill, SaveLock
from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.events import Restored
from tests.engine.test_watch import daily_loss
from tests.scene import ACCOUNT, NOON, Scene, contract_id, lock

MNQ = contract_id("MNQ")
LOST = Restored(lost="the database was deleted: its anchor names one that is gone")
RESET = NOON + timedelta(hours=5)  # 17:00 in Chicago


def until(restored: Restored) -> datetime | None:
    (held,) = Scene(restored=restored).watch.state.lockouts
    return held.until


def test_the_account_is_locked_in_the_first_transaction_and_the_cause_named() -> None:
    scene = Scene(restored=LOST)
    (row,) = (row for row in scene.opening.of("ENGINE") if row.action is Act.LOCK)
    assert (row.action, row.reason, row.success) == (Act.LOCK, LOST.lost, True)
    assert row.details["lock"]["until"] == "2026-11-18T23:00:00.000+00:00"
    again = Scene(restored=LOST, positions=())
    first = again.core.start(again.now, {})
    assert [a.lock.rule for a in first if isinstance(a, SaveLock)] == ["ENGINE"]


def test_positions_that_rest_tells_are_closed() -> None:
    scene = Scene(restored=LOST, positions=())
    scene.positions = {MNQ: Position(ACCOUNT.id, MNQ, 2, Decimal(21000), NOON, 501)}
    begun = scene.begin()
    assert begun.closes == [(MNQ, None)]
    acts = [row.action for row in begun.of("ENGINE") if row.account_id]
    assert acts[:3] == [Act.RESET, Act.LOCK, Act.CLOSE_POSITION]


def test_a_position_opened_later_is_closed_until_the_reset() -> None:
    scene = Scene(restored=LOST)
    opened = scene.at(3600).trade("MNQ", 1)
    assert opened.closes == [(MNQ, None)]
    scene.settle(opened)
    ended = scene.at(5 * 3600).tick().of("ENGINE")
    assert [row.action for row in ended] == [Act.UNLOCK, Act.RESET]
    assert scene.at(5 * 3600 + 10).trade("MNQ", 1).closes == []


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (None, RESET),
        (NOON - timedelta(days=1), RESET),
        (NOON + timedelta(hours=1), RESET),
        (NOON + timedelta(hours=9), NOON + timedelta(hours=9)),
        (NOON + timedelta(days=3650), RESET),
    ],
)
def test_an_earlier_reset_in_the_new_config_does_not_shorten_it(
    told: datetime | None, expected: datetime
) -> None:
    assert until(Restored(lost="gone", lost_until=told)) == expected


def test_it_does_not_shorten_what_stands() -> None:
    longer = lock("ENGINE", 9 * 3600)
    assert until(Restored(lost="gone", locks=(longer,))) == longer.until


def test_without_a_loss_nothing_is_locked() -> None:
    assert list(Scene(restored=Restored(lost_until=RESET)).watch.state.lockouts) == []


@pytest.mark.parametrize(
    "edit",
    [
        {"pnl": Decimal(900)},
        {"is_voided": True},
        {"at": NOON - timedelta(days=2)},
        {"size": 1},
        {},
    ],
)
def test_what_rest_tells_of_the_days_fills_stands_against_the_database(
    edit: dict[str, object],
) -> None:
    venue = Scene()
    venue.at(-60).trade("MNQ", 2)
    venue.at(-30).trade("MNQ", -2, pnl="-499.50", fees="0.25")
    edited = tuple(replace(fill, **edit) if fill.pnl else fill for fill in venue.fills)  # type: ignore[arg-type]
    scene = Scene(daily_loss(), restored=Restored(fills=edited), positions=())
    scene.fills = list(venue.fills)
    begun = scene.begin()
    assert scene.watch.state.realized(NOON) == Decimal("-499.75")
    kept = [a.fill for a in begun.actions if isinstance(a, SaveFill)]
    assert kept == ([venue.fills[1]] if edit else [])
    lost = scene.at(10).trade("MNQ", 1, fees="0.25", fill_id=90)
    assert [row.action for row in lost.of("RULE-003")] == [Act.FLATTEN]


def test_fills_that_the_database_lost_come_from_rest() -> None:
    venue = Scene()
    venue.at(-60).trade("MNQ", 2)
    venue.at(-30).trade("MNQ", -2, pnl="-600")
    scene = Scene(daily_loss(), positions=())
    scene.fills = list(venue.fills)
    assert [row.action for row in scene.begin().of("RULE-003")] == [Act.FLATTEN]
