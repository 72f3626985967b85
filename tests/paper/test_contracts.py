from datetime import date
from decimal import Decimal

import pytest

from curb.paper.contracts import front_month, load


@pytest.mark.parametrize(
    ("today", "names"),
    [
        (date(2026, 11, 21), "ESZ6 MESZ6 NQZ6 MNQZ6 RTYZ6 CLF7 GCZ6 6EZ6 ZNZ6"),
        (date(2026, 12, 10), "ESH7 MESH7 NQH7 MNQH7 RTYH7 CLF7 GCG7 6EH7 ZNH7"),
        (date(2027, 1, 31), "ESH7 MESH7 NQH7 MNQH7 RTYH7 CLH7 GCJ7 6EH7 ZNH7"),
    ],
)
def test_the_front_months_follow_the_date(today: date, names: str) -> None:
    assert " ".join(each.name for each in load(today)) == names


def test_ids_and_terms_are_the_venues() -> None:
    listed = {each.symbol: each for each in load(date(2026, 11, 21))}
    assert {symbol: (each.id, each.symbol_id) for symbol, each in listed.items()} == {
        "ES": ("CON.F.US.EP.Z26", "F.US.EP"),
        "MES": ("CON.F.US.MES.Z26", "F.US.MES"),
        "NQ": ("CON.F.US.ENQ.Z26", "F.US.ENQ"),
        "MNQ": ("CON.F.US.MNQ.Z26", "F.US.MNQ"),
        "RTY": ("CON.F.US.RTY.Z26", "F.US.RTY"),
        "CL": ("CON.F.US.CLE.F27", "F.US.CLE"),
        "GC": ("CON.F.US.GCE.Z26", "F.US.GCE"),
        "6E": ("CON.F.US.EU6.Z26", "F.US.EU6"),
        "ZN": ("CON.F.US.TYA.Z26", "F.US.TYA"),
    }
    points = {symbol: each.tick_value / each.tick_size for symbol, each in listed.items()}
    assert points == {
        "ES": 50,
        "MES": 5,
        "NQ": 20,
        "MNQ": 2,
        "RTY": 50,
        "CL": 1000,
        "GC": 100,
        "6E": 125_000,
        "ZN": 1000,
    }


def test_start_prices_stand_on_the_grid() -> None:
    assert all(each.is_on_grid(each.start) for each in load(date(2026, 11, 21)))


def test_prices_and_ticks_are_each_others_inverse() -> None:
    notes = load(date(2026, 11, 21))[-1]
    assert notes.price(notes.ticks(Decimal("113.046875"))) == Decimal("113.046875")


def test_a_cycle_without_months_is_refused() -> None:
    with pytest.raises(ValueError, match="delivery month"):
        front_month("", 0, 10, date(2026, 1, 1))
