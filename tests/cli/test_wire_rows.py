"""Rows of the acceptance table that need no clock, over real sockets, one engine a config."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.live import Desk, desk, until
from tests.cli.test_wire import only


@dataclass(frozen=True)
class Row:
    """What is traded, where the market goes then, and what the venue is asked for."""

    id: str
    trades: tuple[tuple[str, int, str], ...]  # symbol, signed size, price
    marks: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]
    left: tuple[tuple[str, int], ...]


def row(
    id_: str,
    *trades: tuple[str, int, str],
    marks: dict[str, str] | None = None,
    asked: tuple[str, ...] = (),
    left: dict[str, int] | None = None,
) -> Row:
    """A row; what is left is everything where nothing is asked for, else nothing unless told."""
    held: dict[str, int] = {}
    for symbol, size, _ in trades:
        held[symbol] = held.get(symbol, 0) + size
    rest = left if left is not None else ({} if asked else held)
    return Row(id_, trades, tuple((marks or {}).items()), asked, tuple(rest.items()))


MNQ, ES, RTY = ("MNQ", "21000"), ("ES", "5800"), ("RTY", "2400")
CLOSED = ("closeContract MNQ",)
BOTH = ("closeContract ES", "closeContract MNQ")


def at(symbol: tuple[str, str], size: int) -> tuple[str, int, str]:
    return symbol[0], size, symbol[1]


# Fills may be told before the quotes that went ahead of them, and a mark counts for what opens
# later. So that no row is judged by the mark of the row before, a small position goes between.
SCOUT = row("scout", at(MNQ, 1), marks={"MNQ": "20990"})
ES_SCOUT = row("scout", at(ES, -1), marks={"ES": "5805"})

CONFIGS: dict[str, tuple[dict[str, Any], tuple[Row, ...]]] = {
    "001": (
        only("max_contracts"),
        (
            row("1.1", at(MNQ, 3), at(ES, 2)),
            row("1.2", at(MNQ, 3), at(ES, 3), asked=BOTH),
            row("1.3", at(MNQ, 5), at(ES, -3)),
            row("1.4", at(ES, -2), at(MNQ, 7)),
            row("1.6", at(MNQ, 4), at(ES, 2), asked=BOTH),
            row("1.9", at(MNQ, 4), at(MNQ, -6)),
        ),
    ),
    "001 gross": (
        only("max_contracts", count="gross"),
        (row("1.3", at(MNQ, 5), at(ES, -3), asked=BOTH),),
    ),
    "001 reduce": (
        only("max_contracts", limit=3, action="reduce"),
        (
            row(
                "1.5",
                at(MNQ, 2),
                at(ES, 3),
                asked=("partialCloseContract ES 2",),
                left={"MNQ": 2, "ES": 1},
            ),
            row("1.7", at(MNQ, 3), at(MNQ, -3), at(ES, 3), left={"ES": 3}),
        ),
    ),
    "002": (
        only("max_contracts_per_instrument", limits={"MNQ": 2, "ES": 1}),
        (
            row("2.1", at(MNQ, 2)),
            row("2.2", at(MNQ, 3), asked=("partialCloseContract MNQ 1",), left={"MNQ": 2}),
            row("2.4", at(RTY, 1), asked=("closeContract RTY",)),
            row("2.8", at(ES, 2), asked=("partialCloseContract ES 1",), left={"ES": 1}),
            row("2.10", at(MNQ, -3), asked=("partialCloseContract MNQ 1",), left={"MNQ": -2}),
        ),
    ),
    "002 close": (
        only("max_contracts_per_instrument", limits={"MNQ": 2}, action="close", unlisted=1),
        (
            row("2.7", at(MNQ, 3), asked=CLOSED),
            row("unlisted", at(RTY, 1)),
        ),
    ),
    "002 unlisted": (
        only("max_contracts_per_instrument", limits={"MNQ": 3}, unlisted=1),
        (
            row("2.3", at(MNQ, 4), asked=("partialCloseContract MNQ 1",), left={"MNQ": 3}),
            row("2.6", at(RTY, 2), asked=("partialCloseContract RTY 1",), left={"RTY": 1}),
        ),
    ),
    "002 unlimited": (
        only("max_contracts_per_instrument", limits={"MNQ": 3}, unlisted="unlimited"),
        (row("2.5", at(RTY, 5)),),
    ),
    "004": (
        only("daily_unrealized_loss"),
        (
            row("4.1", at(MNQ, 2), marks={"MNQ": "20950"}),
            row("4.2", at(MNQ, 2), marks={"MNQ": "20925.25"}),
            row("4.2", at(MNQ, 2), marks={"MNQ": "20925"}, asked=CLOSED),
            SCOUT,
            row("4.2", at(MNQ, 2), marks={"MNQ": "20924.75"}, asked=CLOSED),
            row("4.3", at(MNQ, -2), marks={"MNQ": "21075"}, asked=CLOSED),
            row("4.4", at(ES, 1), marks={"ES": "5794"}, asked=("closeContract ES",)),
            row("4.4", at(ES, -1), marks={"ES": "5806"}, asked=("closeContract ES",)),
            row(
                "4.5",
                at(MNQ, 1),
                at(ES, 1),
                marks={"MNQ": "20900", "ES": "5792"},
                asked=("closeContract ES",),
                left={"MNQ": 1},
            ),
            row(
                "4.8",
                at(MNQ, 1),
                ("MNQ", 1, "20900"),
                marks={"MNQ": "20875"},
                asked=CLOSED,
            ),
            SCOUT,
            row("4.9", at(MNQ, 3), marks={"MNQ": "20950.25"}),
            row("4.9", at(MNQ, 3), marks={"MNQ": "20950"}, asked=CLOSED),
        ),
    ),
    "005": (
        only("max_unrealized_profit"),
        (
            row("5.1", at(MNQ, 2), marks={"MNQ": "21249.75"}),
            row("5.1", at(MNQ, 2), marks={"MNQ": "21250"}, asked=CLOSED),
            SCOUT,
            row("5.1", at(MNQ, 2), marks={"MNQ": "21250.25"}, asked=CLOSED),
            row("5.2", at(MNQ, -2), marks={"MNQ": "20750"}, asked=CLOSED),
            row("5.3", at(ES, 1), marks={"ES": "5819.75"}),
            row("5.3", at(ES, 1), marks={"ES": "5820"}, asked=("closeContract ES",)),
            ES_SCOUT,
            row(
                "5.5",
                at(MNQ, 1),
                at(ES, 1),
                marks={"MNQ": "21200", "ES": "5848"},
                asked=("closeContract ES",),
                left={"MNQ": 1},
            ),
        ),
    ),
    "005 account": (
        only("max_unrealized_profit", scope="account"),
        (
            row(
                "5.6",
                at(MNQ, 2),
                at(ES, 1),
                marks={"ES": "5788", "MNQ": "21400"},
                asked=BOTH,
            ),
        ),
    ),
    "011": (
        only("symbol_blocks", blocked=["es", "RTY"]),
        (
            row("11.3", ("MES", 1, "5800")),
            row("11.5", at(RTY, 2), asked=("closeContract RTY",)),
            row("11.8", at(ES, 1), asked=("closeContract ES",)),
        ),
    ),
    "005 larger": (
        only("max_unrealized_profit", target=2000),
        (
            row("5.4", at(ES, 10), marks={"ES": "5803.75"}),
            row("5.4", at(ES, 10), marks={"ES": "5804"}, asked=("closeContract ES",)),
        ),
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_what_the_venue_is_asked_for(tmp_path: Path, name: str) -> None:
    changes, rows = CONFIGS[name]

    async def scene() -> None:
        async with desk(tmp_path, **changes) as found:
            engine = await found.engine()
            for each in rows:
                await play(found, each)
            await engine.stop()

    asyncio.run(scene())


async def play(found: Desk, row: Row) -> None:
    """Do what a row says, hold the venue's record against it, and be flat again."""
    began = len(found.asked())
    for symbol, size, price in row.trades:
        found.move(symbol, price)
        found.paper.place(symbol, "buy" if size > 0 else "sell", abs(size))
        await found.quoted(symbol)
    for symbol, price in row.marks:
        found.move(symbol, price)
    await until(lambda: len(found.asked()) - began >= len(row.asked))
    await found.rests(**dict(row.left))
    if not row.asked:
        await shown_at(found, dict(row.marks))
    assert sorted(found.asked()[began:]) == list(row.asked), row.id
    assert {symbol: found.position(symbol) for symbol, _ in row.left} == dict(row.left), row.id
    for symbol, size in sorted(row.left, key=lambda held: -abs(held[1])):
        found.paper.place(symbol, "sell" if size > 0 else "buy", abs(size))
    await found.rests()


async def shown_at(found: Desk, marks: dict[str, str]) -> None:
    """Wait until the engine's marks are these."""
    prices = {symbol: Decimal(price) for symbol, price in marks.items()}
    await found.shown(
        lambda account: (
            prices.items() <= {each.symbol: each.mark for each in account.positions}.items()
        )
    )
