import asyncio
import contextlib
import os
import shlex
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from curb.cli.watch import Teller
from curb.control.frames import Reply
from curb.control.paths import socket_path
from curb.control.server import ControlServer
from curb.domain.audit import Act, AuditRow
from tests.tui import scenes

PATIENCE_S = 30.0
ROW = scenes.row(1, 9, "RULE-001", Act.FLATTEN, "6 open, limit 5")


def test_what_stands_is_told_once_and_then_what_changes() -> None:
    said: list[str] = []
    teller = Teller(said.append)
    teller.snapshot(scenes.CALM)
    assert any("PAPER. Armed 5 of 5 rules." in words for words in said)
    said.clear()
    teller.snapshot(scenes.CALM)
    assert said == []
    teller.snapshot(replace(scenes.CALM, store_word="full"))
    assert [words[9:] for words in said] == ["Database full."]


def test_only_new_rows_are_told_and_a_failure_once() -> None:
    said: list[str] = []
    teller = Teller(said.append)
    teller.rows((ROW,))
    assert said == []
    teller.rows((ROW, replace(ROW, id=2)))
    assert [words[9:] for words in said] == ["RULE-001 flatten: 6 open, limit 5"]
    failed = replace(ROW, id=2, success=False)
    teller.rows((failed,))
    teller.rows((failed,))
    assert [words[9:] for words in said[1:]] == ["RULE-001 flatten FAILED: 6 open, limit 5"]


def test_an_engine_that_has_gone_is_told_and_the_next_one_anew() -> None:
    said: list[str] = []
    teller = Teller(said.append)
    teller.snapshot(scenes.CALM)
    teller.gone()
    assert said[-1].startswith("ENGINE GONE: nothing may be enforced.")
    said.clear()
    teller.snapshot(scenes.CALM)
    assert any("PAPER." in words for words in said)


@contextlib.asynccontextmanager
async def engine(state_dir: Path) -> AsyncIterator[None]:
    async def command(name: str, args: dict[str, Any]) -> Reply:
        return Reply(ok=False, text=f"{name} {args}")

    async def tail() -> tuple[AuditRow, ...]:
        return scenes.ROWS

    server = ControlServer(
        socket_path(state_dir),
        version="0.1.0",
        snapshot=lambda: scenes.CALM,
        command=command,
        tail=tail,
    )
    await server.start()
    try:
        yield
    finally:
        await server.close()


# A shell lets what it starts in the background ignore ctrl+c, and so do its children.
_HEARS = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


@contextlib.asynccontextmanager
async def watching(state_dir: Path, after: str = "") -> AsyncIterator[Process]:
    """`curb watch --plain` as its users start it, in a session of its own."""
    hears = [sys.executable, "-c", _HEARS]
    words = [
        *hears,
        sys.executable,
        "-m",
        "curb",
        "watch",
        "--plain",
        "--state-dir",
        str(state_dir),
    ]
    line = f"{shlex.join(words)}{after}"
    shell = "exec " if not after else "set -o pipefail; "
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", shell + line, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def test_ctrl_c_leaves_with_its_code_and_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with engine(tmp_path), watching(tmp_path) as process:
            assert process.stdout is not None
            assert b"PAPER." in await process.stdout.readline()
            process.send_signal(signal.SIGINT)
            _, errors = await process.communicate()
            assert (process.returncode, errors) == (130, b"")

    _own_runtime(tmp_path, monkeypatch)
    asyncio.run(main())


def test_a_pipe_that_closes_ends_it_quietly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        async with engine(tmp_path), watching(tmp_path, " | head -1") as process:
            told, errors = await process.communicate()
            assert (process.returncode, errors) == (0, b"")
            assert told.count(b"\n") == 1

    _own_runtime(tmp_path, monkeypatch)
    asyncio.run(main())


def test_without_an_engine_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with watching(tmp_path) as process:
            told, errors = await process.communicate()
            assert (process.returncode, told) == (2, b"")
            assert errors.startswith(b"curb: no engine answers at ")
            assert errors.endswith(b"start one with `curb run`\n")

    _own_runtime(tmp_path, monkeypatch)
    asyncio.run(main())


def _own_runtime(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The socket stands in the runtime directory, for its owner only.
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
