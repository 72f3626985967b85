"""RULE-012's rows of the acceptance table over real sockets, one engine a config."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.cli.live import Desk, desk, until
from tests.cli.test_wire import only
from tests.cli.test_wire_stops import Stop, ended, long_from, stops

# Symbol, signed size, price.
Trade = tuple[str, int, str]


@dataclass(frozen=True)
class Row:
    """What is traded, where the market goes, and the stop after each mark; None: none."""

    id: str
    trades: tuple[Trade, ...]
    marks: tuple[tuple[str, str | None], ...]
    asked: tuple[str, ...]
    by_hand: str | None = None  # the trader's own stop on all of it, after the first mark

    @property
    def symbol(self) -> str:
        return self.trades[0][0]

    @property
    def exit(self) -> Literal["buy", "sell"]:
        return "sell" if self.size > 0 else "buy"

    @property
    def size(self) -> int:
        return sum(size for _, size, _ in self.trades)


def row(
    id_: str,
    *trades: Trade,
    marks: dict[str, str | None],
    asked: tuple[str, ...] = (),
    by_hand: str | None = None,
) -> Row:
    return Row(id_, trades, tuple(marks.items()), asked, by_hand)


CONFIGS: dict[str, tuple[dict[str, Any], tuple[Row, ...]]] = {
    "12.1 12.3 12.4 12.5 12.6 12.10 12.11": (
        {},
        (
            row(
                "12.1",
                ("MNQ", 2, "21000"),
                marks={"21002": None, "21002.25": None, "21002.50": "21000"},
                asked=("place MNQ 2 @ 21000", "cancel MNQ"),
            ),
            row(
                "12.3",
                ("ES", 1, "5800"),
                marks={"5805": "5802.50", "5810": "5807.50", "5808": "5807.50"},
                asked=("place ES 1 @ 5802.5", "modify ES 1 @ 5807.5", "cancel ES"),
            ),
            row(
                "12.4",
                ("ES", -1, "5800"),
                marks={"5795": "5797.50", "5790": "5792.50", "5792": "5792.50"},
                asked=("place ES 1 @ 5797.5", "modify ES 1 @ 5792.5", "cancel ES"),
            ),
            row(
                "12.5",
                ("MNQ", 1, "21000"),
                marks={"21002.50": "21000", "21005": "21002.50"},
                asked=("place MNQ 1 @ 21000", "modify MNQ 1 @ 21002.5", "cancel MNQ"),
            ),
            row(
                "12.6 long",
                ("MNQ", 1, "21000"),
                marks={"21005": "21002.50", "21010": "21007.50"},
                asked=("place MNQ 1 @ 21002.5", "modify MNQ 1 @ 21007.5", "cancel MNQ"),
            ),
            row(
                "12.6 short",
                ("MNQ", -1, "21000"),
                marks={"20995": "20997.50", "20990": "20992.50"},
                asked=("place MNQ 1 @ 20997.5", "modify MNQ 1 @ 20992.5", "cancel MNQ"),
            ),
            row(
                "12.10 long",
                ("MNQ", 1, "21000"),
                ("MNQ", 1, "21000.25"),
                marks={"21002.50": None, "21002.75": "21000.25"},
                asked=("place MNQ 2 @ 21000.25", "cancel MNQ"),
            ),
            row(
                "12.10 short",
                ("MNQ", -1, "21000"),
                ("MNQ", -1, "21000.25"),
                marks={"20997.75": None, "20997.50": "21000"},
                asked=("place MNQ 2 @ 21000", "cancel MNQ"),
            ),
            row(
                "12.11 respected",
                ("MNQ", 2, "21000"),
                marks={"21002.25": None, "21002.50": None, "21030": None},
                by_hand="20990",
            ),
        ),
    ),
    "12.2": (
        {"offset_ticks": 2},
        (
            row(
                "long",
                ("MNQ", 1, "21000"),
                marks={"21002.25": None, "21002.50": "21000.50"},
                asked=("place MNQ 1 @ 21000.5", "cancel MNQ"),
            ),
            row(
                "short",
                ("MNQ", -1, "21000"),
                marks={"20997.75": None, "20997.50": "20999.50"},
                asked=("place MNQ 1 @ 20999.5", "cancel MNQ"),
            ),
        ),
    ),
    "12.7 12.11 not respected": (
        {"respect_manual_stops": False},
        (
            row(
                "12.7",
                ("MNQ", 2, "21000"),
                marks={"21002.25": None, "21002.50": None, "21004.75": None},
                by_hand="21001",
            ),
            row(
                "12.11",
                ("MNQ", 2, "21000"),
                marks={"21002.25": None, "21002.50": None},
                asked=("modify MNQ @ 21000",),
                by_hand="20990",
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_where_the_stop_stands(tmp_path: Path, name: str) -> None:
    changes, rows = CONFIGS[name]

    async def scene() -> None:
        async with desk(tmp_path, **only("trade_management", **changes)) as found:
            engine = await found.engine()
            for each in rows:
                await play(found, each)
            await engine.stop()
            assert found.asked() == [words for each in rows for words in each.asked]

    asyncio.run(scene())


async def play(found: Desk, row: Row) -> None:
    """Do what a row says, hold the venue's orders against it, and be flat again."""
    began = len(found.asked())
    for symbol, size, price in row.trades:
        found.move(symbol, price)
        found.paper.place(symbol, "buy" if size > 0 else "sell", abs(size))
    await found.rests(**{row.symbol: row.size})
    await found.quoted(row.symbol)
    by_hand = 0
    for mark, stop in row.marks:
        found.move(row.symbol, mark)
        await marked(found, row.symbol, mark)
        await stands(found, [(row.exit, abs(row.size), Decimal(stop))] if stop else [])
        if row.by_hand and not by_hand:
            by_hand = found.paper.place(
                row.symbol, row.exit, abs(row.size), "stop", stop=row.by_hand
            )
            await found.shown(lambda account: len(account.orders) == 1)
    await until(lambda: len(found.asked()) - began >= len(row.asked) - bool(stops(found)))
    found.paper.place(row.symbol, row.exit, abs(row.size))
    if by_hand:
        found.paper.cancel(by_hand)
    await stands(found, [])
    await found.rests()
    assert found.asked()[began:] == list(row.asked), row.id


