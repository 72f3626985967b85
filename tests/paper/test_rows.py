from decimal import Decimal

from curb.paper import rows
from curb.paper.exchange import Exchange
from curb.paper.orders import Ticket
from curb.wire import exact
from curb.wire.codes import OrderSide, OrderType
from tests.paper.play import START, contracts, listed

ES = listed("ES")


def traded() -> Exchange:
    exchange = Exchange(contracts(), first_id=3_000_000_000, position_id=5)
    exchange.place(Ticket(ES.id, OrderType.MARKET, OrderSide.ASK, 2), START)
    return exchange


def test_rest_prints_nulls_and_the_stream_leaves_them_out() -> None:
    (trade,) = traded().trades
    row = rows.trade_row(1, trade)
    assert (row["profitAndLoss"], row["commissions"], row["voided"]) == (None, None, False)
    told = rows.on_stream(0, row)
    assert told["action"] == 0
    assert "profitAndLoss" not in told["data"]
    assert told["data"]["voided"] is False


def test_a_position_is_a_type_and_a_size_without_a_sign() -> None:
    (position,) = traded().positions.values()
    row = rows.position_row(1, ES, position)
    assert (row["type"], row["size"], row["contractDisplayName"]) == (2, 2, ES.name)
    flat = rows.position_row(1, ES, position, is_flat=True)
    assert (flat["type"], flat["size"], flat["averagePrice"]) == (0, 0, row["averagePrice"])


def test_a_contract_has_all_its_fields_and_exact_ticks() -> None:
    row = rows.contract_row(listed("6E"))
    assert set(row) == {
        "id",
        "name",
        "description",
        "tickSize",
        "tickValue",
        "activeContract",
        "symbolId",
    }
    assert exact.loads(exact.dumps(row))["tickSize"] == Decimal("0.00005")
