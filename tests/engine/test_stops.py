"""Protective stops on their way: what goes out when, and what the audit says of it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.actions import PlaceStop, SaveAudit
from curb.domain.audit import Act, AuditRow
from curb.domain.book import OrderStatus, OrderType, Side
from curb.domain.events import (
    FlattenAsked,
    OrderSeen,
    Outcome,
    QuoteSeen,
    RequestEnded,
    Restored,
)
from curb.domain.locks import LockKind
from curb.domain.stops import StopChange
from curb.engine.policy import Policy
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.rules.rule import Rule
from tests.rules.test_trade_management import MNQ, rule
from tests.scene import ACCOUNT, NOON, Deeds, lock
from tests.stops import StopScene

SELL, BUY, STOP = Side.SELL, Side.BUY, OrderType.STOP
OWN = "curb-stop-1"


def opened(*rules: Rule, size: int = 2, restored: Restored | None = None) -> StopScene:
    """A long from 21000 with a price seen since, nothing triggered."""
    scene = StopScene(*(rules or (rule(),)), restored=restored)
    scene.at(0).trade("MNQ", size)
    scene.quote("MNQ", "21001")
    return scene


def stopped(*rules: Rule, size: int = 2) -> tuple[StopScene, int]:
    """The same with its stop at breakeven since second 10; return the stop's number."""
    scene = opened(*rules, size=size)
    scene.hub(scene.at(10).quote("MNQ", "21002.50"))
    (order_id,) = scene.orders
    return scene, order_id


def rows(deeds: Deeds, *acts: Act) -> list[AuditRow]:
    return [row for row in deeds.of("RULE-012") if row.action in acts]


def order_told(scene: StopScene, order_id: int, **changes: object) -> Deeds:
    """The hub tells of an order that changed at the venue."""
    order = replace(scene.orders[order_id], updated_at=scene.now, **changes)  # type: ignore[arg-type]
    if order.status.is_final:
        del scene.orders[order_id]
    else:
        scene.orders[order_id] = order
    return scene.tell(OrderSeen(order))


class TestTheAudit:
    def test_a_placed_stop_is_one_row_that_closes_when_the_venue_shows_it(self) -> None:
        scene = opened()
        deeds = scene.at(10).quote("MNQ", "21002.50")
        (begun,) = rows(deeds, Act.PLACE_STOP)
        assert (begun.success, begun.symbol, begun.execution_time_ms) == (None, "MNQ", None)
        assert begun.details["event"].startswith(f"quote {MNQ}")
        scene.now += timedelta(milliseconds=40)
        assert scene.answer(deeds.actions).rows == []  # a reply is no proof
        scene.now += timedelta(milliseconds=20)
        (order_id,) = scene.orders
        (done,) = rows(order_told(scene, order_id), Act.PLACE_STOP)
        assert (done.id, done.success, done.execution_time_ms) == (begun.id, True, 60)
        (note,) = done.details["requests"]
        assert (note["request"], note["outcome"]) == ("place", "done")
        assert done.details["stop"]["tag"] == note["tag"]

    def test_it_may_be_shown_before_the_reply(self) -> None:
        scene = opened()
        deeds = scene.at(10).quote("MNQ", "21002.50")
        (request,) = [a for a in deeds.actions if isinstance(a, PlaceStop)]
        scene.stop(request)
        (order_id,) = scene.orders
        assert order_told(scene, order_id).rows == []
        (done,) = scene.tell(RequestEnded(request.request_id, Outcome.DONE, 9)).rows
        assert done.success

    def test_where_the_hub_is_silent_a_read_shows_it(self) -> None:
        scene = opened()
        scene.at(9).tick()  # the routine read
        deeds = scene.at(10).quote("MNQ", "21002.50")
        scene.answer(deeds.actions)
        assert scene.at(10.7).tick().reads == []
        assert len(scene.at(10.75).tick().reads) == 1
        (done,) = scene.answer_pending().of("RULE-012")
        assert (done.success, done.execution_time_ms) == (True, 750)

    def test_a_move_is_a_row_of_its_own(self) -> None:
        scene, order_id = stopped()
        deeds = scene.at(12).quote("MNQ", "21005")
        assert [r.action for r in rows(deeds, *Act)] == [Act.MOVE_STOP]
        (done,) = rows(scene.hub(deeds), Act.MOVE_STOP)
        assert done.success
        assert done.details["stop"]["order"] == order_id
        assert done.reason == (
            "MNQZ6: 20 ticks in profit, 10 kept behind the best: stop 21000.00 -> 21002.50"
        )

    def test_a_stop_that_fills_at_once_has_done_its_work(self) -> None:
        scene = opened()
        deeds = scene.at(10).quote("MNQ", "21002.50")
        scene.answer(deeds.actions)
        (order_id,) = scene.orders
        told = order_told(scene, order_id, status=OrderStatus.FILLED)
        (done,) = rows(told, Act.PLACE_STOP)
        assert done.success

    def test_one_that_the_venue_takes_away_has_not(self) -> None:
        scene = opened()
        deeds = scene.at(10).quote("MNQ", "21002.50")
        scene.answer(deeds.actions)
        (order_id,) = scene.orders
        told = order_told(scene, order_id, status=OrderStatus.REJECTED)
        (done,) = rows(told, Act.PLACE_STOP)
        assert done.success is False


