"""RULE-008, acceptance rows 8.x: long 1 MNQ at 21000, 30 s."""

from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.audit import Act
from curb.domain.book import OrderStatus, OrderType, Side
from curb.domain.events import Restored
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from tests.scene import NOON, Deeds, Scene, contract_id, grace

STOP, LIMIT = OrderType.STOP, OrderType.LIMIT


def rule(grace_s: int = 30) -> NoStopLossGrace:
    return NoStopLossGrace(enabled=True, mode="enforce", grace_s=grace_s)


def opened(size: int = 1) -> Scene:
    scene = Scene(rule())
    scene.trade("MNQ", size)
    return scene


def due(scene: Scene, second: float = 30) -> Deeds:
    """What happens at the end of the grace time, the re-read included."""
    asked = scene.at(second).tick()
    answered = scene.answer_read(asked.actions)
    return Deeds((*asked.actions, *answered.actions))


def test_without_any_stop_it_is_closed_and_nothing_is_locked() -> None:
    """8.2 nothing placed."""
    scene = opened()
    assert scene.at(29.9).tick().closes == []
    deeds = due(scene)
    assert deeds.closes == [(contract_id("MNQ"), None)]
    assert deeds.of("RULE-008")[0].action is Act.CLOSE_POSITION
    assert list(scene.watch.state.lockouts) == []


@pytest.mark.parametrize(
    ("size", "side", "kind", "price", "is_closed"),
    [
        pytest.param(1, Side.SELL, STOP, "20950", False, id="8.1 a sell stop"),
        pytest.param(1, Side.SELL, LIMIT, "21050", True, id="8.3 a target is no stop"),
        pytest.param(-1, Side.SELL, STOP, "20950", True, id="8.4 the wrong side"),
        pytest.param(-1, Side.SELL, STOP, "20990", True, id="8.4 the wrong side, nearer"),
        pytest.param(-1, Side.BUY, STOP, "21010", False, id="8.4 a buy stop above"),
        pytest.param(1, Side.SELL, STOP, "20990", False, id="8.5 type 4"),
        pytest.param(1, Side.SELL, LIMIT, "20990", True, id="8.5 type 1"),
        pytest.param(1, Side.SELL, OrderType.STOP_LIMIT, "20950", False, id="8.5 type 3"),
        pytest.param(1, Side.SELL, OrderType.TRAILING_STOP, "20950", False, id="8.5 type 5"),
        pytest.param(1, Side.SELL, OrderType.TRAILING_STOP, None, False, id="8.5 no price yet"),
        pytest.param(1, Side.SELL, OrderType.MARKET, None, True, id="8.5 type 2"),
        pytest.param(3, Side.SELL, STOP, "20950", True, id="8.8 size one of three"),
        pytest.param(1, Side.SELL, STOP, "21001", True, id="the mark has passed it"),
    ],
)
def test_what_counts_as_a_stop(
    size: int, side: Side, kind: OrderType, price: str | None, is_closed: bool
) -> None:
    scene = opened(size)
    scene.quote("MNQ", "21000")
    scene.at(10).order("MNQ", side, kind, 1, price=price)
    assert bool(due(scene).closes) is is_closed


@pytest.mark.parametrize(
    ("status", "is_closed"),
    [
        (OrderStatus.OPEN, False),
        (OrderStatus.PENDING, False),
        (OrderStatus.PENDING_CANCELLATION, True),
        (OrderStatus.SUSPENDED, True),
        (OrderStatus.UNKNOWN, True),
    ],
)
def test_which_states_of_a_stop_count(status: OrderStatus, is_closed: bool) -> None:
    scene = opened()
    scene.at(10).order("MNQ", Side.SELL, STOP, 1, price="20950", status=status)
    assert bool(due(scene).closes) is is_closed


def test_its_row_says_how_much_had_no_stop() -> None:
    scene = opened(3)
    scene.at(10).order("MNQ", Side.SELL, STOP, 1, price="20950")
    (row,) = [row for row in due(scene).of("RULE-008") if row.action is Act.CLOSE_POSITION]
    assert row.reason == "MNQZ6: 2 of 3 contracts without a stop 30 s after the grace began"
    numbers = {key: row.details[key] for key in ("uncovered", "size", "limit")}
    assert numbers == {"uncovered": 2, "size": 3, "limit": 30}
    assert row.details["grace_began_at"] == "2026-11-18T18:00:00.000+00:00"


def test_two_stops_together_cover() -> None:
    scene = opened(3)
    scene.at(5).order("MNQ", Side.SELL, STOP, 1, price="20950")
    scene.at(6).order("MNQ", Side.SELL, STOP, 2, price="20940")
    assert due(scene).closes == []


