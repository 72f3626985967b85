"""Files that change under a running engine, with and without being asked."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from curb.control.client import connect
from curb.control.frames import Reply
from curb.control.paths import socket_path
from tests.cli.live import Desk, desk, until
from tests.cli.test_commands import curb

LIMIT = "rules.max_contracts.limit"


async def ask(found: Desk, name: str, **args: Any) -> Reply:
    async with connect(socket_path(found.state_dir)) as client:
        return await client.command(name, **args)


async def in_force(found: Desk, words: str) -> None:
    """Wait until the readable copy of what is in force says so."""
    await until(lambda: words in (found.state_dir / "config.in-force.toml").read_text())


def test_a_saved_file_applies_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"config.auto_reload": True}) as found:
            engine = await found.engine()
            found.write(**{"config.auto_reload": True, LIMIT: 1})
            row = await engine.row("CONFIG", "config_applied", file=_digest(found))
            assert f"{LIMIT} 5 -> 1" in row["reason"]
            await in_force(found, "limit = 1\n")
            found.config.write_text("[rules")
            await engine.row("CONFIG", "config_refused")
            found.paper.place("MNQ", "buy", 2)
            await engine.row("RULE-001", "flatten")
            await engine.stop()

    asyncio.run(scene())


def test_a_file_reloaded_by_hand_is_not_taken_once_more_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **{"config.auto_reload": True}) as found:
            engine = await found.engine()
            for limit in (4, 3):
                found.write(**{"config.auto_reload": True, LIMIT: limit})
                await ask(found, "reload")
            found.config.write_text("[rules")
            await engine.row("CONFIG", "config_refused")
            await asyncio.sleep(2.5)  # longer than it would take
            rows = [r["action"] for r in engine.rows if r["rule"] == "CONFIG"]
            assert rows == [*["config_applied"] * 3, "config_refused"]
            await engine.stop()

    asyncio.run(scene())


def test_without_auto_reload_nothing_is_read_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.write(**{LIMIT: 1})
            await asyncio.sleep(2.5)  # longer than it would take
            assert [r for r in engine.rows if "5 -> 1" in r["reason"]] == []
            await engine.stop()

    asyncio.run(scene())


def test_a_preview_says_what_would_become_of_each_change(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.write(**{LIMIT: 9, "rules.no_stop_loss_grace.grace_s": 5})
            reply = await ask(found, "reload_preview")
            assert reply.ok
            verdicts = {c["key"]: c["verdict"] for c in reply.data["changes"]}
            assert verdicts[LIMIT].startswith("looser: waits until")
            assert verdicts["rules.no_stop_loss_grace.grace_s"] == "tighter: applies now"
            assert (reply.data["word"], reply.data["holds"]) == ("LOOSEN", False)
            assert reply.data["file"] == _digest(found)
            assert [r for r in engine.rows if r["rule"] == "CONFIG"][1:] == []
            await engine.stop()

    asyncio.run(scene())


def test_what_was_shown_is_what_is_taken(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.write(**{LIMIT: 4})
            shown = (await ask(found, "reload_preview")).data["file"]
            found.write(**{LIMIT: 3})
            reply = await ask(found, "reload", file=shown)
            assert not reply.ok
            assert "changed since it was shown" in reply.text
            assert (await ask(found, "reload", file=_digest(found))).ok
            await in_force(found, "limit = 3\n")
            await engine.stop()

    asyncio.run(scene())


def test_a_tightening_that_would_flatten_waits_for_a_yes(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.paper.place("MNQ", "buy", 3)
            await until(lambda: found.position("MNQ") == 3)
            found.write(**{LIMIT: 2})
            assert (await ask(found, "reload_preview")).data["holds"]
            assert "held" in (await ask(found, "reload")).text
            await engine.row("CONFIG", "config_pending", held=True)
            status = await ask(found, "status")
            kinds = [t["kind"] for t in status.data["accounts"][0]["timers"]]
            assert "HELD" in kinds
            assert found.position("MNQ") == 3
            assert (await ask(found, "reload", confirm=True)).ok
            await engine.row("RULE-001", "flatten")
            assert found.position("MNQ") == 0
            await engine.stop()

    asyncio.run(scene())


def test_a_loosening_taken_out_of_the_file_again_is_withdrawn(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            found.write(**{LIMIT: 9})
            await ask(found, "reload")
            found.write()
            for name in ("reload_preview", "reload"):
                (change,) = (await ask(found, name)).data["changes"]
                assert (change["key"], change["new"]) == (LIMIT, "9")
                assert change["verdict"].startswith("withdrawn")
            status = await ask(found, "status")
            assert "CONF" not in [t["kind"] for t in status.data["accounts"][0]["timers"]]
            await engine.stop()

    asyncio.run(scene())


def test_check_says_what_the_engine_would_do(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            code, words, _ = await curb(found, "check", str(found.config))
            assert (code, len(words.splitlines())) == (0, 1)
            engine = await found.engine()
            found.write(**{LIMIT: 9})
            code, words, _ = await curb(found, "check", str(found.config))
            assert code == 0
            assert f"{LIMIT}: 5 -> 9  looser: waits until" in words
            await engine.stop()
            code, words, _ = await curb(found, "check", str(found.config))
            assert f"{LIMIT}: 5 -> 9  looser: waits for the reset after the next start" in words

    asyncio.run(scene())


def _digest(found: Desk) -> str:
    return hashlib.sha256(found.config.read_bytes()).hexdigest()
