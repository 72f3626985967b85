"""One account under watch: locks, restarts, links, flatten by hand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import EndGrace, EndLock, SaveReset
from curb.domain.audit import Act
from curb.domain.book import OrderType, Position, Side
from curb.domain.events import (
    AccountRead,
    FlattenAsked,
    Link,
    LinkChanged,
    Outcome,
    PositionSeen,
    QuoteSeen,
    Restored,
)
from curb.engine.policy import Policy
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.max_contracts import MaxContracts
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from tests.rules import test_symbol_blocks as blocks
from tests.rules import test_trade_frequency_limit as frequency
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract_id, lock


def _held(size: int) -> Position:
    return Position(ACCOUNT.id, MNQ, size, Decimal(21000), NOON, 501)


MNQ, ES = contract_id("MNQ"), contract_id("ES")


def max_contracts(mode: str = "enforce") -> MaxContracts:
    return MaxContracts(
        enabled=True,
        mode=mode,  # type: ignore[arg-type]
        limit=5,
        count="net",
        action="close_all",
        micro_weight=Decimal(1),
    )


def daily_loss() -> DailyRealizedLoss:
    return DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")


def test_a_limit_that_is_near_is_told_once_and_again_after_it_was_far() -> None:
    scene = Scene(max_contracts())
    told = []
    for second, size in enumerate((3, 1, 1, -1, -2, 2, -4, 4)):  # 3 4 5 4 2 4 0 4 of 5
        rows = scene.at(second).trade("MNQ", size).of("RULE-001")
        told.append([row.reason for row in rows if row.action is Act.WARN])
    near = ["Max contracts: 4 of 5"]
    assert told == [[], near, [], [], [], near, [], near]


def test_a_breach_is_not_told_as_near_too() -> None:
    scene = Scene(max_contracts())
    rows = scene.trade("MNQ", 6).of("RULE-001")
    assert [row.action for row in rows] == [Act.FLATTEN]


def test_warn_tells_once_and_does_nothing() -> None:
    scene = Scene(max_contracts("warn"))
    rows = scene.at(0).trade("MNQ", 6).rows
    rows += scene.at(1).trade("MNQ", 1).rows
    assert [row.action for row in rows] == [Act.WARN]
    assert list(scene.watch.closing) == []


def test_warn_tells_again_after_all_was_well() -> None:
    scene = Scene(max_contracts("warn"))
    rows = []
    for second, size in enumerate((6, -3, 3)):
        rows += scene.at(second).trade("MNQ", size).rows
    assert [row.action for row in rows] == [Act.WARN, Act.WARN]


@pytest.mark.parametrize(
    ("symbol", "closed", "cancelled"),
    [("MNQ", [MNQ], [81]), (None, [ES, MNQ], [81, 82])],
    ids=["one symbol", "everything"],
)
def test_flatten_by_hand_sets_no_lock(
    symbol: str | None, closed: list[str], cancelled: list[int]
) -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    scene.trade("ES", 1, "5800")
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20900", order_id=81)
    scene.order("ES", Side.BUY, OrderType.LIMIT, 1, price="5700", order_id=82)
    deeds = scene.at(1).tell(FlattenAsked(ACCOUNT.id, symbol))
    assert sorted(name for name, _ in deeds.closes) == closed
    assert sorted(deeds.cancels) == cancelled
    settled = scene.settle(deeds)
    rows = [row for row in settled.of("MANUAL") if row.success]
    assert len(rows) == 1
    assert rows[0].execution_time_ms is not None
    assert list(scene.watch.state.lockouts) == []


def test_protective_stops_are_cancelled_only_when_the_close_is_acknowledged() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    scene.order("MNQ", Side.SELL, OrderType.STOP, 2, price="20900", order_id=83)
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, 1, price="20950", order_id=84)
    deeds = scene.at(1).tell(FlattenAsked(ACCOUNT.id))
    assert deeds.cancels == [84]
    assert scene.answer(deeds.actions).cancels == [83]


def test_the_market_order_of_an_own_close_is_left_alone() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    scene.at(1).tell(FlattenAsked(ACCOUNT.id))
    assert scene.order("MNQ", Side.SELL, OrderType.MARKET, 2).cancels == []
    scene.position("MNQ", 0)
    assert scene.order("MNQ", Side.SELL, OrderType.MARKET, 2).cancels == []
    assert len(scene.order("MNQ", Side.BUY, OrderType.MARKET, 2).cancels) == 1


def test_a_start_begins_its_day_once() -> None:
    days = [a for a in Scene().opening.actions if isinstance(a, SaveReset)]
    again = Restored(resets=((ACCOUNT.id, days[0].trading_day),))
    assert [a.trading_day.isoformat() for a in days] == ["2026-11-18"]
    assert not any(isinstance(a, SaveReset) for a in Scene(restored=again).opening.actions)


def test_a_lost_close_is_never_sent_again_without_a_read() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    deeds = scene.at(1).tell(FlattenAsked(ACCOUNT.id))
    assert scene.answer(deeds.actions, Outcome.UNKNOWN).closes == []
    scene.is_deaf = True
    for tenth in range(11, 60):
        assert scene.at(tenth / 10).tick().closes == []
    assert scene.answer_pending().closes == [(MNQ, None)]


def test_what_the_trader_opens_during_a_flatten_is_closed_too() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    deeds = scene.at(1).tell(FlattenAsked(ACCOUNT.id))
    more = scene.at(1.1).trade("ES", 1, "5800")
    assert more.closes == [(ES, None)]
    settled = scene.settle(Deeds((*deeds.actions, *more.actions)))
    assert [row.success for row in settled.of("MANUAL")][-1] is True


def test_an_order_under_a_lock_and_its_fill_are_two_rows() -> None:
    scene = Scene(restored=Restored(locks=(lock("RULE-003", 3600),)))
    order = scene.at(1).order("MNQ", Side.BUY, OrderType.MARKET, 2, order_id=85)
    assert order.cancels == [85]
    scene.orders.clear()
    filled = scene.trade("MNQ", 2)
    assert filled.closes == [(MNQ, None)]
    settled = scene.settle(Deeds((*order.actions, *filled.actions)))
    done = {row.action for row in settled.of("RULE-003") if row.success}
    assert done == {Act.CANCEL_ORDERS, Act.CLOSE_POSITION}


def test_a_lock_of_an_earlier_run_is_enforced_on_the_first_read() -> None:
    scene = Scene(restored=Restored(locks=(lock("RULE-003", 3600),)), positions=())
    scene.positions = {MNQ: _held(3)}
    assert scene.begin().closes == [(MNQ, None)]


def test_an_interrupted_close_goes_on_after_a_restart() -> None:
    before = Scene()
    before.at(0).trade("MNQ", 2)
    deeds = before.at(1).tell(FlattenAsked(ACCOUNT.id))
    (row,) = deeds.of("MANUAL")
    restored = Restored(unfinished=(row,), next_audit_id=100)
    scene = Scene(restored=restored, start=NOON + timedelta(seconds=3), positions=())
    scene.positions = {MNQ: _held(2)}
    begun = scene.begin()
    assert begun.closes == [(MNQ, None)]
    closed = [r for r in scene.settle(begun).of("MANUAL") if r.success]
    assert [r.id for r in closed] == [row.id]


def test_an_old_intent_touches_no_new_position() -> None:
    before = Scene()
    before.at(0).trade("MNQ", 2)
    (row,) = before.at(1).tell(FlattenAsked(ACCOUNT.id)).of("MANUAL")
    restored = Restored(unfinished=(row,), next_audit_id=100)
    scene = Scene(restored=restored, start=NOON + timedelta(hours=1), positions=())
    scene.positions = {MNQ: replace(_held(2), opened_at=NOON + timedelta(minutes=30))}
    begun = scene.begin()
    assert begun.closes == []
    (closed,) = begun.of("MANUAL")
    assert closed.success is False


def test_an_old_intent_goes_on_against_the_position_that_it_was_about() -> None:
    """The market was closed for hours, and the engine started anew meanwhile."""
    before = Scene()
    before.at(0).trade("MNQ", 2)
    before.trade("ES", 1)
    (row,) = before.at(1).tell(FlattenAsked(ACCOUNT.id)).of("MANUAL")
    restored = Restored(unfinished=(row,), next_audit_id=100)
    scene = Scene(restored=restored, start=NOON + timedelta(hours=40), positions=())
    scene.positions = {MNQ: replace(_held(2), opened_at=NOON)}
    begun = scene.begin()
    assert begun.closes == [(MNQ, None)]
    closed = [r for r in scene.settle(begun).of("MANUAL") if r.success]
    assert [r.id for r in closed] == [row.id]


def test_a_lock_ends_at_its_time_and_is_told() -> None:
    scene = Scene(restored=Restored(locks=(lock("RULE-003", 60),)))
    assert scene.at(59.9).tick().rows == []
    deeds = scene.at(60).tick()
    assert [row.action for row in deeds.rows] == [Act.UNLOCK]
    assert any(isinstance(action, EndLock) for action in deeds.actions)


def test_every_day_begins_once() -> None:
    scene = Scene()
    resets = []
    for hour in range(72):
        deeds = scene.at(3600 * hour).tick()
        resets += [a.trading_day.isoformat() for a in deeds.actions if isinstance(a, SaveReset)]
    assert resets == ["2026-11-19", "2026-11-20", "2026-11-21"]


def test_fills_told_before_the_first_read_are_judged_after_it() -> None:
    scene = Scene(frequency.rule(), positions=())
    for _ in range(4):
        scene.fill("MNQ", 1)
    scene.positions = {MNQ: _held(4)}
    begun = scene.begin()
    assert [row.action for row in begun.of("RULE-006")] == [Act.COOLDOWN]
    (held,) = scene.watch.state.lockouts
    assert held.ceilings == ((MNQ, 4),)


def test_without_the_user_hub_rest_alone_enforces() -> None:
    scene = Scene(max_contracts())
    scene.tell(LinkChanged(Link.USER_HUB, False, "dropped", 1))
    scene.at(1)
    scene.positions = {MNQ: _held(6)}
    closes = []
    for tenth in range(10, 60):
        closes += scene.at(tenth / 10).tick().closes
        closes += scene.answer_pending().closes
    assert closes[:1] == [(MNQ, None)]


def test_unknown_contracts_have_an_unknown_value() -> None:
    """X7 a mark and no tick data."""
    scene = Scene(daily_loss(), contracts=())
    scene.at(0).trade("MNQ", 2)
    scene.tell(QuoteSeen(MNQ, NOON, Decimal(20000)))
    state = scene.watch.state
    assert state.open_pnl() == (None, False)


def test_events_of_another_account_are_not_ours() -> None:
    scene = Scene(max_contracts())
    stranger = replace(_held(9), account_id=8)
    assert scene.tell(PositionSeen(stranger)).actions == ()
    assert scene.tell(AccountRead(1, 8, NOON, 1)).actions == ()


def test_a_quote_without_a_position_asks_nobody() -> None:
    scene = Scene(daily_loss())
    assert scene.quote("MNQ", "21000").actions == ()


def test_another_policy_is_asked_at_once() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 6)
    policy = Policy((max_contracts(),), scene.core.policy.days, "net", "1" * 64, 1)
    deeds = Deeds(tuple(scene.core.adopt(policy, scene.now)))
    assert deeds.closes == [(MNQ, None)]
    assert deeds.rows[0].action is Act.FLATTEN
    assert deeds.rows[0].details["config"] == "1" * 64


def test_the_grace_of_a_rule_that_is_switched_off_ends() -> None:
    scene = Scene(NoStopLossGrace(enabled=True, mode="enforce", grace_s=30))
    scene.at(0).trade("MNQ", 1)
    (running,) = scene.watch.state.timers
    policy = Policy((), scene.core.policy.days, "net", "1" * 64, 1)
    deeds = Deeds(tuple(scene.core.adopt(policy, scene.now)))
    assert [a.grace for a in deeds.actions if isinstance(a, EndGrace)] == [running]
    assert list(scene.watch.state.timers) == []


def test_an_intent_of_another_account_is_not_ours() -> None:
    before = Scene()
    before.at(0).trade("MNQ", 2)
    (row,) = before.at(1).tell(FlattenAsked(ACCOUNT.id)).of("MANUAL")
    restored = Restored(unfinished=(replace(row, account_id=8),), next_audit_id=100)
    scene = Scene(restored=restored, start=NOON + timedelta(seconds=3), positions=())
    scene.positions = {MNQ: _held(2)}
    assert scene.begin().closes == []


@pytest.mark.parametrize(("until_s", "stands"), [(None, []), (60, ["ES"])])
def test_a_condition_that_is_over_ends_no_lock_that_has_a_time(
    until_s: float | None, stands: list[str]
) -> None:
    kept = (lock("RULE-011", until_s, symbol="ES"), lock("RULE-011", None, symbol="MES"))
    scene = Scene(blocks.rule(blocked=()), restored=Restored(locks=kept))
    assert [held.symbol for held in scene.watch.state.lockouts] == stands


@pytest.mark.parametrize("absent", ["positions", "orders"])
def test_a_read_that_left_a_list_out_is_asked_again_soon(absent: str) -> None:
    scene = Scene()
    (asked,) = scene.at(60).tick().reads
    lists: dict[str, tuple[()] | None] = {"positions": (), "orders": ()} | {absent: None}
    read = AccountRead(asked.request_id, ACCOUNT.id, scene.now, 1, **lists)  # type: ignore[arg-type]
    assert scene.tell(read).reads == []
    scene.is_deaf = True
    assert len(scene.at(60.5).tick().reads) == 1
