"""Row 30 in a real terminal: a gateway whose every word wants to be obeyed."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from curb.paper import answers, rows

from .live import Desk, armed, desk, until
from .test_terminal import screen

EVIL = "\x1b]52;c;QUJD\x07\x9b2J\u202eE[@click=app.quit]V[/]\r\n"
# What came of the words, in bytes that no program of ours writes by itself.
RAW = (b"\x1b]52", b"\xc2\x9b", "\u202e".encode(), b"QUJD\x07", b"\x1b[2J\xe2")
CALM = {"rules.no_stop_loss_grace.enabled": False, "rules.trade_frequency_limit.enabled": False}
TEXTS = ("name", "description", "symbolId", "customTag", "symbol")


@pytest.fixture
def _evil(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every text of the gateway but its ids be evil."""

    def spoilt(row: dict[str, Any]) -> dict[str, Any]:
        return row | {key: f"{EVIL}{row[key]}" for key in TEXTS if key in row}

    for name in ("account_row", "contract_row", "order_row", "position_row", "trade_row"):
        make = getattr(rows, name)
        monkeypatch.setattr(rows, name, lambda *a, make=make, **k: spoilt(make(*a, **k)))
    envelope = answers.envelope
    monkeypatch.setattr(
        answers, "envelope", lambda *a, **k: envelope(*a, **k) | {"errorMessage": EVIL}
    )


async def said(found: Desk, *words: str) -> bytes:
    """Run a command; return all that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "curb", *words, "--state-dir", str(found.state_dir)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=os.environ | found.env,
    )
    out, _ = await process.communicate()
    return out


@pytest.mark.usefixtures("_evil")
def test_the_words_of_a_gateway_are_words_and_nothing_else(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **CALM) as found, screen(found) as terminal:
            await terminal.shows(f"ARMED {armed(**CALM)}")
            found.paper.place("MNQ", "buy", 1)
            await until(lambda: found.position("MNQ") == 1)
            await found.shown(lambda account: bool(account.positions))
            refusal = {"code": 1, "message": EVIL}
            close = {"where": "closeContract", "times": 1, "has": refusal}
            fault = {"knob": "http.envelope", **close}
            found.paper.lay(fault=[fault])
            await terminal.shows("·]52")
            for keys in ("5", "z", "z", "7", "4", "6", "\r", "\x1b", "?", "\x1b", "1"):
                terminal.type(keys)
                await asyncio.sleep(0.1)
            terminal.type("F")
            await terminal.shows("FLATTEN MNQ")
            terminal.type("y")
            await until(lambda: found.position("MNQ") == 0)
            told = [
                await said(found, "status"),
                await said(found, "status", "--tmux"),
                await said(found, "audit"),
                await said(found, "audit", "--export", str(tmp_path / "out.csv")),
                await said(found, "audit", "--export", str(tmp_path / "out.json")),
                (tmp_path / "out.csv").read_bytes(),
                (tmp_path / "out.json").read_bytes(),
                terminal.seen,
            ]
            for said_bytes in told:
                assert not [raw for raw in RAW if raw in said_bytes], said_bytes
                assert len(said_bytes) > 20
            assert "·".encode() in terminal.seen
            assert any(b"E[@click=app.quit]V" in each for each in told)
            # The click in a name did not leave, and nothing was done but what a key asked for.
            assert terminal.process.returncode is None
            assert found.asked() == ["closeContract MNQ"]

    asyncio.run(scene())
