"""A secret that is looked for in everything that a whole run leaves behind."""

import asyncio
import base64
import contextlib
import gzip
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from curb.paper.options import PaperOptions
from curb.paper.service import running
from curb.paper.tokens import Tokens
from tests.alerts.receiver import Receiver, receiving

from .live import STARTED, Desk, Engine, armed, spawned, until
from .test_terminal import Terminal, screen

KEY = "CANARY-KEY-5f1d"
LOUD = {"alerts.least": "all", "rules.trade_frequency_limit.enabled": False}
HOW = "tests.cli.canary"


class Wreck:
    """What a run left: every byte that was said, and every file under a directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: dict[str, bytes] = {}

    def holding(self, secret: str) -> list[str]:
        """Return the names of what has the secret in it, in one of the ways to write it."""
        plain = secret.encode()
        ways = (plain, quote(secret).encode(), *_as_base64(plain), plain.hex().encode())
        return [name for name, content in self._all() if any(way in content for way in ways)]

    def _all(self) -> Iterator[tuple[str, bytes]]:
        yield from self.said.items()
        for path in self.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                yield str(path), content
                if content[:2] == b"\x1f\x8b":
                    yield f"in {path}", gzip.decompress(content)


def _as_base64(plain: bytes) -> list[bytes]:
    """Return what stands in any base64 of a text around it, wherever it begins."""
    return [base64.b64encode(b"\0" * n + plain)[4 if n else 0 : -4] for n in range(3)]


def test_a_wreck_is_searched_to_the_bottom(tmp_path: Path) -> None:
    (tmp_path / "packed.gz").write_bytes(gzip.compress(KEY.encode()))
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (?)", (KEY,))
        connection.commit()
    wreck = Wreck(tmp_path)
    for n in range(4):
        wreck.said[str(n)] = base64.b64encode(b"x" * n + KEY.encode() + b"yz")
    found = {Path(name).name for name in wreck.holding(KEY)}
    assert found == {"packed.gz", "a.db", "0", "1", "2", "3"}


async def said(wreck: Wreck, found: Desk, *words: str, code: int | None = 0) -> None:
    """Run a command and keep what it says."""
    places = ("--state-dir", str(found.state_dir))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", HOW, "log", *words, *places),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | found.env,
    )
    out, _ = await process.communicate()
    wreck.said[" ".join(words)] = out
    assert code is None or process.returncode == code, out.decode()


async def started(found: Desk, how: str, *flags: str) -> Engine:
    places = ("--config", str(found.config), "--state-dir", str(found.state_dir))
    return await spawned("-m", HOW, how, "run", "--json", *places, *flags, env=found.env)


async def ended(wreck: Wreck, name: str, engine: Engine) -> int:
    code = await engine.stop()
    wreck.said[name] = (await engine.errors()).encode() + repr(engine.rows).encode()
    return code


def arguments(wreck: Wreck) -> None:
    """Keep the words that every process of ours was started with, and the paper gateway's own."""
    for pid in (*STARTED, os.getpid()):
        with contextlib.suppress(OSError):
            wreck.said[f"arguments of {pid}"] = Path(f"/proc/{pid}/cmdline").read_bytes()


async def watched(wreck: Wreck, found: Desk, tmp: Path) -> None:
    """An engine with every log on: a breach, tokens that end, all that can be asked for."""
    engine = await started(found, "log", "--record", str(tmp / "recording"))
    await engine.row("ENGINE", "start")
    await until(found.is_watched)
    arguments(wreck)
    found.move("MNQ", "21000")
    found.paper.place("MNQ", "buy", 9)
    await engine.row("RULE-002", "reduce_position", symbol="MNQ")
    found.paper.lay(fault=[{"knob": "auth.revoke", "times": 1}])
    found.paper.drop_hubs()
    await until(lambda: found.paper.fired.get("auth.revoke", 0) == 1)
    found.paper.place("ES", "buy", 9)
    await engine.row("RULE-002", "reduce_position", symbol="ES")
    await said(wreck, found, "status", "--json")
    await said(wreck, found, "backup")
    await said(wreck, found, "audit", "--export", str(tmp / "audit.csv"))
    await said(wreck, found, "audit", "--export", str(tmp / "audit.json"))
    await said(wreck, found, "alerts", "test", code=None)
    await said(wreck, found, "doctor", "--config", str(found.config), code=None)
    assert await ended(wreck, "engine", engine) == 0


