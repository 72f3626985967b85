"""Positions from hub and REST, and the exposure that the fills add up to."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.book import Fill, Position, Side
from curb.domain.events import AccountRead, PositionSeen
from curb.state.positions import Positions
from tests.scene import NOON


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def position(size: int, contract: str = "MNQ") -> Position:
    return Position(7, contract, size, Decimal(21000), NOON)


def read(*positions: Position, began_at: datetime) -> AccountRead:
    return AccountRead(1, 7, began_at, 1, positions=positions)


def fill(number: int, signed: int, at: float = 0, *, voided: bool = False) -> Fill:
    side = Side.BUY if signed > 0 else Side.SELL
    return Fill(
        number, 7, "MNQ", number, side, abs(signed), Decimal(1), later(at), is_voided=voided
    )


def known(*positions: Position) -> Positions:
    found = Positions()
    found.apply(read(*positions, began_at=NOON), NOON)
    return found


def test_nothing_is_known_before_the_first_read() -> None:
    positions = Positions()
    positions.apply(PositionSeen(position(1)), NOON)
    assert not positions.is_known
    positions.apply(AccountRead(1, 7, NOON, 1), NOON)
    assert not positions.is_known


def test_a_read_older_than_the_hub_does_not_undo_it() -> None:
    positions = known(position(2))
    positions.apply(PositionSeen(position(0)), later(1))
    positions.apply(read(position(2), began_at=later(0.9)), later(1.1))
    assert positions.size("MNQ") == 0


def test_a_read_repairs_what_the_hub_never_told() -> None:
    positions = known(position(2))
    positions.apply(read(began_at=later(5)), later(5))
    assert positions.size("MNQ") == 0
    assert positions.exposures() == {}


def test_fills_count_before_their_position_is_told() -> None:
    positions = known()
    positions.fill(fill(1, 2), later(1))
    assert positions.size("MNQ") == 0
    assert positions.exposures() == {"MNQ": 2}
    positions.apply(PositionSeen(position(2)), later(1))
    assert positions.exposures() == {"MNQ": 2}


def test_a_quiet_read_brings_fills_and_positions_together() -> None:
    positions = known()
    positions.fill(fill(1, 2), later(1))
    positions.apply(read(position(3), began_at=later(2)), later(2))
    assert positions.by_fills("MNQ") == 2  # the third fill may still be on its way
    positions.apply(read(position(3), began_at=later(4)), later(4))
    assert positions.by_fills("MNQ") == 3


def test_a_void_fill_is_taken_back() -> None:
    positions = known()
    positions.fill(fill(1, 2), NOON)
    positions.fill(fill(1, 2, voided=True), NOON)
    assert positions.exposures() == {}


def test_what_is_flat_has_no_lots() -> None:
    assert known().lots("MNQ") == ()


def test_lots_close_oldest_first() -> None:
    positions = known()
    for number, (signed, at) in enumerate([(2, 1), (3, 2), (-4, 3)]):
        positions.fill(fill(number, signed, at), later(at))
    positions.apply(PositionSeen(position(1)), later(3))
    assert [(lot.at, lot.size) for lot in positions.lots("MNQ")] == [(later(2), 1)]


def test_without_fills_a_position_is_one_lot_of_its_opening() -> None:
    positions = known(position(4))
    assert [(lot.at, lot.size) for lot in positions.lots("MNQ")] == [(NOON, 4)]


@given(st.lists(st.integers(-3, 3).filter(bool), max_size=30))
def test_lots_add_up_to_the_fills(sizes: list[int]) -> None:
    positions = known()
    for number, signed in enumerate(sizes):
        positions.fill(fill(number, signed, number), later(number))
    total = sum(sizes)
    positions.apply(PositionSeen(position(total)), later(99))
    lots = positions.lots("MNQ")
    assert sum(lot.size for lot in lots) == total == positions.by_fills("MNQ")
    assert all(lot.size * total > 0 for lot in lots)
    assert [lot.at for lot in lots] == sorted(lot.at for lot in lots)


def test_a_hub_ahead_of_the_first_read_knows_the_exposure() -> None:
    for sold_first in (True, False):
        positions = Positions()
        if sold_first:
            positions.fill(fill(5, -1), later(1))
        positions.apply(PositionSeen(position(3)), later(1))
        if not sold_first:
            positions.fill(fill(5, -1), later(1))
        positions.apply(read(position(4), began_at=later(0.9)), later(1.1))
        assert positions.exposures() == {"MNQ": 3}
        positions.fill(fill(6, -1), later(2))
        assert positions.exposures() == {"MNQ": 2}


@pytest.mark.parametrize(
    ("size", "fills", "settled"),
    [
        (2, (), 2),
        (2, (1,), 2),
        (2, (-1,), 1),
        (2, (-2,), 0),
        (2, (-3,), 0),
        (-2, (1,), -1),
        (-2, (-1,), -2),
    ],
)
def test_the_settled_size_is_what_event_and_fills_agree_on(
    size: int, fills: tuple[int, ...], settled: int
) -> None:
    positions = known(position(size))
    for number, signed in enumerate(fills):
        positions.fill(fill(number, signed), NOON)
    assert positions.settled("MNQ") == settled


def test_an_event_keeps_the_fills_as_a_fill_does() -> None:
    positions = known(position(2))
    positions.apply(PositionSeen(position(3)), later(1))
    positions.apply(read(position(3), began_at=later(2)), later(2))
    assert positions.by_fills("MNQ") == 2  # its fill may still be on its way
    positions.apply(read(position(3), began_at=later(4)), later(4))
    assert positions.by_fills("MNQ") == 3


def test_a_quiet_read_keeps_the_lots_of_what_it_shows() -> None:
    positions = known()
    positions.fill(fill(1, 2), later(1))
    positions.fill(fill(2, 3, 2), later(2))
    positions.apply(read(position(5), began_at=later(9)), later(9))
    assert [(lot.at, lot.size) for lot in positions.lots("MNQ")] == [(NOON, 2), (later(2), 3)]


def test_a_quiet_read_that_shows_a_contract_flat_ends_its_lots() -> None:
    positions = known()
    positions.fill(fill(1, 2), later(1))
    positions.apply(read(began_at=later(9)), later(9))
    positions.fill(fill(2, 1, 10), later(10))
    positions.fill(fill(3, 1, 11), later(11))
    positions.apply(PositionSeen(position(2)), later(11))
    assert [(lot.at, lot.size) for lot in positions.lots("MNQ")] == [(later(10), 1), (later(11), 1)]


@pytest.mark.parametrize(
    ("fills", "lots"),
    [
        pytest.param((fill(1, 1, 1), fill(2, 2, 2)), [(1, 1), (2, 2)], id="all of them"),
        pytest.param((fill(2, 2, 2),), [(0, 3)], id="some are missing"),
    ],
)
def test_the_fills_of_a_first_read_tell_its_lots(
    fills: tuple[Fill, ...], lots: list[tuple[float, int]]
) -> None:
    positions = known(position(3))
    positions.history(fills)
    found = [(lot.at, lot.size) for lot in positions.lots("MNQ")]
    assert found == [(later(at), size) for at, size in lots]
