from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.calm import Bound, OfMark, OfOpen
from curb.engine.bands import Bands
from curb.engine.zones import Zones
from tests.scene import NOON, Scene, contract_id

MNQ, ES = contract_id("MNQ"), contract_id("ES")


def held(*sizes: tuple[str, int]) -> Scene:
    """Positions at 100, marks there; a tick of MNQ is 0.50 dollars, one of ES 12.50."""
    scene = Scene()
    for name, size in sizes:
        scene.quote(name, "100")
        scene.position(name, size, "100")
    return scene


def drawn(scene: Scene, *bounds: Bound) -> list[tuple[str, str]] | None:
    zones = Zones(scene.watch.state, bounds).drawn()
    return None if zones is None else [(f"{z.low:.4f}", f"{z.high:.4f}") for z in zones]


LONG_BEST = "100.1875"  # a whole tick in profit is a new best


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (OfOpen(MNQ, Decimal(-10)), ("95.0625", LONG_BEST)),  # 20 ticks, and no mark on the end
        (OfOpen(None, Decimal(-10)), ("95.0000", LONG_BEST)),
        (OfOpen(MNQ, high=Decimal("0.30")), ("-Infinity", "100.0875")),
        (OfMark(MNQ, Decimal(99)), ("99.0000", LONG_BEST)),
        (OfMark(MNQ, high=Decimal(100)), ("-Infinity", "100.0000")),
    ],
)
def test_a_bound_ends_a_zone(bound: Bound, expected: tuple[str, str]) -> None:
    assert drawn(held(("MNQ", 1)), bound) == [expected]


def test_there_is_no_zone_where_the_mark_has_left_it() -> None:
    assert drawn(held(("MNQ", 1)), OfMark(MNQ, Decimal(101))) is None
    assert drawn(held(("MNQ", 1)), OfOpen(None, Decimal(0))) is None


def test_a_short_loses_upwards() -> None:
    assert drawn(held(("MNQ", -2)), OfOpen(MNQ, Decimal(-10))) == [("99.8125", "102.4375")]


def test_a_sum_is_shared_out_in_ticks_of_each() -> None:
    scene = held(("MNQ", 1), ("ES", -1))
    assert drawn(scene, OfOpen(None, Decimal(-26))) == [
        ("99.5000", LONG_BEST),  # two ticks for the worse
        ("99.8125", "100.5000"),
    ]
    scene.quote("MNQ", "99.5")
    assert drawn(scene, OfOpen(None, Decimal(-26))) == [
        ("99.0192", LONG_BEST),  # what is left is shared again
        ("99.8125", "100.4808"),
    ]
    scene.quote("ES", "100.50")
    assert drawn(scene, OfOpen(None, Decimal(-26))) is None


def test_what_has_no_value_is_in_no_zone() -> None:
    scene = Scene()
    scene.position("MNQ", 1, "100")
    assert drawn(scene) is None
    assert drawn(Scene()) == []


def test_a_mark_concerns_whose_zone_it_leaves() -> None:
    scene = held(("MNQ", 1))
    bands = Bands((7, 8))
    assert list(bands.concerned(MNQ, Decimal(100), NOON)) == [7, 8]
    bands.rest(8, Zones(Scene().watch.state))
    bands.rest(7, Zones(scene.watch.state, [OfMark(MNQ, Decimal(99))], NOON + timedelta(seconds=5)))
    assert list(bands.concerned(MNQ, Decimal(99), NOON)) == []
    assert list(bands.concerned(ES, Decimal(1), NOON)) == []
    scene.core.market.quotes._books[MNQ].mark = Decimal("98.75")
    assert list(bands.concerned(MNQ, Decimal("98.75"), NOON)) == [7]
    assert list(bands.concerned(ES, Decimal(1), NOON)) == [7]  # until it rests again


def test_zones_end_by_their_time_and_when_a_contract_moves_otherwise() -> None:
    scene = held(("MNQ", 1))
    bands = Bands((7,))
    until = NOON + timedelta(seconds=5)
    for wake in (None, MNQ, ES):
        bands.rest(7, Zones(scene.watch.state, (), until))
        if wake:
            bands.wake_holders(wake)
        assert list(bands.concerned(ES, Decimal(1), NOON)) == ([7] if wake == MNQ else [])
        assert list(bands.concerned(ES, Decimal(1), until)) == [7]


def test_ends_that_no_longer_count_are_thrown_away() -> None:
    scene = held(("MNQ", 1))
    far, nearer, near = (
        Zones(scene.watch.state, [OfMark(MNQ, Decimal(low))]) for low in (90, 95, 98)
    )
    bands = Bands((7, 8))
    for zones in [far] * 200:
        bands.rest(7, zones)
    bands.rest(8, nearer)
    bands.rest(7, near)
    scene.core.market.quotes._books[MNQ].mark = Decimal(96)
    assert list(bands.concerned(MNQ, Decimal(96), NOON)) == [7]
    assert len(bands._edges[MNQ]._lows) == 1
