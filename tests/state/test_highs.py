"""The high-water marks of positions."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curb.domain.actions import EndHigh, SaveHigh
from curb.domain.book import Position
from curb.domain.events import PositionSeen, Restored
from curb.domain.highs import High
from curb.state.highs import Highs
from tests.scene import ACCOUNT, NOON, Deeds, Scene, contract_id

MNQ = contract_id("MNQ")


def position(size: int, number: int | None = 5) -> Position:
    return Position(7, MNQ, size, Decimal(21000), None, number)


def high(ticks: int, side: int = 1, number: int | None = 5) -> High:
    return High(7, MNQ, number, side, ticks, 21000 + side * ticks * Decimal("0.25"))


@given(st.lists(st.decimals(-50, 50, places=3), max_size=20))
def test_it_is_the_best_in_whole_ticks_and_never_falls(ticks: list[Decimal]) -> None:
    highs = Highs()
    marks = [21000 + each / 4 for each in ticks]
    pairs = zip(ticks, marks, strict=True)
    raised = [found for pair in pairs if (found := highs.raise_to(position(1), *pair))]
    assert highs.ticks(MNQ) == max([0, *(int(each) for each in ticks if each > 0)])
    assert [found.ticks for found in raised] == sorted(found.ticks for found in raised)
    assert [found.price for found in raised] == sorted({found.price for found in raised})
    if raised:
        assert raised[-1].price == max(marks)


def test_its_price_is_the_best_mark_also_where_the_average_moved() -> None:
    highs = Highs()
    highs.raise_to(position(-1), Decimal(12), Decimal(20997))
    found = highs.raise_to(position(-2), Decimal(4), Decimal("20996.50"))
    assert found is not None
    assert (found.ticks, found.price) == (12, Decimal("20996.50"))
    assert highs.raise_to(position(-2), Decimal(2), Decimal(20997)) is None


@pytest.mark.parametrize(
    ("known", "now", "is_kept"),
    [
        pytest.param(high(9), position(1), True, id="the same"),
        pytest.param(high(9), position(3), True, id="grown"),
        pytest.param(high(9), None, False, id="closed"),
        pytest.param(high(9), position(-1), False, id="turned"),
        pytest.param(high(9, -1), position(-2), True, id="a short"),
        pytest.param(high(9), position(1, 6), False, id="another position"),
        pytest.param(high(9), position(1, None), True, id="without an id"),
        pytest.param(high(9, number=None), position(1), True, id="without an id before"),
    ],
)
def test_it_ends_with_its_position(known: High, now: Position | None, is_kept: bool) -> None:
    highs = Highs()
    highs.restore(known)
    assert highs.end_except([now] if now else []) == (() if is_kept else (known,))
    assert list(highs) == ([known] if is_kept else [])
    assert highs.ticks(MNQ) == (9 if is_kept else 0)


def saved(deeds: Deeds) -> list[int]:
    return [a.high.ticks for a in deeds.actions if isinstance(a, SaveHigh)]


def test_only_a_rise_is_saved() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 2)
    marks = ("21001", "21000.50", "21001", "21001.25", "20990", "21003")
    assert [saved(scene.quote("MNQ", mark)) for mark in marks] == [[4], [], [], [5], [], [12]]


def test_a_mark_from_before_the_position_is_no_profit_of_it() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1, "21000")
    scene.quote("MNQ", "21010")
    scene.trade("MNQ", -1)
    scene.at(5).trade("MNQ", 1, "21000")
    assert scene.watch.state.highs.ticks(MNQ) == 0
    scene.quote("MNQ", "21000.25")
    assert scene.watch.state.highs.ticks(MNQ) == 1


def test_the_end_of_the_position_is_told() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 1)
    scene.quote("MNQ", "21010")
    deeds = scene.position("MNQ", 0)
    assert [a.high.ticks for a in deeds.actions if isinstance(a, EndHigh)] == [40]


@pytest.mark.parametrize(("held", "ticks"), [(1, 30), (0, 0), (-1, 0)])
def test_a_restart_keeps_it_for_the_position_that_is_still_there(held: int, ticks: int) -> None:
    known = High(ACCOUNT.id, MNQ, None, 1, 30, Decimal("21007.50"))
    stranger = High(8, contract_id("ES"), None, 1, 30, Decimal(6007))
    scene = Scene(restored=Restored(highs=(known, stranger)), positions=())
    if held:
        scene.positions = {MNQ: Position(ACCOUNT.id, MNQ, held, Decimal(21000))}
    begun = scene.begin()
    assert list(scene.watch.state.highs) == ([known] if ticks else [])
    assert [a.high for a in begun.actions if isinstance(a, EndHigh)] == ([] if ticks else [known])


def test_a_position_that_is_told_late_has_the_profit_of_the_marks_since() -> None:
    scene = Scene()
    scene.at(0).quote("MNQ", "21000")
    scene.at(2).quote("MNQ", "21005")
    opened = NOON + timedelta(seconds=1)
    told = Position(ACCOUNT.id, MNQ, 1, Decimal(21000), opened, 5)
    deeds = scene.at(3).tell(PositionSeen(told))
    assert [a.high.ticks for a in deeds.actions if isinstance(a, SaveHigh)] == [20]
    scene.tell(PositionSeen(replace(told, size=0)))
    new = replace(told, id=6, opened_at=NOON + timedelta(seconds=4))
    deeds = scene.at(4).tell(PositionSeen(new))
    assert [a.high.ticks for a in deeds.actions if isinstance(a, SaveHigh)] == []
