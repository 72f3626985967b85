"""Whom an engine guards when the gateway cannot be asked at its start."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from curb.cli import consent
from curb.domain.book import Account
from tests.cheats.stage import LOSING, Stage
from tests.cli.live import desk, start


@pytest.mark.parametrize(
    "fault",
    [
        {"knob": "http.reset"},
        {"knob": "http.status", "has": {"status": 503}},
        {"knob": "http.timeout", "has": {"seconds": 60.0}},
    ],
    ids=lambda fault: str(fault["knob"]),
)
def test_a_gateway_out_of_reach_at_a_start_ends_no_lock_and_is_tried_on(
    tmp_path: Path, fault: dict[str, Any]
) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **LOSING) as found:
            stage = Stage(found)
            await stage.start()
            await stage.lose()
            await stage.stop()
            found.paper.lay(fault=[fault, {"knob": "hub.negotiate_status"}])
            found.paper.place("ES", "buy", 1)
            engine = await start(found.config, found.state_dir, env=found.env)
            told = await engine.row("ENGINE", "warn")
            assert told["reason"].startswith("the gateway is tried again and again, locks stand: ")
            assert stage.held is not None
            await found.shown(stage.held.stands)
            await found.shown(lambda account: account.state == "LOCKED")
            assert found.position("ES") == 1
            found.paper.lay()
            await engine.row("RULE-003", "close_position", under_lock=True)
            assert found.position("ES") == 0
            assert await engine.stop() == 0

    asyncio.run(scene())


def test_an_account_that_nobody_took_live_is_told_once_it_is_heard_of(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **LOSING) as found:
            found.paper.lay(fault=[{"knob": "http.reset"}])
            known = Account(found.paper.account_id + 1_000, "KNOWN-1001")
            consent.withdraw(found.state_dir)
            consent.give(found.gateway, known, found.state_dir)
            engine = await start(found.config, found.state_dir, env=found.env)
            await engine.row("ENGINE", "warn")
            found.paper.lay()
            told = await engine.row("ENGINE", "warn", times=2)
            assert told["reason"].startswith(f"{found.paper.account_name} is NOT guarded: ")
            assert await engine.stop() == 0

    asyncio.run(scene())
