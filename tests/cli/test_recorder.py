"""The recording goes to the disk beside the engine, and a bad disk costs only the recording."""

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from curb.cli import recorder
from curb.cli.recorder import Recorder, recording
from curb.domain.errors import CurbError
from curb.engine.recording import Call

CALL = Call("acknowledge", ())
LINE = '{"call":"acknowledge","args":{},"actions":[]}\n'


def test_lines_stand_in_order_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"

    async def scene() -> None:
        async with recording(path) as found:
            assert found is not None
            found.begin("first\n")
            for _ in range(250):
                found.tell(CALL)

    asyncio.run(scene())
    assert path.read_text() == "first\n" + 250 * LINE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_path_nothing_is_recorded() -> None:
    async def scene() -> Recorder | None:
        async with recording(None) as found:
            return found

    assert asyncio.run(scene()) is None


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("there", "expected a new file to record to, found one that exists"), ("no/where", "No such")],
)
def test_a_file_that_cannot_be_made_is_refused(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "there").write_text("an older recording")

    async def scene() -> None:
        async with recording(tmp_path / name):
            pass

    with pytest.raises(CurbError, match=complaint):
        asyncio.run(scene())
    assert (tmp_path / "there").read_text() == "an older recording"


async def _said(words: list[str]) -> None:
    async with asyncio.timeout(30):
        while not words:
            await asyncio.sleep(0.01)


def _on_a_pipe(play: Callable[[Recorder, int], None], count: int) -> list[str]:
    """Let a recorder write to a pipe that nobody reads; return what it said."""
    words: list[str] = []

    async def scene() -> None:
        reading, writing = os.pipe()
        found = Recorder(Path("day.jsonl"), writing)
        found.on_end(words.append)
        task = asyncio.create_task(found.run())
        play(found, reading)
        for _ in range(count):
            found.tell(CALL)
        await _said(words)
        found.tell(CALL)
        found.finish()
        if count > 1:
            os.close(reading)  # lets the thread that writes go
        await asyncio.gather(task)
        os.close(writing)

    asyncio.run(scene())
    return words


def test_a_failing_disk_ends_the_recording_and_says_so_once() -> None:
    words = _on_a_pipe(lambda _found, reading: os.close(reading), 1)
    assert words == ["the recording day.jsonl ended: Broken pipe; the engine goes on without it"]


def test_a_disk_that_stands_still_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "_KEPT", 3_000)
    words = _on_a_pipe(lambda _found, _reading: None, 4_000)
    assert len(words) == 1
    assert "3000 calls behind" in words[0]
