"""A REST server that answers exactly the bytes it is told: what the paper gateway never does."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

# Commands beside bytes: say nothing and keep the connection, or close it.
HANG = "hang"
DROP = "drop"

Answer = bytes | str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived."""

    connection: int
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(slots=True)
class RestServer:
    """Answers by path; the last answer of a path repeats."""

    answers: dict[str, deque[Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    url: str = ""
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def on(self, path: str, *answers: Answer) -> Self:
        """Set what a path answers, one after the other."""
        self.answers[path] = deque(answers)
        return self

    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def asked_of(self, path: str) -> Iterator[Asked]:
        return (request for request in self.asked if request.path == path)

    def drop_all(self) -> None:
        for writer in self.writers:
            writer.close()
        self.writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self.writers.append(writer)
        try:
            while True:
                asked = await _read(reader, number)
                self.asked.append(asked)
                queue = self.answers.get(asked.path) or deque([ok({}, success=False, code=99)])
                answer = queue.popleft() if len(queue) > 1 else queue[0]
                if answer == HANG:
                    await reader.read()
                    return
                if answer == DROP:
                    return
                assert isinstance(answer, bytes)
                writer.write(answer)
                await writer.drain()
                if b"connection: close" in answer:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader, number: int) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.strip().split("\r\n")
    headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Asked(number, first.split()[1], headers, json.loads(body) if body else None)


@asynccontextmanager
async def rest_server() -> AsyncIterator[RestServer]:
    """Serve on a free port."""
    rest = RestServer()
    server = await asyncio.start_server(rest.serve, "127.0.0.1", 0)
    rest.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield rest
    finally:
        server.close()
        rest.drop_all()
        await server.wait_closed()
        await asyncio.sleep(0)


def raw(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer as bytes."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ok(payload: dict[str, Any], *headers: str, success: bool = True, code: int = 0) -> bytes:
    """Return an envelope with its payload."""
    body = {**payload, "success": success, "errorCode": code, "errorMessage": None}
    return raw(200, json.dumps(body).encode(), "content-type: application/json", *headers)


def no(code: int, message: str | None = None) -> bytes:
    """Return an envelope that refuses."""
    body = {"success": False, "errorCode": code, "errorMessage": message}
    return raw(200, json.dumps(body).encode(), "content-type: application/json")
