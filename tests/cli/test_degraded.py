"""A disk that fails under a real engine: enforcing goes on, and no lock is lost by it."""

import asyncio
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

from curb.control.client import connect
from curb.control.paths import socket_path
from curb.domain import codec
from curb.domain.snapshot import Snapshot
from tests.cheats.stage import LOSING, Stage
from tests.cli.live import DEADLINE_S, Desk, desk


async def stored(found: Desk, words: str) -> str:
    """Wait until the engine says this of its database; return all that it says."""
    async with connect(socket_path(found.state_dir)) as client, asyncio.timeout(DEADLINE_S):
        while True:
            reply = await client.command("status", timeout_s=DEADLINE_S)
            word = codec.decode(Snapshot, reply.data).store_word
            if words in word:
                return word
            await asyncio.sleep(0.05)


def test_a_lock_that_the_disk_refused_stands_after_a_kill(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **LOSING) as found:
            stage = Stage(found)
            await stage.start()
            database = found.state_dir / "state.db"
            with closing(sqlite3.connect(database, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await stage.lose()
                word = await stored(found, "locked by another program")
                assert word.endswith(f"; kept in {found.state_dir / 'emergency.jsonl'}")
                await stage.engine.kill()
                assert not other.execute("SELECT * FROM lockouts").fetchall()
            # The loss is forgotten by all but that file.
            found.move("MNQ", "21000")
            await stage.start()
            assert stage.held is not None
            await found.shown(stage.held.stands)
            await stored(found, "ok")
            assert await stage.engine.stop() == 0
            with closing(sqlite3.connect(database)) as other:
                (count,) = other.execute("SELECT count(*) FROM lockouts WHERE is_locked").fetchone()
            assert count == 1
            assert not (found.state_dir / "emergency.jsonl").exists()

    asyncio.run(scene())


def test_with_no_disk_at_all_it_enforces_in_memory_and_catches_up(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path, **LOSING) as found:
            stage = Stage(found)
            await stage.start()
            pid = stage.engine.process.pid
            _, most = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, most))
            await stage.lose()
            assert "; kept in memory only: " in await stored(found, "the disk")
            await stage.unloosened()
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
            await stored(found, "ok")
            await stage.engine.kill()
            held = stage.held
            await stage.start()
            assert held is not None
            await found.shown(held.stands)
            assert await stage.engine.stop() == 0

    asyncio.run(scene())
