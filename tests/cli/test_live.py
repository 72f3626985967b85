"""Going live: nothing real starts before the account's last characters were typed."""

import asyncio
import contextlib
import json
import os
import pty
import sys
from pathlib import Path

from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.snapshot import Snapshot
from tests.cli.live import Desk, config_text, desk, start, until
from tests.cli.test_commands import curb


async def engine_refuses(found: Desk) -> str:
    engine = await start(found.config, found.state_dir, env=found.env)
    assert await asyncio.wait_for(engine.process.wait(), 60) == 2
    return await engine.errors()


async def typed(found: Desk, words: tuple[str, ...], keys: str) -> tuple[int, str]:
    """Run a command at a terminal, type once it asks; return the code and what it said."""
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "curb", *words, "--config", str(found.config)),
        *("--state-dir", str(found.state_dir)),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=os.environ | found.env,
    )
    os.close(slave)
    seen = b""

    def read() -> None:
        nonlocal seen
        with contextlib.suppress(OSError):
            seen += os.read(master, 65536)

    asyncio.get_running_loop().add_reader(master, read)
    try:
        await until(lambda: b"to go live: " in seen or process.returncode is not None)
        os.write(master, keys.encode())
        code = await asyncio.wait_for(process.wait(), 60)
    finally:
        asyncio.get_running_loop().remove_reader(master)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        os.close(master)
    return code, seen.decode()


def end(found: Desk) -> str:
    return found.paper.account_name[-4:]


def test_an_account_that_nobody_took_live_is_not_started(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.consent.unlink()
            words = await engine_refuses(found)
            assert found.paper.account_name in words
            assert "run `curb live`" in words

    asyncio.run(scene())


def test_a_script_names_the_accounts_end(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.consent.unlink()
            config = ("--config", str(found.config))
            code, out, errors = await curb(found, "live", *config)
            assert (code, found.consent.exists()) == (2, False)
            assert "--account-ends" in errors
            code, _, errors = await curb(found, "live", *config, "--account-ends", "0000")
            assert (code, found.consent.exists()) == (2, False)
            assert "nothing was taken live" in errors
            code, out, _ = await curb(found, "live", *config, "--account-ends", end(found))
            assert (code, found.consent.exists()) == (0, True)
            for words in (
                "may trade",
                "user hub     connected",
                "market hub   connected",
                "5 reads",
            ):
                assert words in out
            engine = await found.engine()
            assert await engine.stop() == 0

    asyncio.run(scene())


def test_at_a_terminal_a_wrong_answer_starts_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            for words in (("live",), ("run",), ()):
                found.consent.unlink(missing_ok=True)
                code, seen = await typed(found, words, "0000\n")
                assert (code, found.consent.exists()) == (2, False), seen
                assert "nothing was started" in seen
            assert not (found.state_dir / "state.db").exists()

    asyncio.run(scene())


def test_at_a_terminal_the_right_answer_is_kept(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.consent.unlink()
            code, seen = await typed(found, ("live",), f"{end(found)}\n")
            assert (code, found.consent.exists()) == (0, True), seen
            code, seen = await typed(found, ("run", "--for", "0.5"), "")
            assert (code, "to go live" in seen) == (0, False)

    asyncio.run(scene())


def test_practice_makes_going_live_ask_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            async with found.practice():
                engine = await found.engine()
                await engine.kill()
            assert not found.consent.exists()

    asyncio.run(scene())


def test_practice_asks_nobody(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.config.write_text(config_text())
            code, _, errors = await curb(found, "live", "--config", str(found.config))
            assert (code, "found paper" in errors) == (2, True)

    asyncio.run(scene())


async def told(found: Desk) -> Snapshot:
    async with connect(socket_path(found.state_dir)) as client:
        return codec.decode(Snapshot, (await client.command("status")).data)


async def shows(found: Desk, *red: str) -> Snapshot:
    """Wait until exactly these checks of the pre-flight are not green."""
    async with asyncio.timeout(60):
        while True:
            shown = await told(found)
            if {check.name for check in shown.preflight if not check.is_green} == set(red):
                return shown
            await asyncio.sleep(0.05)


def test_a_real_account_is_armed_once_its_preflight_is_green(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            shown = await shows(found)
            assert shown.is_ready
            assert [check.name for check in shown.preflight if not check.is_green] == []
            found.paper.set_can_trade(False)
            assert (await told(found)).is_ready
            await engine.stop()

    asyncio.run(scene())


def test_an_account_that_may_not_trade_is_guarded_and_not_called_armed(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.paper.set_can_trade(False)
            engine = await found.engine()
            shown = await shows(found, "account")
            assert not shown.is_ready
            code, words, _ = await curb(found, "status")
            assert (code, "PRE-FLIGHT 7/8" in words) == (0, True)
            found.paper.set_can_trade(True)
            found.paper.place("MNQ", "buy", 9)
            await engine.row("RULE-001", "flatten")
            assert (await shows(found)).is_ready
            await engine.stop()

    asyncio.run(scene())


def test_doctor_asks_the_engine_that_runs(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            assert (await shows(found)).is_ready
            logins = _logins(found)
            code, out, errors = await curb(found, "doctor", "--json", "--config", str(found.config))
            findings = [json.loads(line) for line in out.splitlines()]
            by = {(each["about"], each["level"]) for each in findings}
            assert ("engine", "ok") in by, errors
            assert ("account", "ok") in by
            assert code in (0, 1)
            assert _logins(found) == logins
            assert found.paper.api_key not in out
            await engine.stop()

    asyncio.run(scene())


def _logins(found: Desk) -> int:
    return sum("/api/Auth/loginKey" in str(row) for row in found.paper.record)
