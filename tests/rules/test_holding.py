"""What counts as held."""

import pytest

from curb.domain.book import OrderType, Side
from curb.domain.decisions import Target
from curb.rules.holding import ceilings, contracts_held, kept
from tests.scene import Scene, contract_id

MNQ, ES, RTY = (contract_id(name) for name in ("MNQ", "ES", "RTY"))


@pytest.fixture
def scene() -> Scene:
    """A position in MNQ, a fill in ES whose position was not told, an order in RTY."""
    scene = Scene()
    scene.trade("MNQ", 2)
    scene.fill("ES", -1, "5800")
    scene.order("RTY", Side.BUY, OrderType.LIMIT, 1, price="2400")
    return scene


@pytest.mark.parametrize(
    ("symbol", "held"),
    [(None, (ES, MNQ, RTY)), ("MNQ", (MNQ,)), ("ES", (ES,)), ("RTY", (RTY,)), ("NQ", ())],
)
def test_a_position_a_fill_and_an_order_are_held(
    scene: Scene, symbol: str | None, held: tuple[str, ...]
) -> None:
    assert set(contracts_held(scene.watch.state, symbol)) == set(held)


def test_a_cooldown_lets_the_exposures_of_now_stand(scene: Scene) -> None:
    assert ceilings(scene.watch.state, (MNQ, ES, RTY)) == ((MNQ, 2), (ES, -1))


def test_what_is_kept_is_named_where_an_order_could_add_to_it(scene: Scene) -> None:
    assert kept(scene.watch.state, (MNQ, ES, RTY)) == (Target(RTY, 0),)
    scene.order("MNQ", Side.SELL, OrderType.LIMIT, 3, price="21100")
    assert kept(scene.watch.state, (MNQ,)) == (Target(MNQ, 2),)