async def stands(found: Desk, wanted: list[Stop]) -> None:
    """Wait until the stops at the venue are these."""
    await until(lambda: stops(found) == wanted)


async def marked(found: Desk, symbol: str, mark: str) -> None:
    """Wait until the engine's mark of the symbol is this."""
    await found.shown(
        lambda account: {p.symbol: p.mark for p in account.positions}.get(symbol) == Decimal(mark)
    )


def test_a_stop_is_never_loosened(tmp_path: Path) -> None:
    """12.7 Curb's own stop, dragged by the trader beyond what is computed later."""

    async def scene() -> None:
        async with desk(tmp_path, **only("trade_management")) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000", 1)
            found.move("MNQ", "21005")
            await ended(engine, "place_stop")
            (number,) = (order.id for order in found.paper.exchange.working())
            found.paper.floor.act(
                lambda exchange: exchange.modify(
                    number, found.paper.floor.clock.now(), stop=Decimal(21004)
                )
            )
            found.move("MNQ", "21005.25")  # 21002.75 would be looser
            await marked(found, "MNQ", "21005.25")
            found.move("MNQ", "21010")
            await ended(engine, "move_stop")
            assert found.asked() == ["place MNQ 1 @ 21002.5", "modify MNQ 1 @ 21007.5"]
            await engine.stop()

    asyncio.run(scene())


def test_the_stop_has_the_size_of_the_position(tmp_path: Path) -> None:
    """12.9 from two to three."""

    async def scene() -> None:
        async with desk(tmp_path, **only("trade_management")) as found:
            engine = await found.engine()
            await long_from(found, "MNQ", "21000")
            found.move("MNQ", "21002.50")
            await ended(engine, "place_stop")
            found.paper.place("MNQ", "buy", 1)
            await until(lambda: stops(found) == [("sell", 3, Decimal(21000))])
            await ended(engine, "move_stop")
            assert len(found.asked()) == 2
            await engine.stop()

    asyncio.run(scene())
