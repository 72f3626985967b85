"""`curb status`, `flatten`, `reload`, `stop`: as commands, against a running engine or none."""

import asyncio
import json
import os
import pty
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from curb.__main__ import main
from curb.control.client import connect
from curb.control.paths import socket_path
from curb.rules.listing import RULES
from tests.cli.live import Desk, Row, armed, desk


async def curb(found: Desk, *words: str) -> tuple[int, str, str]:
    """Run a command to its end; return code, output and errors."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "curb",
        *words,
        "--state-dir",
        str(found.state_dir),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | found.env,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), errors.decode()


async def told(found: Desk, *words: str) -> str:
    """Ask for the status until it says `words`: an account is read a moment after the start."""
    said = ""
    try:
        async with asyncio.timeout(60):
            while not all(word in said for word in words):
                code, said, errors = await curb(found, "status")
                assert code == 0, errors
    except TimeoutError:
        pytest.fail(f"expected {words}, found:\n{said}")
    return said


def test_status_tells_what_the_engine_does(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 9)
            await engine.row("RULE-001", "flatten")
            code, words, _ = await curb(found, "status")
            assert code == 0
            assert f"armed {armed()}" in words
            assert found.paper.account_name in words
            code, text, _ = await curb(found, "status", "--json")
            assert json.loads(text)["accounts"][0]["name"] == found.paper.account_name
            async with connect(socket_path(found.state_dir)) as client:
                odds: tuple[dict[str, Any], ...] = (
                    {"symbol": ["MNQ"]},
                    {"symbol": 7},
                    {"account_id": {}},
                )
                for odd in odds:
                    reply = await client.command("flatten", **odd)
                    assert (reply.ok, reply.text[:17]) == (False, "expected a symbol")
            await engine.stop()

    asyncio.run(scene())


def test_status_tells_at_which_price_a_rule_fires(tmp_path: Path) -> None:
    async def scene() -> None:
        watching = {f"rules.{rule.key}.enabled": rule.id == "RULE-004" for rule in RULES}
        async with desk(tmp_path, **watching) as found:
            engine = await found.engine()
            found.move("MNQ", "21000")
            found.paper.place("MNQ", "buy", 2)
            await found.quoted("MNQ")
            found.move("MNQ", "20990")
            words = await _until_said(found, "RULE-004 at")
            assert "MNQZ6 +2 @ 21000.00  open -40.00  RULE-004 at 20925.00" in words
            assert "Open loss: ok -40.00 of -300.00, fires at MNQZ6 20925.00" in words
            _, text, _ = await curb(found, "status", "--json")
            (account,) = json.loads(text)["accounts"]
            (fire,) = account["positions"][0]["fires"]
            assert (fire["rule"], fire["price"], fire["is_above"]) == (
                "RULE-004",
                "20925.00",
                False,
            )
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.parametrize("command", [("status",), ("stop",), ("reload",)])
def test_without_an_engine_they_say_so(tmp_path: Path, command: tuple[str, ...]) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            code, out, errors = await curb(found, *command)
            assert (code, out) == (2, "")
            assert "no engine answers" in errors
            assert len(errors.splitlines()) == 1

    asyncio.run(scene())


def test_flatten_by_the_engine(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.paper.place("ES", "buy", 1)
            code, words, _ = await _until_known(found, "flatten", "mnq")
            assert (code, words) == (0, "flatten MNQ sent\n")
            row = await engine.row("MANUAL", "close_position")
            assert row["symbol"] == "MNQ"
            assert (found.position("MNQ"), found.position("ES")) == (0, 1)
            assert (await curb(found, "flatten", "--all"))[0] == 0
            await engine.row("MANUAL", "flatten")
            assert found.position("ES") == 0
            code, _, errors = await curb(found, "flatten", "GC")
            assert code == 1
            assert "nothing open in GC" in errors
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("words", "left"), [(("--all",), (0, 0)), (("MNQ",), (0, 1))], ids=["everything", "a symbol"]
)
def test_flatten_without_an_engine_goes_over_rest(
    tmp_path: Path, words: tuple[str, ...], left: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            found.move("MNQ", "21000")
            found.paper.place("MNQ", "buy", 3)
            found.paper.place("MNQ", "sell", 3, "stop", stop="20900")
            found.paper.place("ES", "buy", 1)
            code, out, errors = await curb(found, "flatten", *words, "--config", str(found.config))
            assert code == 0, errors
            assert "flat, no working orders" in out
            assert (found.position("MNQ"), found.position("ES")) == left
            found.move("MNQ", "20890")
            assert found.position("MNQ") == 0

    asyncio.run(scene())


@pytest.mark.parametrize("words", [(), ("MNQ", "--all")])
def test_flatten_wants_one_target(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["flatten", *words]) == 2
    assert "either a symbol or --all" in capsys.readouterr().err


def test_reload_applies_what_is_tighter_and_what_is_looser_waits(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.write(**{"rules.max_contracts.limit": 1})
            code, words, _ = await curb(found, "reload")
            assert code == 0
            assert "1 change in force" in words
            found.paper.place("MNQ", "buy", 2)
            await engine.row("RULE-001", "flatten")
            in_force = tomllib.loads((found.state_dir / "config.in-force.toml").read_text())
            assert in_force["rules"]["max_contracts"]["limit"] == 1

            found.write(**{"rules.max_contracts.limit": "five"})
            code, _, errors = await curb(found, "reload")
            assert code == 1
            assert "rules.max_contracts.limit" in errors
            assert "the last good configuration stays in force" in errors
            await engine.row("CONFIG", "config_refused")

            found.write(**{"rules.max_contracts.limit": 9})
            code, words, _ = await curb(found, "reload")
            assert code == 0
            assert "1 pending until" in words
            found.paper.place("MNQ", "buy", 2)
            again = len(engine.rows)
            await engine.row("RULE-001", "flatten")
            assert again <= len(engine.rows)
            await engine.stop()

    asyncio.run(scene())


def test_reload_says_what_became_of_each_change(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"rules.no_stop_loss_grace.grace_s": 600}) as found:
            engine = await found.engine()
            limit = "rules.max_contracts.limit"
            found.paper.place("MNQ", "buy", 3)
            await _until_says(found, "1 open position", "stop")
            found.write(**{"rules.no_stop_loss_grace.grace_s": 600, limit: 2})
            code, words, _ = await curb(found, "reload")
            assert code == 0
            assert f"  {limit}: 5 -> 2  tighter: held" in words
            assert "`curb reload --confirm` applies also what is held" in words
            assert "HELD max_contracts.limit 5 -> 2: until" in (await curb(found, "status"))[1]
            code, words, _ = await curb(found, "reload", "--confirm")
            assert (code, f"  {limit}: 5 -> 2  tighter: applies now" in words) == (0, True)
            await engine.row("RULE-001", "flatten")

            await curb(found, "lock", "5m")
            await engine.row("SELF-LOCK", "lock", "flatten")
            found.write(**{"rules.no_stop_loss_grace.grace_s": 500, limit: 9})
            code, out, errors = await curb(found, "reload")
            assert (code, out) == (1, "")
            assert f"  {limit}: 2 -> 9  looser: refused" in errors
            assert "grace_s: 600 -> 500  tighter: applies now" in errors
            await engine.stop()

    asyncio.run(scene())


def test_stop_ends_the_engine_in_order(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            code, words, _ = await _until_known(found, "stop")
            assert code == 0
            assert "nothing is enforced" in words
            assert await asyncio.wait_for(engine.process.wait(), 60) == 0
            await engine.stop()
            assert engine.rows[-1]["action"] == "stop"

    asyncio.run(scene())


async def _until_said(found: Desk, words: str) -> str:
    """Ask for the status until it says so."""
    async with asyncio.timeout(60):
        while True:
            _, said, _ = await curb(found, "status")
            if words in said:
                return said


def test_a_stop_in_a_position_needs_a_word_and_says_why(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"rules.no_stop_loss_grace.grace_s": 600}) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            found.paper.place("ES", "buy", 1)
            await _until_says(found, "2 open positions", "stop")
            for word in ("", "stop", "YES"):
                code, _, errors = await curb(found, "stop", "--word", word)
                assert code == 1
                assert "2 open positions: nothing is enforced any more; locks stand" in errors
                assert "curb stop --word STOP" in errors
            assert engine.process.returncode is None
            assert (await curb(found, "stop", "--word", "STOP"))[0] == 0
            assert await asyncio.wait_for(engine.process.wait(), 60) == 0
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("typed", "stops"), [("STOP\n", True), ("stop\n", False), ("\n", False), ("\x04", False)]
)
def test_at_a_terminal_the_word_is_asked(tmp_path: Path, typed: str, *, stops: bool) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"rules.no_stop_loss_grace.grace_s": 600}) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            await _until_says(found, "1 open position", "stop")
            master, slave = pty.openpty()
            os.write(master, typed.encode())
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "curb", "stop", "--state-dir", str(found.state_dir)),
                stdin=slave,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, errors = await asyncio.wait_for(process.communicate(), 60)
            os.close(master)
            os.close(slave)
            assert b"1 open position: nothing is enforced any more" in out
            assert b"Type STOP to stop it: " in out
            assert (process.returncode, errors) == ((0, b"") if stops else (1, b"not stopped\n"))
            if stops:
                assert await asyncio.wait_for(engine.process.wait(), 60) == 0
            await engine.stop()

    asyncio.run(scene())


def test_a_self_lockout_outlives_a_kill_and_every_command(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"rules.no_stop_loss_grace.grace_s": 600}) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 1)
            await _until_says(found, "1 open position", "stop")
            code, words, _ = await curb(found, "lock", "30m")
            assert code == 0
            assert words.startswith("LOCK ALL until ")
            row = await engine.row("SELF-LOCK", "flatten")
            assert found.position("MNQ") == 0
            await engine.kill()

            engine = await found.engine()
            found.paper.place("ES", "buy", 1)
            await engine.row("SELF-LOCK", "close_position", under_lock=True)
            assert found.position("ES") == 0
            code, _, errors = await curb(found, "stop")
            assert (code, "1 lockout" in errors) == (1, True)
            await curb(found, "lock", "5m")
            status = json.loads((await curb(found, "status", "--json"))[1])
            (timer,) = (t for t in status["accounts"][0]["timers"] if t["rule"] == "SELF-LOCK")
            assert (timer["kind"], timer["until"][:19]) == ("LOCK", _second(row))
            await engine.stop()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("4m",), "expected a lockout of 5 minutes to 30 days, found 240 s: nothing was locked"),
        (("900h",), "expected a lockout of 5 minutes to 30 days"),
        (("soon",), "expected a duration such as 30m"),
        (("30m", "--account", "ELSE"), "expected an account of the engine"),
        (("30m", "--symbol", "QQQ"), "the gateway offers no QQQ: nothing was locked"),
    ],
)
def test_a_lock_that_cannot_be_set_is_refused_in_words(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            code, _, errors = await curb(found, "lock", *words)
            assert code in (1, 2)
            assert said in errors
            await engine.stop()
            assert not any(row["rule"] == "SELF-LOCK" for row in engine.rows)

    asyncio.run(scene())


def test_one_symbol_of_one_account_is_locked(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            name = found.paper.account_name
            code, words, errors = await _until_known(
                found, "lock", "reset", "--symbol", "es", "--account", name
            )
            assert (code, errors) == (0, "")
            assert words.startswith("LOCK ES until ")
            row = await engine.row("SELF-LOCK", "lock", symbol="ES")
            assert row["details"]["lock"]["symbol"] == "ES"
            await engine.stop()

    asyncio.run(scene())


def _second(row: Row) -> str:
    """The second at which the row's lock ends."""
    return str(row["details"]["lock"]["until"])[:19]


async def _until_says(found: Desk, words: str, *command: str) -> None:
    """Run a command until its complaint shows that the engine has caught up."""
    async with asyncio.timeout(60):
        while words not in (await curb(found, *command))[2]:
            pass


async def _until_known(found: Desk, *words: str) -> tuple[int, str, str]:
    """Run a command until the engine knows the position that it is about."""
    async with asyncio.timeout(60):
        while True:
            answer = await curb(found, *words)
            if answer[0] == 0:
                return answer
