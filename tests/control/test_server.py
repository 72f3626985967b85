import asyncio
import contextlib
import json
import socket
from pathlib import Path

import pytest

from curb.control import frames
from curb.control.client import Client, connect
from curb.domain.audit import AuditRow
from curb.domain.errors import Busy
from curb.domain.snapshot import Snapshot

from .engine import PATIENCE_S, Answers, place, serving, until
from .samples import row


async def rows_until(client: Client, last: int) -> list[AuditRow]:
    rows: list[AuditRow] = []
    async with asyncio.timeout(PATIENCE_S), contextlib.aclosing(client.frames(10)) as news:
        async for frame in news:
            if isinstance(frame, tuple):
                rows += frame
            if rows and rows[-1].id == last:
                break
    return rows


async def snapshots(client: Client, count: int) -> list[Snapshot]:
    found: list[Snapshot] = []
    async with asyncio.timeout(PATIENCE_S), contextlib.aclosing(client.frames(10)) as news:
        async for frame in news:
            if isinstance(frame, Snapshot):
                found.append(frame)
            if len(found) == count:
                break
    return found


def test_the_socket_is_for_its_owner_only_and_goes_with_the_engine(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()):
            assert place(tmp_path).stat().st_mode & 0o777 == 0o600
        assert not place(tmp_path).exists()

    asyncio.run(main())


def test_a_socket_left_by_a_dead_engine_is_replaced(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(place(tmp_path)))

    async def main() -> None:
        async with serving(place(tmp_path), Answers()), connect(place(tmp_path)):
            pass

    asyncio.run(main())


def test_a_second_engine_at_the_same_place_is_busy(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()):
            with pytest.raises(Busy, match=r"answers at .* already"):
                async with serving(place(tmp_path), Answers()):
                    pass
            async with connect(place(tmp_path)):
                pass

    asyncio.run(main())


def test_every_screen_gets_every_row_once(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers(rows=[row(n) for n in range(1, 4)])
        async with (
            serving(place(tmp_path), answers) as server,
            connect(place(tmp_path)) as one,
            connect(place(tmp_path)) as two,
        ):
            tasks = [asyncio.create_task(rows_until(client, 103)) for client in (one, two)]
            await snapshots_taken(answers)
            for number in range(4, 104):
                server.publish_audit(row(number))
            for rows in await asyncio.gather(*tasks):
                assert [r.id for r in rows] == list(range(1, 104))

    asyncio.run(main())


async def snapshots_taken(answers: Answers) -> None:
    # Snapshots go only to screens that have had their tail.
    await until(lambda: answers.taken >= 5)


def test_one_snapshot_serves_all_screens_of_a_tick(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(serving(place(tmp_path), answers))
            clients = [await stack.enter_async_context(connect(place(tmp_path))) for _ in range(8)]
            found = await asyncio.gather(*(snapshots(client, 5) for client in clients))
            assert answers.taken < sum(len(f) for f in found)

    asyncio.run(main())


def test_nothing_is_computed_while_nobody_watches(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with serving(place(tmp_path), answers) as server, connect(place(tmp_path)) as client:
            server.publish_now()
            server.publish_audit(row(1))
            for _ in range(5):
                assert (await client.command("status")).ok
            assert answers.taken == 0

    asyncio.run(main())


def test_a_change_worth_painting_does_not_wait_for_the_tick(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with serving(place(tmp_path), answers) as server, connect(place(tmp_path)) as client:
            news = client.frames(1)
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(PATIENCE_S), contextlib.aclosing(news):
                await anext(news)
                start, taken = loop.time(), answers.taken
                for _ in range(50):
                    server.publish_now()
                await anext(news)
                assert answers.taken == taken + 1, "a burst shares one snapshot"
                assert loop.time() - start < 0.9, "before the next tick of 1 Hz"

    asyncio.run(main())


def test_a_screen_that_stops_reading_is_skipped_and_delays_nobody(tmp_path: Path) -> None:
    async def main() -> None:
        # Snapshots of 200 kB fill the kernel's buffer and ours within a second.
        answers = Answers(padding="x" * 200_000)
        async with (
            serving(place(tmp_path), answers) as server,
            connect(place(tmp_path)) as good,
        ):
            _, stalled = await asyncio.open_unix_connection(str(place(tmp_path)), limit=1024)
            stalled.write(frames.pack("watch", hz=10))
            assert len(await snapshots(good, 20)) == 20
            (behind,) = [w for w in server._watchers if w.is_behind]
            assert behind._unsent() < 2 * 256 * 1024 + 400_000
            stalled.close()
            with contextlib.suppress(OSError):
                await stalled.wait_closed()

    asyncio.run(main())


def test_a_screen_that_takes_no_audit_rows_is_dropped(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with serving(place(tmp_path), answers) as server:
            reader, stalled = await asyncio.open_unix_connection(str(place(tmp_path)), limit=1024)
            stalled.write(frames.pack("watch", hz=10))
            await snapshots_taken(answers)
            for number in range(100):
                server.publish_audit(row(number, "x" * 100_000))
            await until(lambda: not server._watchers)
            with contextlib.suppress(OSError):
                await reader.read(-1)
            stalled.close()

    asyncio.run(main())


def test_a_socket_whose_name_was_removed_is_named_again(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()):
            place(tmp_path).unlink()
            place(tmp_path).parent.rmdir()
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    try:
                        async with connect(tmp_path / "run" / "engine.sock"):
                            break
                    except Busy:
                        await asyncio.sleep(0.05)

    asyncio.run(main())


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"kind":"watch","hz":"often"}\n',
        json.dumps({"kind": "command", "id": 1, "name": "stop", "args": None}).encode() + b"\n",
        b"x" * (frames.MAX_REQUEST + 1),
    ],
)
def test_a_client_that_talks_nonsense_is_dropped_alone(
    tmp_path: Path, request_bytes: bytes
) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()), connect(place(tmp_path)) as good:
            reader, writer = await asyncio.open_unix_connection(str(place(tmp_path)))
            await reader.readline()
            writer.write(request_bytes)
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(PATIENCE_S):
                    assert await reader.read() == b""
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
            assert (await good.command("status")).ok

    asyncio.run(main())


def test_more_screens_than_a_person_has_are_refused_with_a_reason(tmp_path: Path) -> None:
    async def main() -> None:
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(serving(place(tmp_path), Answers()))
            for _ in range(16):
                await stack.enter_async_context(connect(place(tmp_path)))
            with pytest.raises(Busy, match="16 screens are attached"):
                await stack.enter_async_context(connect(place(tmp_path)))

    asyncio.run(main())


def test_more_commands_than_keys_are_refused_not_queued(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with serving(place(tmp_path), answers), connect(place(tmp_path)) as client:
            waits = [
                asyncio.create_task(client.command("wait", timeout_s=PATIENCE_S)) for _ in range(12)
            ]
            await until(lambda: sum(w.done() for w in waits) >= 4)
            answers.gate.set()
            replies = await asyncio.gather(*waits)
            assert sorted(r.ok for r in replies) == [False] * 4 + [True] * 8

    asyncio.run(main())


def test_only_who_follows_is_a_screen(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()) as server:
            async with connect(place(tmp_path)) as client:
                assert server.screens == 0
                assert await snapshots(client, 1)
                assert server.screens == 1
            await until(lambda: server.screens == 0)

    asyncio.run(main())
