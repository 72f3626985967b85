import random
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from curb.paper.ledger import Position, apply
from tests.paper.play import listed

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LATER = datetime(2026, 11, 21, tzinfo=UTC)
ES = listed("ES")


def held(net: int, average: str) -> Position:
    return Position(1, ES.id, net, Fraction(Decimal(average)) * abs(net), NOW)


@pytest.mark.parametrize(
    ("before", "signed", "price", "net", "average", "halves"),
    [
        (None, 2, "6600", 2, "6600", [(2, None)]),
        (None, -2, "6600", -2, "6600", [(2, None)]),
        (held(2, "6600"), 2, "6601", 4, "6600.5", [(2, None)]),
        (held(3, "6600"), -1, "6602", 2, "6600", [(1, "100")]),
        (held(-3, "6600"), 1, "6602", -2, "6600", [(1, "-100")]),
        (held(3, "6600"), -3, "6602", None, "6600", [(3, "300")]),
        (held(2, "6600"), -5, "6601", -3, "6601", [(2, "100"), (3, None)]),
        (held(-2, "6600"), 3, "6601", 1, "6601", [(2, "-100"), (1, None)]),
    ],
)
def test_a_fill_opens_adds_reduces_closes_or_turns(
    before: Position | None,
    signed: int,
    price: str,
    net: int | None,
    average: str,
    halves: list[tuple[int, str | None]],
) -> None:
    done = apply(ES, before, signed, Decimal(price), at=LATER, new_id=9)
    assert (done.position.net if done.position else None) == net
    assert done.average == Decimal(average)
    expected = [(size, None if pnl is None else Decimal(pnl)) for size, pnl in halves]
    assert [(half.size, half.pnl) for half in done.halves] == expected
    assert [half.fees for half in done.halves] == [ES.fee * size for size, _ in halves]


@pytest.mark.parametrize(
    ("signed", "position_id", "opened"), [(1, 1, NOW), (-1, 1, NOW), (-3, 9, LATER)]
)
def test_only_a_new_position_has_a_new_id_and_time(
    signed: int, position_id: int, opened: datetime
) -> None:
    done = apply(ES, held(2, "6600"), signed, Decimal(6600), at=LATER, new_id=9)
    assert done.position is not None
    assert (done.position.id, done.position.opened_at) == (position_id, opened)


@pytest.mark.parametrize("seed", range(20))
def test_the_profits_of_any_fills_that_end_flat_are_the_cash_they_moved(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - fills by chance, no secret
    position, pnl, cash = None, Decimal(0), Decimal(0)
    for step in range(60):
        signed = chance.choice((-3, -2, -1, 1, 2, 3))
        if step == 59:
            if position is None:
                break
            signed = -position.net
        price = ES.price(26_000 + chance.randint(-40, 40))
        done = apply(ES, position, signed, price, at=NOW, new_id=step)
        position = done.position
        pnl += sum((half.pnl for half in done.halves if half.pnl is not None), Decimal(0))
        cash -= signed * price
    assert position is None
    assert abs(pnl - cash * ES.tick_value / ES.tick_size) < Decimal("0.000001")
