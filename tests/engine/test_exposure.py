"""What the screen shows of a position's exits, and what the rules say of it."""

from decimal import Decimal

import pytest

from curb.domain.book import OrderStatus, OrderType, Side
from curb.domain.events import FlattenAsked
from curb.domain.snapshot import PositionView
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.no_stop_loss_grace import NoStopLossGrace
from tests.engine.test_snapshot import shown
from tests.rules import test_max_contracts_per_instrument as per_instrument
from tests.scene import ACCOUNT, Scene


def loss() -> DailyRealizedLoss:
    return DailyRealizedLoss(enabled=True, mode="enforce", loss_limit=Decimal(500), basis="total")


def open_loss(scope: str) -> DailyUnrealizedLoss:
    known = {"enabled": True, "mode": "enforce", "loss_limit": Decimal(300), "scope": scope}
    return DailyUnrealizedLoss.model_validate(known)


def grace() -> NoStopLossGrace:
    return NoStopLossGrace(enabled=True, mode="enforce", grace_s=90)


def row(scene: Scene, number: int = 0) -> PositionView:
    return shown(scene).accounts[0].positions[number]


@pytest.mark.parametrize(
    ("size", "orders", "target"),
    [
        (2, [(Side.SELL, OrderType.LIMIT, "21100")], "21100"),
        (
            2,
            [(Side.SELL, OrderType.LIMIT, "21200"), (Side.SELL, OrderType.LIMIT, "21050")],
            "21050",
        ),
        (2, [(Side.BUY, OrderType.LIMIT, "20900")], None),
        (-2, [(Side.BUY, OrderType.LIMIT, "20900")], "20900"),
        (2, [(Side.SELL, OrderType.STOP, "20900")], None),
        (2, [(Side.SELL, OrderType.LIMIT, None)], None),
        (2, [], None),
    ],
)
def test_the_target_is_the_nearest_limit_order_that_closes(
    size: int, orders: list[tuple[Side, OrderType, str | None]], target: str | None
) -> None:
    scene = Scene()
    scene.trade("MNQ", size)
    scene.quote("MNQ", "21000")
    for side, kind, price in orders:
        scene.order("MNQ", side, kind, 1, price=price)
    assert row(scene).target == (None if target is None else Decimal(target))


def test_a_target_that_is_being_cancelled_is_none() -> None:
    scene = Scene()
    scene.trade("MNQ", 1)
    status = OrderStatus.PENDING_CANCELLATION
    scene.order("MNQ", Side.SELL, OrderType.LIMIT, 1, price="21100", status=status)
    assert row(scene).target is None


@pytest.mark.parametrize(
    ("size", "stops", "ticks", "at_risk"),
    [
        (2, [(2, "20990")], 40, "-40"),
        (2, [(1, "20990"), (1, "20980")], 40, "-60"),
        (2, [(2, "20990"), (2, "20980")], 40, "-40"),
        (-1, [(1, "21005")], 20, "-10"),
        (2, [(1, "20990")], 40, None),
        (1, [], None, None),
        (1, [(1, None)], None, None),
    ],
)
def test_the_way_to_the_stop_in_ticks_and_dollars(
    size: int, stops: list[tuple[int, str | None]], ticks: int | None, at_risk: str | None
) -> None:
    scene = Scene()
    scene.trade("MNQ", size)
    scene.quote("MNQ", "21000")
    side = Side.SELL if size > 0 else Side.BUY
    for count, price in stops:
        kind = OrderType.STOP if price else OrderType.TRAILING_STOP
        scene.order("MNQ", side, kind, count, price=price)
    found = row(scene)
    assert found.stop_ticks == (None if ticks is None else Decimal(ticks))
    assert found.at_risk == (None if at_risk is None else Decimal(at_risk))


def test_without_a_mark_nothing_is_said_of_distance_or_risk() -> None:
    scene = Scene(loss())
    scene.trade("MNQ", 1)
    scene.order("MNQ", Side.SELL, OrderType.STOP, 1, price="20990")
    found = row(scene)
    assert (found.stop, found.stop_word) == (Decimal(20990), "ok")
    assert (found.stop_ticks, found.at_risk, found.says) == (None, None, ())


def test_what_is_nearest_to_firing_is_said_first() -> None:
    scene = Scene(loss(), open_loss("account"))
    scene.trade("MNQ", 1)
    scene.quote("MNQ", "20947.50")
    assert row(scene).says == ("004 35% -105.00 of -300.00", "003 21% -105.00 of -500.00")


def test_where_nothing_is_lost_the_way_is_said() -> None:
    scene = Scene(loss(), open_loss("account"))
    scene.trade("MNQ", 1)
    scene.quote("MNQ", "21001")
    assert row(scene).says == ("004 in 604 ticks", "003 in 1004 ticks")


def test_figures_of_another_position_are_not_said_of_this_one() -> None:
    scene = Scene(open_loss("position"))
    scene.trade("MES", 1, "6000")
    scene.trade("MNQ", 1)
    scene.quote("MES", "5990")
    scene.quote("MNQ", "21000")
    assert [row(scene, i).says for i in (0, 1)] == [("004 in 200 ticks",), ("004 in 600 ticks",)]


def test_a_grace_period_a_full_limit_and_a_close_come_before_prices() -> None:
    scene = Scene(per_instrument.rule(limits={"MNQ": 2}), loss(), grace())
    scene.trade("MNQ", 2)
    scene.quote("MNQ", "21000")
    assert row(scene.at(15)).says == ("008 grace 1:15", "002 2 of 2")
    scene.tell(FlattenAsked(ACCOUNT.id))
    assert row(scene).says == ("closing", "008 grace 1:15")


def test_a_covered_position_has_no_grace_to_tell() -> None:
    scene = Scene(grace())
    scene.trade("MNQ", 1)
    scene.order("MNQ", Side.SELL, OrderType.STOP, 1, price="20990")
    assert row(scene).says == ()
