"""The price at which a rule fires: on the grid, exact, the first tick that does."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.book import Position
from curb.domain.events import PositionSeen
from curb.rules import firing
from curb.rules.daily_realized_loss import DailyRealizedLoss
from curb.rules.daily_unrealized_loss import DailyUnrealizedLoss
from curb.rules.max_unrealized_profit import MaxUnrealizedProfit
from curb.rules.rule import Rule
from tests.rules.proof import does_fire, move, prices
from tests.scene import ACCOUNT, NOON, Scene, contract, contract_id

ON = {"enabled": True, "mode": "enforce"}
_BASES = {"MNQ": "21000", "ES": "5800", "RTY": "2300", "BTC": "95000", "M2K": "2300"}


@pytest.mark.parametrize(
    ("name", "size", "average", "made", "price"),
    [
        ("MNQ", 2, "21000", "-300", "20925.00"),
        ("MNQ", -2, "21000", "-300", "21075.00"),
        ("MNQ", 2, "21000", "300", "21075.00"),
        ("MNQ", -2, "21000", "300", "20925.00"),
        ("MNQ", 2, "21000", "-300.01", "20924.75"),
        ("MNQ", 2, "21000", "-299.99", "20925.00"),
        ("MNQ", 3, "21000", "-100", "20983.25"),
        ("MNQ", -3, "21000", "-100", "21016.75"),
        ("MNQ", 3, "21000.1666666666", "-100", "20983.25"),
        ("RTY", 7, "2300.04", "-500", "2298.6"),
        ("BTC", 1, "95002.5", "-25", "94995"),
    ],
)
def test_the_first_tick_that_reaches_an_amount(
    name: str, size: int, average: str, made: str, price: str
) -> None:
    scene = Scene()
    scene.trade(name, size, average)
    move(scene, name, Decimal(_BASES[name]))
    state, amount = scene.watch.state, Decimal(made)
    (found,) = firing.of_each(state, state.positions, amount, is_loss=amount < 0)
    assert (found.contract_id, found.price) == (contract_id(name), Decimal(price))


@pytest.mark.parametrize("made", ["-100", "-100.01"])
def test_what_is_reached_already_has_no_price(made: str) -> None:
    scene = Scene()
    scene.trade("MNQ", 1, "21000")
    move(scene, "MNQ", Decimal(20950))
    state = scene.watch.state
    found = firing.of_each(state, state.positions, Decimal(made), is_loss=True)
    assert bool(found) is (made == "-100.01")


@pytest.mark.parametrize(
    ("average", "mark", "price"),
    [
        pytest.param("30", "30", None, id="a long that would have to fall to 0"),
        pytest.param("30.25", "30", "0.25", id="the last tick above 0"),
        pytest.param("-10", "-10", "-40.00", id="what trades below 0 may fall further"),
    ],
)
def test_a_price_of_0_or_less_is_named_only_where_it_trades_there(
    average: str, mark: str, price: str | None
) -> None:
    scene = Scene()
    scene.trade("ES", 1, average)
    move(scene, "ES", Decimal(mark))
    state = scene.watch.state
    found = firing.of_each(state, state.positions, Decimal(-1500), is_loss=True)
    assert [fires.price for fires in found] == ([] if price is None else [Decimal(price)])


@pytest.mark.parametrize(
    "position",
    [
        Position(ACCOUNT.id, contract_id("MNQ"), 2, None, NOON),
        Position(ACCOUNT.id, contract_id("MNQ"), 2, Decimal(21000), NOON, is_side_known=False),
        Position(ACCOUNT.id, contract_id("NQ"), 2, Decimal(21000), NOON),
    ],
    ids=["no average", "no side", "no tick data"],
)
def test_what_has_no_value_has_no_price(position: Position) -> None:
    scene = Scene(contracts=("MNQ",))
    scene.tell(PositionSeen(position))
    for name in ("MNQ", "NQ"):
        scene.quote(name, "21000")
    state = scene.watch.state
    assert firing.of_each(state, state.positions, Decimal(-300), is_loss=True) == ()
    assert firing.of_sum(state, Decimal(-300), is_loss=True) == ()


def test_without_a_mark_there_is_no_price() -> None:
    scene = Scene()
    scene.trade("MNQ", 1)
    state = scene.watch.state
    assert firing.of_each(state, state.positions, Decimal(-300), is_loss=True) == ()


@dataclass(frozen=True)
class Held:
    """A position drawn: its average may lie between ticks, its mark is up to 2 % away."""

    name: str
    size: int
    average: Decimal
    mark: Decimal | None


@st.composite
def held(draw: st.DrawFn, name: str) -> Held:
    base, tick = Decimal(_BASES[name]), contract(name).tick_size
    steps = int(base / 50 / tick)
    off = draw(st.sampled_from(("0", "0.01", "0.125", "0.3333333", "0.6666667")))
    average = base + draw(st.integers(-steps, steps)) * tick + Decimal(off)
    mark = base + draw(st.integers(-steps, steps)) * tick
    size = draw(st.sampled_from((-7, -3, -2, -1, 1, 2, 3, 7)))
    return Held(name, size, average, draw(st.sampled_from((mark, mark, mark, None))))


def _rules(amount: Decimal) -> list[Rule]:
    profit = ON | {"target": amount, "arm_ticks": 20, "lock": False}
    return [
        DailyRealizedLoss.model_validate(ON | {"loss_limit": amount, "basis": "total"}),
        DailyUnrealizedLoss.model_validate(ON | {"loss_limit": amount, "scope": "position"}),
        DailyUnrealizedLoss.model_validate(ON | {"loss_limit": amount, "scope": "account"}),
        MaxUnrealizedProfit.model_validate(profit | {"exit": "target", "scope": "position"}),
        MaxUnrealizedProfit.model_validate(profit | {"exit": "target", "scope": "account"}),
        MaxUnrealizedProfit.model_validate(profit | {"exit": "breakeven", "scope": "position"}),
        MaxUnrealizedProfit.model_validate(profit | {"exit": "breakeven", "scope": "account"}),
    ]


@given(
    positions=st.lists(st.sampled_from(sorted(_BASES)), min_size=1, max_size=3, unique=True)
    .map(lambda names: [held(name) for name in names])
    .flatmap(lambda drawn: st.tuples(*drawn)),
    amount=st.integers(1, 400_000).map(lambda cents: Decimal(cents) / 100),
    realized=st.integers(-200_000, 200_000).map(lambda cents: Decimal(cents) / 100),
)
def test_every_price_fires_and_the_tick_before_does_not(
    positions: tuple[Held, ...], amount: Decimal, realized: Decimal
) -> None:
    scene = Scene()
    scene.fill("NQ", 1, pnl=str(realized))
    for position in positions:
        scene.position(position.name, position.size, str(position.average))
        if position.mark is not None:
            move(scene, position.name, position.mark)
    for rule in _rules(amount):
        named = prices(scene, rule)
        for position in positions:
            if position.name in named:
                assert not does_fire(scene, rule, contract_id(position.name))
            elif position.mark is not None and isinstance(rule, DailyUnrealizedLoss):
                _prove_out_of_reach(scene, rule, position, position.mark)


def _prove_out_of_reach(scene: Scene, rule: Rule, position: Held, mark: Decimal) -> None:
    """A loss that names no price is there already, or not even the last tick above 0 makes it."""
    if not does_fire(scene, rule, contract_id(position.name)):
        assert position.size > 0
        move(scene, position.name, contract(position.name).tick_size)
        assert not does_fire(scene, rule, contract_id(position.name))
        move(scene, position.name, mark)
