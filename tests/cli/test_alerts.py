"""Messages of a running engine; a service that hangs changes nothing for the guard."""

import asyncio
import json
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.control.client import connect
from curb.control.paths import socket_path
from tests.alerts.receiver import Receiver, receiving

from .live import Desk, desk, until

LOUD = {"alerts.least": "breach"}


async def breach(found: Desk) -> None:
    for symbol in ("MNQ", "MES"):
        found.move(symbol, "21000")
        found.paper.place(symbol, "buy", 6)
    await found.rests()


@pytest.mark.parametrize("hangs", [False, True])
def test_a_breach_is_told_and_closed_whatever_the_service_does(tmp_path: Path, hangs: bool) -> None:
    async def scene(receiver: Receiver) -> None:
        async with desk(tmp_path, **LOUD) as found:
            found.env |= {"CURB_WEBHOOK_URL": receiver.url, "CURB_WEBHOOK_SECRET": "s3cr3t"}
            engine = await found.engine()
            await breach(found)
            row = await engine.row("RULE-001", "flatten")
            assert row["success"] is True
            await until(lambda: bool(receiver.bodies))
            told = json.loads(receiver.bodies[0])
            assert told["title"].startswith("Curb …")
            assert "limit" in told["text"]
            assert await engine.stop() == 0
            assert "s3cr3t" not in json.dumps(engine.rows) + await engine.errors()

    with receiving(Receiver(hangs=hangs)) as receiver:
        asyncio.run(scene(receiver))


def test_an_engine_guards_without_messages_when_their_address_is_wrong(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **LOUD) as found:
            found.env |= {"CURB_WEBHOOK_URL": "http://example.com/s3cr3t"}
            engine = await found.engine()
            row = await engine.row("ENGINE", "warn")
            assert row["reason"].startswith("nothing is told elsewhere: CURB_WEBHOOK_URL")
            await breach(found)
            assert "s3cr3t" not in json.dumps(engine.rows)
            assert await engine.stop() == 0

    asyncio.run(scene())


def test_the_services_of_a_running_engine_can_be_tried(tmp_path: Path) -> None:
    async def scene(receiver: Receiver) -> str:
        async with desk(tmp_path) as found:
            found.env |= {"CURB_WEBHOOK_URL": receiver.url}
            engine = await found.engine()
            async with connect(socket_path(found.state_dir)) as client:
                reply = await client.command("alerts_test")
            await engine.stop()
            assert reply.ok
            return reply.text

    with receiving(Receiver()) as receiver:
        assert asyncio.run(scene(receiver)).startswith("webhook ok in ")
        assert json.loads(receiver.bodies[0])["title"] == "Curb: a test"


@pytest.mark.parametrize(
    ("code", "exit_code", "words"),
    [(200, 0, "webhook ok in"), (404, 1, "webhook FAILED after"), (0, 1, "no service is named")],
)
def test_the_services_can_be_tried_without_an_engine(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    code: int,
    exit_code: int,
    words: str,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with receiving(Receiver(code)) as receiver:
        if code:
            monkeypatch.setenv("CURB_WEBHOOK_URL", receiver.url)
        assert main(["alerts", "test"]) == exit_code
    assert capsys.readouterr().out.startswith(words)


def test_an_engine_that_is_gone_is_told_unless_one_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    async def scene() -> None:
        async with desk(tmp_path) as found:
            words = ["alerts", "gone", "--state-dir", str(found.state_dir)]
            engine = await found.engine()
            assert await asyncio.to_thread(main, words) == 0
            assert receiver.bodies == []
            await engine.kill()
            assert await asyncio.to_thread(main, words) == 0
            assert json.loads(receiver.bodies[0])["title"] == "Curb: the engine is gone"

    with receiving(Receiver()) as receiver:
        monkeypatch.setenv("CURB_WEBHOOK_URL", receiver.url)
        asyncio.run(scene())


def test_a_file_that_others_may_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = tmp_path / "curb" / "alerts.env"
    file.parent.mkdir()
    file.write_text("CURB_NTFY_URL=https://ntfy.example/s3cr3t\n")
    file.chmod(0o644)
    assert main(["alerts", "test"]) == 2
    said = capsys.readouterr().err
    assert "expected a file of yours with mode 0600" in said
    assert "s3cr3t" not in said
