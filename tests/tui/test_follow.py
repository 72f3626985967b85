import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from curb.control.client import connect
from curb.domain.audit import AuditRow
from curb.domain.errors import Held
from curb.tui import follow
from curb.tui.feed import Feed
from curb.tui.follow import START_S, Follower
from curb.tui.process import EngineProcess, ended

from .scenes import CHICAGO

PATIENCE_S = 30.0
SCRIPT = Path(__file__).with_name("engine_script.py")


@dataclass
class Screen:
    follower: Follower
    feed: Feed
    notes: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int:
        assert self.feed.hello is not None
        return self.feed.hello.pid

    async def attached(self, but_not: int = 0) -> int:
        await until(lambda: self.feed.is_attached and self.pid != but_not)
        return self.pid


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            await asyncio.sleep(0.02)


def is_dead(pid: int) -> bool:
    return ended(pid) is not None


def place(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / "engine.sock"


@asynccontextmanager
async def following(tmp_path: Path, mode: str | None) -> AsyncIterator[Screen]:
    """A follower at work; what it started is ended with it."""
    process = None
    if mode is not None:
        argv = (sys.executable, str(SCRIPT), str(place(tmp_path)), mode)
        process = EngineProcess(argv, tmp_path / "state")
    feed = Feed()
    notes: list[str] = []
    finished: list[AuditRow] = []
    follower = Follower(
        place(tmp_path),
        process,
        feed,
        clock=time.monotonic,
        wake=lambda: None,
        note=notes.append,
        done=finished.append,
        zone=CHICAGO,
    )
    task = asyncio.create_task(follower.run())
    try:
        yield Screen(follower, feed, notes)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        pid = follower._pid
        if pid is not None and not is_dead(pid):
            os.kill(pid, signal.SIGKILL)
            await until(lambda: is_dead(pid))


def test_it_starts_an_engine_and_follows_it(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as screen:
            await until(lambda: screen.feed.snapshot is not None and len(screen.feed.rows) == 9)
            assert screen.follower.trouble == ""
            reply = await screen.follower.send("flatten", symbol=None)
            assert reply.text == "flatten {'symbol': None}"

    asyncio.run(main())


def test_a_second_screen_attaches_to_the_same_engine(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as first:
            pid = await first.attached()
            async with following(tmp_path, None) as second:
                assert await second.attached() == pid

    asyncio.run(main())


def test_an_engine_outlives_its_screen(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as screen:
            pid = await screen.attached()
            screen.follower._pid = None
        assert not is_dead(pid)
        async with connect(place(tmp_path)) as client:
            await client.command("stop")
        await until(lambda: is_dead(pid))

    asyncio.run(main())


def test_a_killed_engine_is_brought_back_with_a_note(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as screen:
            first = await screen.attached()
            await until(lambda: screen.feed.snapshot is not None)
            os.kill(first, signal.SIGKILL)
            second = await screen.attached(but_not=first)
            assert not is_dead(second)
            (note,) = screen.notes
            assert note.startswith("ENGINE DIED 14:33:")
            assert " - restarted 14:33:" in note

    asyncio.run(main())


def test_an_engine_stopped_by_command_stays_stopped_until_asked_for(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as screen:
            first = await screen.attached()
            async with connect(place(tmp_path)) as client:
                await client.command("stop")
            await until(lambda: screen.follower.trouble.startswith("ENGINE STOPPED"))
            assert "NOTHING IS ENFORCED" in screen.follower.trouble
            await until(lambda: is_dead(first))
            assert not (await screen.follower.send("flatten")).ok
            await screen.follower.restart()
            await screen.attached(but_not=first)
            assert screen.follower.trouble == ""
            assert screen.notes == []

    asyncio.run(main())


def test_a_restart_on_demand_is_no_death(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "old") as screen:
            first = await screen.attached()
            assert (await screen.follower.restart()).ok
            await screen.attached(but_not=first)
            assert screen.notes == []

    asyncio.run(main())


def another(tmp_path: Path) -> subprocess.Popen[bytes]:
    """Start an engine as somebody else would."""
    return subprocess.Popen([sys.executable, str(SCRIPT), str(place(tmp_path)), "run"])


def test_an_engine_of_systemd_is_left_to_systemd_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_OTHERS_S", PATIENCE_S)

    async def main() -> None:
        async with following(tmp_path, "supervised") as screen:
            first = await screen.attached()
            os.kill(first, signal.SIGKILL)
            await until(lambda: screen.follower.trouble.endswith("systemd restarts it"))
            with another(tmp_path) as systemd:
                await screen.attached(but_not=first)
                assert screen.pid == systemd.pid
                assert len(screen.follower._starts) == 1
                systemd.kill()
                # This one nobody restarts.
                await screen.attached(but_not=systemd.pid)
                assert len(screen.follower._starts) == 2

    asyncio.run(main())


def test_an_engine_that_systemd_does_not_bring_back_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_OTHERS_S", 0.3)

    async def main() -> None:
        async with following(tmp_path, "supervised") as screen:
            first = await screen.attached()
            os.kill(first, signal.SIGKILL)
            await screen.attached(but_not=first)
            assert len(screen.follower._starts) == 2

    asyncio.run(main())


def test_who_finds_the_account_held_waits_for_its_engine(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "held") as screen:
            await until(lambda: screen.follower._code == Held.exit_code)
            with another(tmp_path) as other:
                assert await screen.attached() == other.pid
                other.kill()
        assert len(screen.follower._starts) == 1
        assert screen.follower.failure == ""

    asyncio.run(main())


def test_who_finds_the_account_held_and_hears_nobody_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "_OTHERS_S", 0.3)

    async def main() -> None:
        async with following(tmp_path, "held") as screen:
            await until(lambda: screen.follower.failure != "")
            assert screen.follower.failure == "curb: held by process 1"

    asyncio.run(main())


def test_an_engine_that_will_not_start_ends_the_screen_with_its_last_words(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "refuse") as screen:
            await until(lambda: screen.follower.failure != "")
            assert screen.follower.failure == "curb: config.toml:3: expected a number"

    asyncio.run(main())


def test_an_engine_that_ends_without_a_word_is_said_to(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "silent") as screen:
            await until(lambda: screen.follower.failure != "")
            assert screen.follower.failure == "the engine ended at once, without a word"

    asyncio.run(main())


def test_an_engine_that_tells_what_it_does_is_waited_for(tmp_path: Path) -> None:
    moment = 0.0

    async def play() -> None:
        nonlocal moment
        process = EngineProcess(("true",), tmp_path)
        follower = Follower(
            place(tmp_path),
            process,
            Feed(),
            clock=lambda: moment,
            wake=lambda: None,
            note=print,
            done=print,
            zone=CHICAGO,
        )
        follower._starts.append(moment)
        for moment in (19.0, 38.0):
            process.log.write_text(f"curb: audit: {moment} rows\n")
            await follower._wait_for(os.getpid())
            words = f"nothing is enforced yet, the engine starts: audit: {moment} rows"
            assert follower.trouble == words
        moment = 38.0 + START_S
        await follower._wait_for(os.getpid())
        assert follower.failure == ""
        moment += 0.1
        await follower._wait_for(os.getpid())
        assert follower.failure.endswith("has said nothing for 20 s. audit: 38.0 rows")

    asyncio.run(play())


def test_without_an_engine_to_attach_to_there_is_no_screen(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, None) as screen:
            await until(lambda: screen.follower.failure != "")
            assert "no engine answers" in screen.follower.failure

    asyncio.run(main())


def test_an_engine_that_dies_again_and_again_is_left_dead_and_said_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as screen:
            first = await screen.attached()
            process = screen.follower._process
            assert process is not None
            broken = (*process.argv[:-1], "refuse")
            screen.follower._process = EngineProcess(broken, process.state_dir)
            os.kill(first, signal.SIGKILL)
            await until(lambda: "TIMES IN 60 s" in screen.follower.trouble)
            assert "NOTHING IS ENFORCED" in screen.follower.trouble
            assert "config.toml:3: expected a number" in screen.follower.trouble
            screen.follower._process = process
            await screen.follower.restart()
            await screen.attached(but_not=first)

    asyncio.run(main())


def test_a_stopped_process_is_waited_for_not_doubled(tmp_path: Path) -> None:
    async def main() -> None:
        async with following(tmp_path, "run") as screen:
            pid = await screen.attached()
            await until(lambda: screen.feed.snapshot is not None)
            os.kill(pid, signal.SIGSTOP)
            try:
                # The connection stands; only the clock of what was heard tells.
                await until(lambda: (screen.feed.silent_s(time.monotonic()) or 0) > 2.5)
                assert screen.follower._pid == pid
                assert len(screen.follower._starts) == 1
            finally:
                os.kill(pid, signal.SIGCONT)
            await until(lambda: (screen.feed.silent_s(time.monotonic()) or 9) < 1)

    asyncio.run(main())
