"""What changes at the venue while no engine runs is told by the next one, and only by it."""

import asyncio
from contextlib import closing
from pathlib import Path

from tests.cli.live import Desk, Engine, desk, until
from tests.cli.test_wire import OFF
from tests.cli.test_wire_money import database


def gaps(engine: Engine) -> list[str]:
    rows = [row for row in engine.rows if row["rule"] == "ENGINE" and row["action"] == "gap"]
    return [row["reason"] for row in rows]


def kept(found: Desk) -> tuple[set[tuple[str, str, int]], set[tuple[int, str | None, str | None]]]:
    """Return the positions and orders of the file."""
    with closing(database(found)) as connection:
        positions = connection.execute("SELECT contract_id, type, size FROM positions")
        orders = connection.execute("SELECT id, stop_price, trailing_amount FROM orders")
        return set(positions), set(orders)


def test_what_changed_while_no_engine_ran_is_told_once(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **OFF) as found:
            mnq, es = found.paper.contract("MNQ"), found.paper.contract("ES")
            found.move("MNQ", "21000")
            found.move("ES", "6000")
            first = await found.engine()
            found.paper.place("MNQ", "buy", 2)
            stop = found.paper.place("MNQ", "sell", 2, "stop", stop="20900")
            await until(lambda: kept(found) == ({(mnq, "long", 2)}, {(stop, "20900", None)}))
            assert await first.stop() == 0

            found.paper.cancel(stop)
            found.move("MNQ", "20990")
            found.paper.place("MNQ", "sell", 2)
            found.paper.place("ES", "sell", 1)
            trail = found.paper.place("ES", "buy", 1, "trailing stop", trail="6010")
            second = await found.engine()
            row = await second.row("ENGINE", "gap")
            words = "while nobody watched: ESZ6 flat -> -1, MNQZ6 +2 -> flat, 1 order gone"
            assert row["reason"].startswith(words)
            assert "1 order new" in row["reason"]
            assert row["details"]["positions"][mnq] == {"file": "+2", "venue": "flat"}
            assert row["details"]["orders"][str(stop)]["venue"] is None
            assert row["details"]["realized"]["file"] != row["details"]["realized"]["venue"]
            now = ({(es, "short", 1)}, {(trail, "6010", "10")})
            await until(lambda: kept(found) == now)
            assert await second.stop() == 0
            assert gaps(second) == [row["reason"]]

            third = await found.engine()
            await found.rests(ES=-1)
            assert await third.stop() == 0
            assert gaps(third) == []
            assert kept(found) == now

    asyncio.run(scene())
