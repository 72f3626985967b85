"""The engine's own rows of the acceptance table: X1 to X5 and X9."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from curb.domain.actions import SaveReset
from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.events import FillSeen, FlattenAsked, Link, LinkChanged, Restored
from curb.domain.sessions import TradingDays
from curb.engine.escalation import ESCALATE_AFTER
from curb.engine.policy import Policy
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from tests.scene import ACCOUNT, Deeds, Scene, contract_id, lock

MNQ, ES = contract_id("MNQ"), contract_id("ES")


def daily_loss(limit: int = 500) -> DailyRealizedLoss:
    loss_limit = Decimal(limit)
    return DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=loss_limit, basis="total")


def test_an_account_opens_when_its_last_lock_has_ended() -> None:
    """X1 two locks."""
    two = (lock("RULE-003", 60), lock("RULE-004", 120))
    scene = Scene(restored=Restored(locks=two))
    rows = scene.at(60).tick().rows
    assert [(row.rule, row.action) for row in rows] == [("RULE-003", Act.UNLOCK)]
    attempt = scene.at(61).trade("MNQ", 1)
    assert attempt.closes == [(MNQ, None)]
    assert [row.rule for row in attempt.rows] == ["RULE-004"]
    scene.settle(attempt)
    scene.at(120).position("MNQ", 0)
    assert scene.at(121).trade("MNQ", 1).closes == []


def test_a_looser_config_leaves_the_end_of_a_lock() -> None:
    """X2 loosened while locked."""
    scene = Scene(daily_loss())
    (held,) = scene.fill("MNQ", -1, pnl="-600").locks
    early = TradingDays(time(13), ZoneInfo("America/Chicago"))
    scene.core.adopt(Policy((daily_loss(9000),), early, "gross", "1" * 64, 1), scene.now)
    assert list(scene.watch.state.lockouts) == [held]
    assert held.until == datetime(2026, 11, 18, 23, tzinfo=UTC)
    assert scene.at(5 * 3600 - 1).trade("MNQ", 1).closes == [(MNQ, None)]
    scene.at(5 * 3600).tick()
    assert list(scene.watch.state.lockouts) == []


def test_a_reconnect_reads_everything_and_counts_missed_fills_once() -> None:
    """X3 three fills missed, told by the read and by the hub again."""
    scene = Scene(daily_loss())
    scene.tell(LinkChanged(Link.USER_HUB, False, "dropped", 1))
    missed = Scene()
    for number in range(3):
        missed.at(number).fill("MNQ", -1, pnl="-50", fill_id=30 + number)
    scene.fills = [*missed.fills, *missed.fills]
    deeds = scene.at(5).tell(LinkChanged(Link.USER_HUB, True, "", 2))
    assert [read.fills_since is not None for read in deeds.reads] == [True]
    scene.answer_pending()
    for fill in missed.fills:
        scene.tell(FillSeen(fill))
    assert scene.watch.state.realized(scene.now) == Decimal(-150)
    assert len(scene.watch.state.trades.valid()) == 3


def next_closes(scene: Scene) -> Deeds:
    """Let reads be answered and time pass until closes go out."""
    deeds = scene.tick()
    for _ in range(100):
        deeds = Deeds((*deeds.actions, *scene.answer_pending().actions))
        if deeds.closes:
            break
        scene.now = max(scene.core.deadline(scene.now), scene.now)
        deeds = scene.tick()
    return deeds


@pytest.mark.parametrize("is_flat_told", [False, True], ids=["untold", "told"])
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("MNQ", "MNQ", "MNQ", "MNQ"), id="X4 the same contract"),
        pytest.param(("ES", "NQ", "RTY", "MES"), id="X4 another contract each time"),
    ],
)
def test_what_a_verify_pass_finds_is_closed_and_the_third_time_alarms(
    names: tuple[str, ...], is_flat_told: bool
) -> None:
    scene = Scene()
    scene.trade("MNQ", 2)
    deeds = scene.at(1).tell(FlattenAsked(ACCOUNT.id))
    alarms = []
    for was, name in pairwise(("MNQ", *names)):
        scene.answer(deeds.actions)
        if is_flat_told:
            scene.position(was, 0)
        # Opened again by some robot, and told by no event.
        again = contract_id(name)
        scene.positions = {again: Position(ACCOUNT.id, again, 2, Decimal(21000), scene.now, 9)}
        deeds = next_closes(scene)
        assert deeds.closes == [(again, None)]
        alarms.append("NOT FLAT" in scene.watch.alert)
    assert alarms == [False, False, True, True]
    assert scene.now - scene.start < timedelta(seconds=1) + ESCALATE_AFTER
    settled = scene.settle(deeds)
    assert [row.success for row in settled.of("MANUAL")] == [True]
    assert scene.positions == {}


@pytest.mark.parametrize(
    ("reset", "ended"),
    [
        pytest.param("2026-10-31 22:00", "2026-10-31", id="X5 the day before summer time ends"),
        pytest.param("2026-11-01 23:00", "2026-11-01", id="X5 the day on which it ends"),
        pytest.param("2027-03-14 22:00", "2027-03-14", id="X5 the day on which it begins"),
    ],
)
def test_a_trading_day_begins_once_at_1700_in_chicago(reset: str, ended: str) -> None:
    at = datetime.fromisoformat(reset).replace(tzinfo=UTC)
    day = date.fromisoformat(ended)
    scene = Scene(start=at - timedelta(hours=12))
    begun = []
    for minute in range(24 * 60):
        if minute == 12 * 60:
            assert scene.core.deadline(scene.now) <= at
        deeds = scene.at(60 * minute).tick()
        found = (a for a in deeds.actions if isinstance(a, SaveReset))
        begun += [(a.trading_day, scene.now) for a in found]
    assert begun == [(day + timedelta(days=1), at)]


def test_the_reset_starts_the_day_from_nothing() -> None:
    """X5 the loss of yesterday is gone, and its lock."""
    scene = Scene(daily_loss())
    scene.settle(scene.fill("MNQ", -1, pnl="-600"))
    rows = scene.at(5 * 3600).tick().rows
    assert [row.action for row in rows] == [Act.UNLOCK, Act.RESET]
    assert scene.watch.state.realized(scene.now) == 0
    assert scene.trade("MNQ", 1).closes == []


def test_two_rules_on_one_event_are_one_flatten_two_rows_and_two_locks() -> None:
    """X9 RULE-003 and RULE-004 on one quote."""
    open_loss = DailyUnrealizedLoss(
        enabled=True, mode="enforce", loss_limit=Decimal(300), scope="account"
    )
    scene = Scene(daily_loss(), open_loss)
    scene.trade("MNQ", 2)
    scene.trade("ES", 1, "5800")
    scene.quote("ES", "5800")
    deeds = scene.quote("MNQ", "20800")
    assert sorted(deeds.closes) == [(ES, None), (MNQ, None)]
    both = ["RULE-003", "RULE-004"]
    assert [row.rule for row in deeds.rows] == both
    assert [held.rule for held in deeds.locks] == both
    settled = scene.settle(deeds)
    assert len(settled.closes) == 2
    done = [row for row in settled.rows if row.success]
    assert [(row.rule, row.action) for row in done] == [(rule, Act.FLATTEN) for rule in both]
