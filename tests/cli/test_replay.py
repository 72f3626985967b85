"""A morning of real trades, replayed: the day's loss locks, and nothing opens the lock."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.live import ROOT, Engine, start, until
from tests.cli.proof import proofs, read

TRADES = os.environ.get("CURB_TRADES_FILE", "")

pytestmark = pytest.mark.skipif(not TRADES, reason="CURB_TRADES_FILE names no recorded trades")

FLAGS = ("--replay", TRADES, "--symbol", "ES", "--speed", "60", "--seed", "4")


async def _locks(state_dir: Path) -> list[dict[str, Any]]:
    words = ("-m", "curb", "status", "--json", "--state-dir", str(state_dir))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    (account,) = json.loads(out)["accounts"]
    return [timer for timer in account["timers"] if timer["kind"] == "LOCK"]


async def _locked(engine: Engine) -> dict[str, Any]:
    def rows() -> list[dict[str, Any]]:
        return [r for r in engine.rows if r["rule"] == "RULE-003" and "lock" in r["details"]]

    async with asyncio.timeout(240):
        while not rows():
            await asyncio.sleep(0.1)
    return rows()[0]


def test_the_daily_loss_lock_holds_through_a_kill(tmp_path: Path) -> None:
    async def scene() -> None:
        config = ROOT / "config.toml"
        engine = await start(config, tmp_path, *FLAGS)
        row = await _locked(engine)
        until_at = row["details"]["lock"]["until"]
        await engine.kill()
        again = await start(config, tmp_path, *FLAGS)
        closed = await again.row("RULE-003", "close_position", "reduce_position", under_lock=True)
        assert closed["success"]
        (lock,) = await _locks(tmp_path)
        assert lock["until"][:19] == until_at[:19]
        await until(lambda: again.rows[-1]["success"] is not None)
        await again.stop()
        record = read(tmp_path / "paper-record.jsonl")
        assert proofs([closed], record)
        prices = {r["price"] for r in record if r["kind"] == "fill" and r["symbol"] == "ES"}
        assert all(2600 < float(price) < 2750 for price in prices)
        assert prices

    asyncio.run(scene())