def test_a_stop_that_came_and_went_does_not_help() -> None:
    """8.6 placed at 10 s, cancelled at 20 s."""
    scene = opened()
    scene.at(10).order("MNQ", Side.SELL, STOP, 1, price="20950", order_id=5)
    scene.at(20).cancel(5)
    assert due(scene).closes


def test_flat_drops_the_timer_and_a_scale_in_does_not_restart_it() -> None:
    """8.7 flat at 15 s; a scale-in later."""
    scene = opened()
    scene.at(15).trade("MNQ", -1, pnl="0")
    assert list(scene.watch.state.timers) == []
    scene.at(16).trade("MNQ", 1)
    scene.at(20).trade("MNQ", 1)
    assert due(scene, 45.9).closes == []
    assert due(scene, 46).closes


def test_a_reversal_starts_a_new_grace() -> None:
    scene = opened()
    scene.at(20).trade("MNQ", -2)
    assert due(scene, 30).closes == []
    assert due(scene, 50).closes


def test_a_restart_goes_on_where_it_was() -> None:
    """8.9 a restart with 15 s left."""
    scene = opened()
    restarted = Scene(rule(), start=NOON + timedelta(seconds=15), positions=())
    restarted.core._restored = Restored(graces=(grace("MNQ", 0, 30),))
    restarted.positions = scene.positions
    restarted.begin()
    assert due(restarted, 14.9).closes == []
    assert due(restarted, 15).closes


def test_an_old_position_gets_the_full_grace_from_the_start() -> None:
    """8.9 an old position at the start."""
    scene = Scene(rule(), start=NOON + timedelta(hours=1), positions=())
    scene.positions = opened().positions
    scene.begin()
    assert due(scene, 29.9).closes == []
    assert due(scene, 30).closes


def test_a_stop_that_no_event_told_of_is_found_by_the_re_read() -> None:
    """8.10 a stop that no event told of."""
    scene = opened()
    scene.at(10).order("MNQ", Side.SELL, STOP, 1, price="20950", silent=True)
    assert due(scene).closes == []


def test_without_an_answer_to_the_re_read_what_is_known_decides() -> None:
    scene = opened()
    scene.at(29)
    scene.is_deaf = True
    assert scene.at(30).tick().closes == []
    assert scene.at(34.9).tick().closes == []
    assert scene.at(35).tick().closes


def test_cover_lost_after_the_grace_starts_a_new_one() -> None:
    scene = opened()
    scene.at(10).order("MNQ", Side.SELL, STOP, 1, price="20950", order_id=5)
    assert due(scene).closes == []
    scene.at(100).cancel(5)
    assert due(scene, 129.9).closes == []
    assert due(scene, 130).closes


def test_headroom_counts_down() -> None:
    scene = opened()
    room = rule().headroom(scene.watch.state, NOON + timedelta(seconds=24))
    assert (room.value, room.limit, str(room.used)) == ("6 s left", "30 s", "0.8")


def test_a_covered_position_is_not_near_its_limit() -> None:
    scene = opened()
    scene.at(10).order("MNQ", Side.SELL, STOP, 1, price="20950")
    room = rule().headroom(scene.watch.state, NOON + timedelta(seconds=29))
    assert (room.value, str(room.used)) == ("covered", "0")


def test_a_grace_that_is_over_is_due_no_more() -> None:
    told_only = NoStopLossGrace(enabled=True, mode="warn", grace_s=30)
    scene = Scene(told_only)
    scene.trade("MNQ", 1)
    moments = []
    for second in (0, 30, 35, 60):
        scene.at(second)
        moments.append(
            [at - scene.start for at in told_only.deadlines(scene.watch.state, scene.now)]
        )
    assert [[at.total_seconds() for at in each] for each in moments] == [[30, 35], [35], [], []]


def test_a_grace_that_began_under_another_file_says_what_it_was_given() -> None:
    scene = Scene(rule(10), positions=())
    scene.core._restored = Restored(graces=(grace("MNQ", 0, 2),))
    scene.position("MNQ", 1)
    scene.begin()
    room = rule(10).headroom(scene.watch.state, NOON + timedelta(seconds=1))
    assert (room.value, room.limit, room.used) == ("1 s left", "2 s", Decimal("0.5"))
    rows = due(scene, 2).of("RULE-008")
    row = next(row for row in rows if row.action is Act.CLOSE_POSITION)
    assert "1 of 1 contracts without a stop 2 s after the grace began" in row.reason
    assert (row.details["value"], row.details["limit"]) == (2, 2)
