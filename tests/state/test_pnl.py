"""Sums of a day, to the last digit, also when a fill is put right."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from curb.domain.book import Fill, Side
from curb.state.pnl import Pnl
from tests.scene import NOON

DAY = NOON.date()
FILL = Fill(5, 7, "MNQ", 9, Side.SELL, 2, Decimal(21000), NOON, Decimal(-400), Decimal("0.74"))
OTHER_DAY = replace(FILL, at=datetime(2026, 11, 17, 18, tzinfo=UTC))


def day_of(at: datetime) -> date:
    return at.date()


@pytest.mark.parametrize(
    ("known", "fill", "net"),
    [
        (FILL, FILL, "-400.74"),
        (replace(FILL, pnl=Decimal(400)), FILL, "-400.74"),
        (replace(FILL, pnl=None), FILL, "-400.74"),
        (replace(FILL, fees=Decimal(0)), FILL, "-400.74"),
        (OTHER_DAY, FILL, "-400.74"),
        (FILL, OTHER_DAY, "0"),
        (replace(FILL, is_voided=True), FILL, "-400.74"),
        (FILL, replace(FILL, is_voided=True), "0"),
    ],
)
def test_a_fill_put_right_counts_in_place_of_what_was_known(
    known: Fill, fill: Fill, net: str
) -> None:
    pnl = Pnl()
    if not known.is_voided:
        pnl.add(known, day_of(known.at))
    pnl.correct(known, fill, day_of)
    assert pnl.realized(DAY, "net") == Decimal(net)
    assert pnl.realized(DAY, "gross") == (Decimal(-400) if Decimal(net) else 0)


def test_days_from_before_a_day_are_forgotten() -> None:
    pnl = Pnl()
    pnl.add(FILL, DAY)
    pnl.forget_before(DAY)
    assert pnl.realized(DAY, "gross") == Decimal(-400)
    pnl.forget_before(DAY + timedelta(days=1))
    assert pnl.realized(DAY, "gross") == 0
