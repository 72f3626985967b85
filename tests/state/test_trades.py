"""Fills by id: told once, put right by REST."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from curb.domain.book import Fill, Position, Side
from curb.domain.events import PositionSeen
from curb.state.positions import Positions
from curb.state.trades import Trades
from tests.scene import NOON

FILL = Fill(5, 7, "MNQ", 9, Side.SELL, 2, Decimal(21000), NOON, Decimal(-400), Decimal("0.74"))
VOID = replace(FILL, is_voided=True)
RICH = replace(FILL, pnl=Decimal(400))


def after(*, restored: Fill | None = None, told: Fill | None = None) -> Trades:
    trades = Trades()
    if restored:
        trades.restore(restored)
    if told:
        trades.add(told)
    return trades


@pytest.mark.parametrize(
    "other",
    [
        RICH,
        replace(FILL, pnl=None),
        replace(FILL, fees=Decimal(0)),
        replace(FILL, size=1),
        replace(FILL, side=Side.BUY),
        replace(FILL, at=NOON - timedelta(days=1)),
        replace(FILL, order_id=10),
    ],
)
def test_what_rest_tells_otherwise_replaces_what_was_known(other: Fill) -> None:
    for trades in (after(restored=other), after(told=other)):
        assert trades.correct(FILL) == (other, FILL)
        assert trades.valid() == (FILL,)
        assert trades.correct(FILL) is None


def test_what_rest_tells_the_same_changes_nothing() -> None:
    assert after(told=FILL).correct(FILL) is None
    assert after().correct(FILL) is None
    assert after().valid() == ()


def test_a_void_that_only_the_database_knows_is_taken_back() -> None:
    trades = after(restored=VOID)
    assert trades.valid() == ()
    assert trades.correct(FILL) == (VOID, FILL)
    assert trades.valid() == (FILL,)


@pytest.mark.parametrize("restored", [None, FILL, VOID])
def test_a_void_that_the_gateway_told_stays(restored: Fill | None) -> None:
    trades = after(restored=restored, told=FILL)
    trades.add(VOID)
    assert trades.correct(FILL) is None
    assert trades.valid() == ()


def test_a_void_one_is_put_right_first_and_then_taken_out() -> None:
    trades = after(restored=RICH)
    assert trades.correct(VOID) == (RICH, FILL)
    assert trades.add(VOID)
    assert trades.valid() == ()


def test_a_corrected_time_counts_anew() -> None:
    trades = after(restored=replace(FILL, at=NOON - timedelta(hours=9)))
    trades.correct(FILL)
    assert trades.valid()[0].at == NOON


@pytest.mark.parametrize(("is_own_close", "count"), [(False, 1), (True, 0)])
def test_by_fill_all_but_curbs_own_closes_count(is_own_close: bool, count: int) -> None:
    trades = Trades()
    trades.add(FILL, is_own_close=is_own_close)
    assert len(trades.counted("fill", Positions())) == count
    for told in (after(told=FILL), after(restored=FILL)):
        assert len(told.counted("fill", Positions())) == 1


def test_fills_from_before_a_moment_are_forgotten() -> None:
    trades = after(told=FILL)
    trades.forget_before(NOON)
    assert trades.valid() == (FILL,)
    trades.forget_before(NOON + timedelta(microseconds=1))
    assert trades.valid() == ()


@pytest.mark.parametrize(("size", "orders", "round_turns"), [(0, 0, 1), (-2, 0, 0), (-1, 1, 1)])
def test_trades_are_counted_back_from_the_position_that_is_known_by_now(
    size: int, orders: int, round_turns: int
) -> None:
    trades, positions = after(told=FILL), Positions()
    counted = {unit: trades.counted(unit, positions) for unit in ("order", "round_turn")}
    assert [len(each) for each in counted.values()] == [0, 1]
    positions.apply(PositionSeen(Position(7, "MNQ", size, Decimal(21000), NOON)), NOON)
    assert len(trades.counted("order", positions)) == orders
    assert len(trades.counted("round_turn", positions)) == round_turns
