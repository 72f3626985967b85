"""`curb run` as its users start it."""

import asyncio
import json
import os
import signal
import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from curb.domain.errors import Held
from tests.cli.live import ROOT, config_text, desk, start, until
from tests.cli.proof import CLOSING, proofs, read

SHIPPED = ROOT / "config.toml"


def test_on_the_shipped_config_a_trader_on_tilt_is_stopped(tmp_path: Path) -> None:
    async def scene() -> None:
        engine = await start(SHIPPED, tmp_path, "--seed", "7")

        def fired() -> bool:
            closed = {r["rule"] for r in engine.rows if r["action"] in CLOSING and r["success"]}
            exposure = closed & {"RULE-001", "RULE-002", "RULE-003", "RULE-008"}
            return len(exposure) >= 2 and any(r["action"] == "cooldown" for r in engine.rows)

        await until(lambda: fired() or engine.process.returncode is not None)
        assert await engine.stop() == 0
        assert fired()
        found = proofs(engine.rows, read(tmp_path / "paper-record.jsonl"))
        assert found
        for proof in found:
            assert proof.request <= proof.fill
            assert proof.flat is None or proof.fill <= proof.flat
            assert proof.breach is None or proof.breach <= proof.fill

    asyncio.run(scene())


def test_the_audit_line_has_its_words_and_the_files_their_modes(tmp_path: Path) -> None:
    async def scene() -> None:
        engine = await start(SHIPPED, tmp_path, "--trader", "none")
        row = await engine.row("ENGINE", "start")
        assert set(row) == {
            "at", "account", "rule", "action", "reason", "symbol",
            "success", "execution_time_ms", "details",
        }  # fmt: skip
        key = _key(tmp_path)
        assert _mode(tmp_path / "paper.json") == 0o600
        assert _mode(tmp_path) == 0o700
        assert await engine.stop() == 0
        assert _holding(tmp_path, key["api_key"]) == []
        with pytest.raises(ProcessLookupError):
            os.kill(key["pid"], 0)

    asyncio.run(scene())


def test_a_restarted_engine_finds_its_paper_gateway_again(tmp_path: Path) -> None:
    async def scene() -> None:
        engine = await start(SHIPPED, tmp_path, "--trader", "none")
        await engine.row("ENGINE", "start")
        before = _key(tmp_path)
        await engine.kill()
        again = await start(SHIPPED, tmp_path, "--trader", "none")
        await again.row("ENGINE", "start")
        assert _key(tmp_path) == before
        assert await again.stop() == 0

    asyncio.run(scene())


def test_a_stop_in_the_middle_of_the_start_is_obeyed_in_order(tmp_path: Path) -> None:
    async def scene() -> None:
        engine = await start(SHIPPED, tmp_path, "--trader", "none")
        await until((tmp_path / "paper.json").exists)
        key = _key(tmp_path)
        assert await engine.stop() == 0
        with pytest.raises(ProcessLookupError):
            os.kill(key["pid"], 0)

    asyncio.run(scene())


def test_a_hang_up_does_not_end_the_watch(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            engine.process.send_signal(signal.SIGHUP)
            found.paper.place("MNQ", "buy", 9)
            await engine.row("RULE-001", "flatten")
            await engine.stop()

    asyncio.run(scene())


def test_a_reader_that_goes_away_does_not_end_the_watch(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            transport = engine.process._transport  # type: ignore[attr-defined]
            transport.get_pipe_transport(1).close()
            found.paper.place("MNQ", "buy", 9)
            await until(lambda: bool(found.position("MNQ")))
            await until(lambda: not found.position("MNQ"))
            found.paper.place("ES", "buy", 9)
            await until(lambda: bool(found.position("ES")))
            await until(lambda: not found.position("ES"))
            await engine.stop()

    asyncio.run(scene())


def _key(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "paper.json").read_text())
    return found


def _holding(folder: Path, secret: str) -> list[Path]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if secret.encode() in path.read_bytes()]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("changes", "env", "words"),
    [
        pytest.param(
            {"gateway.name": "topstepx"}, {}, "CURB_USERNAME and CURB_API_KEY", id="no key"
        ),
        pytest.param(
            {
                "gateway.name": "custom",
                "gateway.api_url": "http://example.org",
                "gateway.user_hub": "http://example.org/hubs/user",
                "gateway.market_hub": "http://example.org/hubs/market",
            },
            {"CURB_USERNAME": "u", "CURB_API_KEY": "k"},
            "https",
            id="plain http off loopback",
        ),
        pytest.param(
            {
                "gateway.name": "custom",
                "gateway.api_url": "http://127.0.0.1:PORT",
                "gateway.user_hub": "http://127.0.0.1:PORT/hubs/user",
                "gateway.market_hub": "http://127.0.0.1:PORT/hubs/market",
            },
            {"CURB_USERNAME": "u", "CURB_API_KEY": "k"},
            "127.0.0.1",
            id="nobody there",
        ),
    ],
)
def test_what_cannot_start_says_so_in_one_line(
    tmp_path: Path, changes: dict[str, str], env: dict[str, str], words: str
) -> None:
    async def scene() -> None:
        port = str(_closed_port())
        config = tmp_path / "config.toml"
        config.write_text(config_text(**{k: v.replace("PORT", port) for k, v in changes.items()}))
        engine = await start(config, tmp_path / "state", env=env)
        assert await asyncio.wait_for(engine.process.wait(), 60) == 2
        lines = (await engine.errors()).splitlines()
        assert len(lines) == 1
        assert words in lines[0]
        assert "k" not in lines[0].split()

    asyncio.run(scene())


def test_a_wrong_key_is_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.env["CURB_API_KEY"] = "wrong"
            engine = await start(found.config, found.state_dir, env=found.env)
            assert await asyncio.wait_for(engine.process.wait(), 60) == 2
            (line,) = (await engine.errors()).splitlines()
            assert "refused the login" in line
            assert "wrong" not in line

    asyncio.run(scene())


def test_a_second_engine_on_the_same_account_is_refused(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            for state_dir in (found.state_dir, tmp_path / "elsewhere"):
                second = await start(found.config, state_dir, env=found.env)
                assert await asyncio.wait_for(second.process.wait(), 60) == Held.exit_code
                (line,) = (await second.errors()).splitlines()
                assert f"process {engine.process.pid}" in line
            await engine.stop()

    asyncio.run(scene())


def test_an_account_that_is_not_there_is_named(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"account.names": ["NOT-MINE"]}) as found:
            engine = await start(found.config, found.state_dir, env=found.env)
            assert await asyncio.wait_for(engine.process.wait(), 60) == 2
            (line,) = (await engine.errors()).splitlines()
            assert "NOT-MINE" in line
            assert found.paper.account_name in line

    asyncio.run(scene())
