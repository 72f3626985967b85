from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from curb.paper import saved, venue
from curb.paper.options import PaperOptions
from curb.paper.orders import Touch

LINES = "2018-05-07T13:30:00Z,2670.50\n2018-05-07T13:30:10Z,2680.75\n"


def last(parts: venue.Venue, symbol: str) -> Decimal:
    exchange = parts.floor.exchange
    (found,) = (each.id for each in exchange.contracts.values() if each.symbol == symbol)
    return exchange.touches[found].last


def test_a_replayed_contract_starts_where_its_file_does_and_others_where_they_always_do(
    tmp_path: Path,
) -> None:
    path = tmp_path / "es.csv"
    path.write_text(LINES)
    usual = venue.build(PaperOptions())
    replayed = venue.build(PaperOptions(replay=path, symbol="ES"))
    assert last(replayed, "ES") == Decimal("2670.50")
    assert last(replayed, "MES") == last(usual, "MES")


def test_prices_go_on_where_the_account_left_them(tmp_path: Path) -> None:
    options = PaperOptions(account=7, state=tmp_path)
    before = venue.build(options)
    contract = next(iter(before.floor.exchange.contracts.values()))
    price = Decimal("7000.25")
    before.floor.move(contract, Touch(price, price + contract.tick_size, price))
    saved.save(saved.path_of(tmp_path, 7), before.floor.exchange, before.floor.clock.now())
    assert last(venue.build(options), contract.symbol) == price
    assert last(venue.build(replace(options, account=8)), contract.symbol) == contract.start


@pytest.mark.parametrize(
    "options",
    [
        PaperOptions(symbol="XX"),
        PaperOptions(replay=Path("x.csv")),
        PaperOptions(replay=Path("x.csv"), symbol="ES", speed=-1),
    ],
)
def test_options_that_do_not_fit_are_refused(options: PaperOptions) -> None:
    with pytest.raises(venue.OptionsError, match="expected"):
        venue.build(options)


def test_credentials_are_made_up_unless_given() -> None:
    first, second = (venue.build(PaperOptions()) for _ in range(2))
    assert first.api_key != second.api_key
    assert first.username == "paper"
    assert first.api_key.get_secret_value() not in repr(first)