def test_each_contract_has_a_request_of_its_own() -> None:
    scene = opened()
    scene.trade("ES", 1, "5800")
    first = scene.at(10).quote("MNQ", "21002.50")
    second = scene.quote("ES", "5802.50")
    assert (first.stops, second.stops) == ([(None, -2, "21000.00")], [(None, -1, "5800.00")])
    assert [row.symbol for row in rows(scene.hub(second), Act.PLACE_STOP)] == ["ES"]
    assert [row.symbol for row in rows(scene.hub(first), Act.PLACE_STOP)] == ["MNQ"]


class TestRefused:
    def test_it_is_tried_again_later_and_later(self) -> None:
        scene = opened()
        deeds = scene.at(10).quote("MNQ", "21002.50")
        (row,) = rows(scene.answer(deeds.actions, Outcome.REFUSED), Act.PLACE_STOP)
        assert row.success is False
        sent = []
        for quarter in range(41, 160):
            deeds = scene.at(quarter / 4).tick()
            if deeds.stops:
                sent.append(quarter / 4)
                scene.answer(deeds.actions, Outcome.REFUSED)
        assert sent == [12.0, 16.0, 24.0]

    def test_after_a_success_a_second_is_enough_again(self) -> None:
        scene = opened()
        scene.answer(scene.at(10).quote("MNQ", "21002.50").actions, Outcome.REFUSED)
        scene.hub(scene.at(12).tick())
        assert scene.at(13).quote("MNQ", "21006").stops

    def test_a_new_position_begins_anew(self) -> None:
        scene = opened()
        scene.answer(scene.at(10).quote("MNQ", "21002.50").actions, Outcome.REFUSED)
        scene.at(10.2).trade("MNQ", -2, pnl="5")
        scene.at(10.4).trade("MNQ", 2, "21002")
        assert scene.at(11).quote("MNQ", "21005").stops

    def test_the_orders_are_read_again(self) -> None:
        scene, order_id = stopped()
        scene.at(11).tick()  # the routine read
        scene.at(12).is_deaf = True
        deeds = scene.quote("MNQ", "21005")
        del scene.orders[order_id]  # cancelled by hand, and the event lost
        read = scene.answer(deeds.actions, Outcome.REFUSED)
        assert len(read.reads) == 1
        scene.is_deaf = False
        assert scene.answer_pending().stops == []  # or was it filled?
        scene.at(12.75).tick()
        assert scene.answer_pending().stops == [(None, -2, "21002.50")]


class TestUnknown:
    @pytest.mark.parametrize("has_landed", [True, False])
    def test_nothing_is_sent_again_before_a_later_read(self, has_landed: bool) -> None:
        scene = opened()
        deeds = scene.at(10).quote("MNQ", "21002.50")
        (request,) = [a for a in deeds.actions if isinstance(a, PlaceStop)]
        scene.is_deaf = True
        scene.answer(deeds.actions, Outcome.UNKNOWN)
        if has_landed:
            scene.stop(request)
        for tenth in range(101, 150):
            assert scene.at(tenth / 10).tick().stops == []
        after = scene.answer_pending()
        (row,) = rows(after, Act.PLACE_STOP)[:1]
        assert (row.success, row.details["requests"][0]["outcome"]) == (has_landed, "unknown")
        assert len(after.stops) == (0 if has_landed else 1)
        names = {a.tag for a in after.actions if isinstance(a, PlaceStop)}
        assert request.tag not in names

    def test_one_that_lands_twice_is_taken_away_again(self) -> None:
        scene, order_id = stopped()
        deeds = scene.order("MNQ", SELL, STOP, 2, price="21000", order_id=99, tag=OWN)
        assert deeds.cancels == [99]
        assert order_id in scene.orders


