"""Whether a moment allows the database to be looked after."""

from datetime import UTC, datetime, timedelta

import pytest

from curb.domain.book import OrderType, Side
from curb.domain.events import Link, LinkChanged
from curb.domain.upkeep import Moment
from curb.engine.upkeep import flat_accounts, moment
from tests.rules import test_session_block_outside as session
from tests.scene import ACCOUNT, Scene

WEEKEND = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def found(scene: Scene) -> Moment:
    return moment(scene.core, scene.now, is_store_ok=True)


def is_calm(scene: Scene) -> bool:
    return found(scene).is_calm


def test_flat_without_orders_is_calm() -> None:
    scene = Scene()
    assert found(scene) == Moment(is_calm=True, is_outside=False, is_store_ok=True)
    assert not moment(scene.core, scene.now, is_store_ok=False).is_store_ok
    assert flat_accounts(scene.core) == {ACCOUNT.id}


def test_what_is_not_known_is_not_calm() -> None:
    scene = Scene(positions=())
    assert not is_calm(scene)
    assert flat_accounts(scene.core) == frozenset()
    scene.begin()
    assert is_calm(scene)


@pytest.mark.parametrize(
    ("link", "expected"), [(Link.REST, False), (Link.USER_HUB, False), (Link.MARKET_HUB, True)]
)
def test_without_a_link_the_account_may_hold_anything(link: Link, *, expected: bool) -> None:
    scene = Scene()
    scene.tell(LinkChanged(link, False, "gone", 1))
    assert is_calm(scene) is expected


def test_a_position_or_an_order_is_not_calm() -> None:
    scene = Scene()
    scene.trade("MNQ", 1)
    assert not is_calm(scene)
    assert flat_accounts(scene.core) == frozenset()
    scene.trade("MNQ", -1)
    assert is_calm(scene)
    scene.order("MNQ", Side.BUY, OrderType.LIMIT, price="20000", order_id=9)
    assert not is_calm(scene)
    assert flat_accounts(scene.core) == {ACCOUNT.id}
    scene.cancel(9)
    assert is_calm(scene)


@pytest.mark.parametrize(
    ("hour", "expected"),
    # The exchange's break begins at 16:00 in Chicago, four hours after the scene.
    [(0, False), (3.99, False), (4, True), (4.99, True), (5, False)],
)
def test_without_hours_the_exchange_s_are_the_session(hour: float, *, expected: bool) -> None:
    assert found(Scene().at(hour * 3600)).is_outside is expected


@pytest.mark.parametrize(("hour", "expected"), [(0, False), (2.99, False), (3, True), (5, True)])
def test_outside_the_permitted_hours(hour: float, *, expected: bool) -> None:
    # 08:30 to 15:00 in Chicago; the scene begins at 12:00.
    assert found(Scene(session.rule()).at(hour * 3600)).is_outside is expected


def test_the_weekend_is_outside_whatever_the_rule_permits() -> None:
    days = session.rule()
    assert found(Scene(days, start=WEEKEND)).is_outside
    assert found(Scene(start=WEEKEND)).is_outside
    assert not found(Scene(start=WEEKEND + timedelta(days=2))).is_outside
