"""The keys of `[keys]` in a real terminal, over the wire, and changed while it runs."""

import asyncio
import json
from pathlib import Path

from tests.cli.live import armed, desk, until
from tests.cli.test_commands import curb
from tests.cli.test_terminal import screen

_F5 = "\x1b[15~"


def test_a_key_given_in_the_file_flattens_and_another_one_after_a_reload(tmp_path: Path) -> None:
    async def scene() -> None:
        # Nothing but the keys shall close these positions.
        grace = {"rules.no_stop_loss_grace.grace_s": 600}
        keys = {"keys.flatten_all": "f5", "keys.zoom": "X"} | grace
        async with desk(tmp_path, **keys) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed()}")
            await terminal.shows("f5 Y")
            found.paper.place("MNQ", "buy", 1)
            await terminal.shows("MNQZ6")
            terminal.type("XY")  # zooms, and no more
            terminal.type(_F5)
            await terminal.shows("FLATTEN ALL: close LONG 1 MNQZ6")
            terminal.type("Y")
            await until(lambda: found.position("MNQ") == 0)
            await terminal.shows("done in")

            found.write(**(keys | {"keys.flatten_all": "W"}))
            code, out, _ = await curb(found, "reload")
            assert (code, "1 change in force" in out) == (0, True)
            await terminal.shows("W Y")
            found.paper.place("ES", "sell", 1)
            await terminal.shows("ESZ6")
            terminal.type(_F5 + "W")
            await terminal.shows("FLATTEN ALL: close SHORT 1 ESZ6")
            terminal.type("Y")
            await until(lambda: found.position("ES") == 0)
            _, out, _ = await curb(found, "status", "--json")
            told = {key["id"]: key["key"] for key in json.loads(out)["keys"]}
            assert (told["flatten_all"], told["zoom"], told["flatten"]) == ("W", "X", "F")

    asyncio.run(scene())


def test_a_key_that_cannot_be_is_refused_and_the_old_ones_stay(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.write(**{"keys.flatten": "f"})
            code, _, errors = await curb(found, "reload")
            assert (code, "keys.flatten" in errors) == (1, True)
            row = await engine.row("CONFIG", "config_refused")
            assert (
                "expected a capital letter, a function key, or ctrl and a letter" in row["reason"]
            )
            await engine.stop()

    asyncio.run(scene())
