import asyncio
import contextlib
import os
from pathlib import Path

import pytest

from curb.control import frames
from curb.control.client import connect
from curb.domain.audit import AuditRow
from curb.domain.codec import FrameError
from curb.domain.errors import Busy, LinkLost
from curb.domain.snapshot import Snapshot

from .engine import PATIENCE_S, Answers, place, serving
from .samples import row


def test_a_screen_learns_who_answers(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()), connect(place(tmp_path)) as client:
            assert client.hello == frames.Hello("0.1.0", os.getpid(), frames.PROTOCOL)

    asyncio.run(main())


def test_no_engine_is_busy_and_says_what_to_do(tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(Busy, match=r"no engine answers at .*start one with `curb run`"):
            async with connect(place(tmp_path)):
                pass

    asyncio.run(main())


def test_a_screen_gets_the_tail_first_then_snapshots(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers(rows=[row(1), row(2)])
        async with serving(place(tmp_path), answers), connect(place(tmp_path)) as client:
            kinds: list[type] = []
            rows: list[AuditRow] = []
            async with asyncio.timeout(PATIENCE_S), contextlib.aclosing(client.frames(10)) as news:
                async for frame in news:
                    kinds.append(type(frame))
                    if isinstance(frame, tuple):
                        rows += frame
                    if kinds.count(Snapshot) == 3:
                        break
            assert kinds[0] is tuple
            assert rows == [row(1), row(2)]

    asyncio.run(main())


def test_commands_are_answered_while_frames_flow(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with serving(place(tmp_path), answers), connect(place(tmp_path)) as client:
            reply = await client.command("flatten", account_id=7, symbol=None)
            assert reply == frames.Reply(
                ok=True, text="sent", data={"args": {"account_id": 7, "symbol": None}}
            )
            assert answers.asked == [("flatten", {"account_id": 7, "symbol": None})]

    asyncio.run(main())


def test_a_refusal_is_an_answer_with_its_sentence(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()), connect(place(tmp_path)) as client:
            assert await client.command("refuse") == frames.Reply(
                ok=False, text="the gateway said no"
            )

    asyncio.run(main())


def test_a_slow_command_holds_up_no_other(tmp_path: Path) -> None:
    async def main() -> None:
        answers = Answers()
        async with serving(place(tmp_path), answers), connect(place(tmp_path)) as client:
            slow = asyncio.create_task(client.command("wait", timeout_s=PATIENCE_S))
            assert (await client.command("status")).ok
            assert not slow.done()
            answers.gate.set()
            assert (await slow).text == "done"

    asyncio.run(main())


def test_no_answer_in_time_is_lost_not_refused(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()), connect(place(tmp_path)) as client:
            with pytest.raises(LinkLost, match="it may yet happen"):
                await client.command("wait", timeout_s=0.05)

    asyncio.run(main())


def test_an_engine_that_breaks_on_a_command_ends_the_call(tmp_path: Path) -> None:
    async def main() -> None:
        async with serving(place(tmp_path), Answers()), connect(place(tmp_path)) as client:
            with pytest.raises(LinkLost):
                await client.command("break", timeout_s=PATIENCE_S)

    asyncio.run(main())


def test_an_engine_that_ends_in_order_says_goodbye(tmp_path: Path) -> None:
    async def main() -> None:
        async with (
            serving(place(tmp_path), Answers()) as server,
            connect(place(tmp_path)) as client,
        ):
            async with asyncio.timeout(PATIENCE_S):
                news = client.frames(10)
                await anext(news)
                await server.close("by command")
                async for _ in news:
                    pass
            assert client.farewell == "by command"
            with pytest.raises(LinkLost):
                await client.command("status")

    asyncio.run(main())


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-OpenSSH\r\n", b'{"kind":"hello"}\n', b'{"kind":"bye","reason":"full"}\n'],
)
def test_whoever_answers_otherwise_is_no_engine(tmp_path: Path, answer: bytes) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async def main() -> None:
        server = await asyncio.start_unix_server(greet, str(place(tmp_path)))
        async with server:
            with pytest.raises((Busy, FrameError)):
                async with connect(place(tmp_path)):
                    pass

    asyncio.run(main())


def test_a_snapshot_of_another_version_is_an_error_not_a_hang(tmp_path: Path) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(frames.hello("9", 1) + frames.pack("later", x=1))
        await reader.readline()
        writer.write(frames.pack("snapshot", snapshot={"at": "2026-11-20T14:33:07+00:00"}))
        await reader.read()
        writer.close()

    async def main() -> None:
        async with (
            await asyncio.start_unix_server(greet, str(place(tmp_path))),
            connect(place(tmp_path)) as client,
        ):
            with pytest.raises(FrameError, match="expected a field version"):
                await asyncio.wait_for(anext(client.frames()), PATIENCE_S)

    asyncio.run(main())