async def crashed(wreck: Wreck, found: Desk) -> None:
    """A screen that ends by an error, and an engine that does."""
    async with screen(found, "-m", HOW, "crash-screen") as terminal:
        await terminal.shows(f"ARMED {armed(**LOUD)}")
        terminal.type("z")
        assert await asyncio.wait_for(terminal.process.wait(), 60) == 1
        wreck.said["screen"] = terminal.seen
    engine = await started(found, "crash-engine")
    assert await asyncio.wait_for(engine.process.wait(), 60) == 1
    await ended(wreck, "crashed engine", engine)
    assert b"the end, by a key of" in wreck.said["crashed engine"]


async def shown(wreck: Wreck, found: Desk) -> None:
    """A screen that is used: it starts an engine of its own."""
    async with screen(found) as terminal:
        await terminal.shows(f"ARMED {armed(**LOUD)}")
        for keys in ("5", "\r", "\x1b", "e", "\x1b", "y", "7", "z", ":", "\x1b"):
            terminal.type(keys)
            await asyncio.sleep(0.2)
        keep(wreck, "used screen", terminal)


def keep(wreck: Wreck, name: str, terminal: Terminal) -> None:
    assert len(terminal.seen) > 1_000
    wreck.said[name] = terminal.seen


def test_no_secret_is_left_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row 35: logs, database, recordings, exports, backups, crashes, the terminal, arguments."""
    tokens: list[str] = []
    issue = Tokens.issue

    def issued(*args: object, **kwargs: object) -> str:
        tokens.append(issue(*args, **kwargs))  # type: ignore[arg-type]
        return tokens[-1]

    monkeypatch.setattr(Tokens, "issue", issued)
    wreck = Wreck(tmp_path)

    async def scene(receiver: Receiver) -> None:
        options = PaperOptions(
            prices="manual", trader="none", username="trader", api_key=SecretStr(KEY)
        )
        async with running(options) as paper:
            found = Desk(paper, tmp_path)
            found.write(**LOUD)
            found.env |= {
                "CURB_NTFY_URL": f"{receiver.url}/CANARY-TOPIC",
                "CURB_NTFY_TOKEN": "CANARY-NTFY",
                "CURB_DISCORD_URL": f"{receiver.url}/CANARY-DISCORD",
                "CURB_TELEGRAM_URL": receiver.url,
                "CURB_TELEGRAM_TOKEN": "1234:CANARY-TELEGRAM",
                "CURB_TELEGRAM_CHAT": "77",
                "CURB_WEBHOOK_URL": f"{receiver.url}/CANARY-HOOK",
                "CURB_WEBHOOK_SECRET": "CANARY-SIGNING",
            }
            with found.live():
                await watched(wreck, found, tmp_path)
                await shown(wreck, found)
                await crashed(wreck, found)
                found.env["CURB_API_KEY"] = "CANARY-WRONG"
                engine = await started(found, "log")
                assert await asyncio.wait_for(engine.process.wait(), 60) == 2
                await ended(wreck, "wrong key", engine)
            found.anchor.unlink(missing_ok=True)

    with receiving(Receiver(401)) as receiver:
        asyncio.run(scene(receiver))
        assert receiver.bodies
    assert len(tokens) > 2
    assert b"DEBUG" in wreck.said["engine"]
    for secret in ("CANARY", "s3cr3t", *tokens, *(token.split(".")[2] for token in tokens)):
        assert wreck.holding(secret) == [], secret
