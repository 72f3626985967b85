"""`curb headroom`, against a running engine or none."""

import asyncio
import json
from pathlib import Path

from tests.cli.live import Desk, desk
from tests.cli.test_commands import curb


def test_headroom_tells_what_may_still_be_added(tmp_path: Path) -> None:
    async def scene() -> None:
        rules = {
            "rules.max_contracts.limit": 5,
            "rules.max_contracts_per_instrument.limits": {"MNQ": 4},
            "rules.max_contracts_per_instrument.unlisted": "unlimited",
            "rules.no_stop_loss_grace.enabled": False,
        }
        async with desk(tmp_path, **rules) as found:
            engine = await found.engine()
            code, _, errors = await curb(found, "headroom")
            assert (code, "is flat: expected a symbol" in errors) == (2, True)
            found.paper.place("MNQ", "buy", 1)
            words = await _until_open(found)
            assert "May add LONG: 3 MNQ · RULE-002: 1 of 4 MNQ open" in words
            assert "Daily loss" in words
            code, text, _ = await curb(found, "headroom", "esz6", "--json")
            (room,) = json.loads(text)
            sides = [(add["side"], add["contracts"]) for add in room["adds"]]
            assert (code, room["symbol"], sides) == (0, "ES", [("LONG", 4), ("SHORT", 6)])
            code, _, errors = await curb(found, "headroom", "ZZ")
            assert (code, "offers no ZZ" in errors) == (1, True)
            code, _, errors = await curb(found, "headroom", "MNQ", "--account", "NOBODY")
            assert (code, "NOBODY" in errors) == (2, True)
            await engine.stop()
            code, _, errors = await curb(found, "headroom", "MNQ")
            assert (code, "no engine answers" in errors) == (2, True)

    asyncio.run(scene())


async def _until_open(found: Desk) -> str:
    async with asyncio.timeout(60):
        while True:
            _, words, _ = await curb(found, "headroom")
            if "LONG 1 MNQZ6" in words:
                return words
            await asyncio.sleep(0.05)