class TestForbidden:
    def test_nothing_is_placed_while_the_contract_is_closed(self) -> None:
        scene = opened()
        scene.at(10).tell(FlattenAsked(ACCOUNT.id))
        assert scene.quote("MNQ", "21002.50").stops == []

    def test_nothing_is_moved_while_the_contract_is_closed(self) -> None:
        scene, _ = stopped()
        closing = scene.at(12).tell(FlattenAsked(ACCOUNT.id))
        assert scene.quote("MNQ", "21005").stops == []
        settled = scene.settle(closing)
        assert (scene.positions, scene.orders) == ({}, {})
        assert settled.of("RULE-012") == []

    def test_nothing_is_placed_under_a_lockout(self) -> None:
        scene = opened(restored=Restored(locks=(lock("RULE-003", 3600),)))
        assert scene.at(10).quote("MNQ", "21002.50").stops == []

    def test_a_cooldown_lets_stops_be_placed(self) -> None:
        scene = opened()
        held = lock("RULE-006", 3600, kind=LockKind.COOLDOWN, ceilings=((MNQ, 2),))
        scene.watch.state.lockouts.add(held)
        assert scene.at(10).quote("MNQ", "21002.50").stops == [(None, -2, "21000.00")]

    def test_in_a_cooldown_a_smaller_position_is_no_attempt_of_its_stop(self) -> None:
        scene = opened()
        held = lock("RULE-006", 3600, kind=LockKind.COOLDOWN, ceilings=((MNQ, 2),))
        scene.watch.state.lockouts.add(held)
        scene.hub(scene.at(10).quote("MNQ", "21002.50"))
        deeds = scene.at(12).trade("MNQ", -1, pnl="1")
        assert (deeds.cancels, deeds.of("RULE-006")) == ([], [])
        assert [size for _, size, _ in deeds.stops] == [1]

    def test_nothing_is_placed_while_the_account_may_not_trade(self) -> None:
        scene = opened()
        scene.permit(False)
        assert scene.at(10).quote("MNQ", "21002.50").stops == []
        assert scene.at(11).permit(True).stops == [(None, -2, "21000.00")]

    def test_what_is_too_large_is_taken_back_all_the_same(self) -> None:
        scene, order_id = stopped()
        scene.permit(False)
        deeds = scene.at(10.2).trade("MNQ", -1, pnl="1")
        assert deeds.stops == [(order_id, 1, "21000.00")]


@pytest.mark.parametrize("has_landed", [True, False])
def test_a_restart_looks_for_the_result_of_what_was_under_way(has_landed: bool) -> None:
    before = opened()
    deeds = before.at(10).quote("MNQ", "21002.50")
    (begun,) = rows(deeds, Act.PLACE_STOP)
    if has_landed:
        before.answer(deeds.actions)
    scene = StopScene(
        rule(initial_stop_ticks=40),
        start=NOON + timedelta(seconds=12),
        restored=Restored(unfinished=(begun,), next_audit_id=50),
        positions=(),
    )
    scene.positions, scene.orders = before.positions, before.orders
    opening = scene.begin()
    assert (opening.stops, len(rows(opening, Act.PLACE_STOP))) == ([], int(has_landed))
    scene.at(0.75).tick()
    later = [*opening.actions, *scene.answer_pending().actions]
    first, *others = rows(Deeds(tuple(later)), Act.PLACE_STOP)
    assert (first.id, first.success) == (begun.id, has_landed)
    assert len(others) == (0 if has_landed else 1)


@pytest.mark.parametrize("has_landed", [True, False])
@pytest.mark.parametrize("act", [Act.MOVE_STOP, Act.CANCEL_ORDERS])
def test_a_restart_looks_for_a_move_and_a_cancel_too(act: Act, has_landed: bool) -> None:
    before, order_id = stopped()
    before.at(12)
    is_move = act is Act.MOVE_STOP
    deeds = before.quote("MNQ", "21005") if is_move else before.trade("MNQ", -2, pnl="1")
    (begun,) = rows(deeds, act)
    if has_landed:
        before.answer(deeds.actions)
    other = StopChange(8, MNQ, NOON + timedelta(seconds=14))
    scene = StopScene(
        rule(),
        start=NOON + timedelta(seconds=14),
        restored=Restored(unfinished=(begun,), stop_changes=(other,), next_audit_id=50),
        positions=(),
    )
    scene.positions, scene.orders = before.positions, before.orders
    scene._setup.append(QuoteSeen(MNQ, scene.now, Decimal(21005)))  # before the first read
    opening = [*scene.begin().actions, *scene.at(0.75).tick().actions]
    told = rows(Deeds((*opening, *scene.answer_pending().actions)), act)
    assert (told[0].id, told[0].success) == (begun.id, has_landed)
    assert (order_id in scene.orders) is (is_move or not has_landed)


def test_after_a_reduction_the_stop_stands_anew_for_what_is_left() -> None:
    keys = {"limits": {"MNQ": 1}, "action": "reduce", "unlisted": "block"}
    limit = MaxContractsPerInstrument.model_validate({"enabled": True, "mode": "enforce"} | keys)
    scene, order_id = stopped(size=3)
    policy = Policy((limit, rule()), scene.core.policy.days, "net", "1" * 64, 2)
    deeds = Deeds(tuple(scene.core.adopt(policy, scene.at(12).now)))
    assert (deeds.closes, deeds.cancels, deeds.stops) == ([(MNQ, 2)], [], [])
    settled = scene.settle(deeds)
    assert settled.cancels == [order_id]
    scene.now += timedelta(seconds=1)
    later = scene.tick()
    found = (*settled.stops, *later.stops, *scene.answer_pending().stops)
    assert found == ((None, -1, "21000.00"),)


def test_every_row_that_began_ends() -> None:
    scene, _ = stopped()
    deeds = [scene.at(12).quote("MNQ", "21005")]
    deeds.append(scene.hub(deeds[0]))
    deeds.append(scene.at(14).trade("MNQ", -2, pnl="9"))
    deeds.append(scene.hub(deeds[2]))
    told = [a.row for each in deeds for a in each.actions if isinstance(a, SaveAudit)]
    mine = [row for row in told if row.rule == "RULE-012"]
    assert {row.id for row in mine if row.success is None} == {
        row.id for row in mine if row.success
    }
