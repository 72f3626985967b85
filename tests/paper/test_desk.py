from collections.abc import Sequence
from decimal import Decimal

import pytest

from curb.paper.desk import Aim, Desk, Enter, Intent, Protect, View, Withdraw
from curb.paper.floor import Floor
from curb.paper.orders import Touch
from tests.paper.play import listed, new_floor

ES = listed("ES")


class Puppet:
    """A trader who does what the test says."""

    first_s = 0.0

    def __init__(self, *intents: Intent) -> None:
        self._intents = intents

    def act(self, view: View, at_s: float) -> tuple[Sequence[Intent], float]:
        del view, at_s
        return self._intents, 1.5


def floor_at(last: str) -> Floor:
    floor = new_floor()
    price = Decimal(last)
    floor.move(ES, Touch(price, price + ES.tick_size, price))
    return floor


@pytest.mark.parametrize(
    ("intent", "limit", "stop"),
    [
        (Protect("ES", -1, 8), None, "6598"),
        (Protect("ES", 1, 8), None, "6602.25"),
        (Aim("ES", -1, 8), "6602.25", None),
        (Aim("ES", 1, 8), "6598", None),
    ],
)
def test_stops_stand_behind_the_market_and_targets_beyond_it(
    intent: Intent, limit: str | None, stop: str | None
) -> None:
    floor = floor_at("6600")
    assert Desk(floor, Puppet(intent)).act(0) == 1.5
    (order,) = floor.exchange.working()
    expected = tuple(None if each is None else Decimal(each) for each in (limit, stop))
    assert (order.ticket.limit, order.ticket.stop) == expected
    assert order.ticket.source == "trader"


def test_what_he_does_happens_at_once_and_stands_in_the_record() -> None:
    floor = floor_at("6600")
    desk = Desk(floor, Puppet(Enter("ES", 2, "why not"), Protect("ES", -2, 8)))
    desk.act(0)
    view = desk.view()
    assert view.nets == {"ES": 2}
    assert view.has_stop("ES")
    assert view.result == -2 * ES.fee
    rows = [row for row in floor.record.rows() if row["kind"] == "trader"]
    assert [(row["did"], row.get("why")) for row in rows] == [
        ("enter", "why not"),
        ("protect", None),
    ]


def test_withdrawing_cancels_the_symbols_orders_only() -> None:
    floor = floor_at("6600")
    Desk(floor, Puppet(Aim("ES", 1, 8), Aim("NQ", 1, 8), Withdraw("ES"))).act(0)
    (left,) = floor.exchange.working()
    assert floor.exchange.contracts[left.ticket.contract_id].symbol == "NQ"
