"""The doors by which bytes of others come in, each with all that stands behind it.

A door takes a spoiled frame and returns; whatever it raises but what its callers expect is an
escape. What the user hub and REST tell goes on into an engine with every rule.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from pydantic import SecretStr

from curb.cli.places import default_config
from curb.config.parse import parse
from curb.control import frames
from curb.domain import codec
from curb.domain.actions import CloseContract, ReadAccount
from curb.domain.audit import ENGINE
from curb.domain.errors import CurbError
from curb.domain.events import Event
from curb.domain.snapshot import Snapshot
from curb.gateway.api import Api
from curb.gateway.connection import Connection, Reply
from curb.gateway.counters import Counters
from curb.gateway.credentials import Credentials
from curb.gateway.decode import user_events
from curb.gateway.line import Ear, Line, Timing
from curb.gateway.mutations import mutate
from curb.gateway.quotes import QuoteReader
from curb.gateway.reads import Reads
from curb.gateway.session import Session
from curb.gateway.stamps import http_date, retry_after
from curb.wire import names
from tests.scene import ACCOUNT, NOON, Scene
from tests.tui import scenes

_MOST_EVENTS = 2_000  # of one engine: then another begins
_READ = ReadAccount(1, ACCOUNT.id, NOON - timedelta(hours=8))
_CLOSE = CloseContract(2, ACCOUNT.id, "CON.F.US.MNQ.Z26")
_TIMING = Timing()
_SHAKEN = "{}\x1e"


class Engine:
    """An engine that hears what came through."""

    def __init__(self) -> None:
        rules = parse(default_config(), "config.toml").rules
        self.scene = Scene(*rules)
        self.heard = 0

    def hear(self, event: Event) -> None:
        """Decide; a fault of ours is an audit row there, and an error here."""
        self.heard += 1
        actions = self.scene.core.handle(event, self.scene.now)
        for action in actions:
            row = getattr(action, "row", None)
            if row is not None and row.rule == ENGINE and "internal error" in row.reason:
                raise AssertionError(row.reason)


class Socket:
    """A hub's socket: so many frames, then its end."""

    def __init__(self, parts: list[str | bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        for part in self._parts:
            yield part

    async def send(self, _text: str) -> None:
        """Take what is said."""


class Deaf(asyncio.Transport):
    """The other end of a connection: nobody."""

    def write(self, _data: Any) -> None:
        """Take what is said."""

    def abort(self) -> None:
        """End."""


class Answering:
    """An `Api` that knows one answer for each path."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    async def query(self, _path: str, _payload: Any, _token: SecretStr | None = None) -> Reply:
        """Answer."""
        return self.reply

    def launch(self, _path: str, _payload: Any, _token: SecretStr) -> None:
        """Have no warm connection."""

    async def order(self, path: str, payload: Any, token: SecretStr, _launched: None) -> Reply:
        """Answer."""
        return await self.query(path, payload, token)

    def lose(self, _words: str) -> None:
        """Hear that the login failed."""


class Doors:
    """All doors, with one engine behind them."""

    def __init__(self) -> None:
        self.counters = Counters()
        self._engine = Engine()
        self._quotes = QuoteReader(self.counters, lambda: NOON)

    async def hub(self, text: str, chance: random.Random, *, is_shaken: bool) -> None:
        """A frame of a hub, in one part or in several, through the line to the engine."""
        parts: list[str | bytes] = [_SHAKEN] if is_shaken else []
        at = chance.randrange(len(text) + 1)
        pieces = [text] if chance.random() < 0.5 else [text[:at], text[at:]]
        as_bytes = chance.random() < 0.2
        parts += [p.encode("utf-8", "surrogatepass") if as_bytes else p for p in pieces]
        line = Line(Ear(self._told, lambda: None), self.counters, _TIMING)
        line.connected(cast(Any, Socket(parts)))
        with suppress(CurbError):
            await line.read()

    def _told(self, target: str, arguments: Any) -> None:
        for event in user_events(target, arguments, self.counters):
            self._hear(event)
        for quote in self._quotes.read(target, arguments):
            self._hear(quote)

    async def rest(self, path: str, text: str, chance: random.Random) -> None:
        """An answer over REST, its head spoiled too by chance, through all who would read it."""
        with suppress(CurbError):
            await self._read(path, await _exchanged(text, chance))

    async def _read(self, path: str, reply: Reply) -> None:
        http_date(reply.header("date"))
        retry_after(reply.header("retry-after"), NOON)
        api = cast(Api, Answering(reply))
        session = Session(
            api,
            Credentials("trader", SecretStr("key")),
            counters=self.counters,
            now=lambda: NOON,
            on_renewed=lambda: None,
        )
        if path == names.LOGIN_KEY:
            await session.login()
            await session.refresh_if_due()
            return
        good = b'{"success":true,"errorCode":0,"token":"a.b.c"}'
        cast(Any, api).reply = Reply(200, (), good)
        await session.login()
        cast(Any, api).reply = reply
        reads = Reads(api, session, self.counters, lambda: NOON)
        if path in (names.POSITION_CLOSE, names.ORDER_CANCEL):
            self._hear(await mutate(_CLOSE, api, session, lambda: 0.0))
            return
        for contract in await reads.contracts():
            assert contract.tick_size > 0
        with suppress(CurbError):
            await reads.contract(_CLOSE.contract_id)
        self._hear(await reads.account(_READ, 1))

    def control(self, text: str) -> None:
        """A line of the control socket, on either side of it."""
        line = text.encode("utf-8", "surrogatepass")
        readers: tuple[Callable[[Any], object], ...] = (
            frames.read_rows,
            frames.read_reply,
            lambda frame: codec.decode(frames.Hello, frame),
            lambda frame: codec.decode(Snapshot, frame.get("snapshot")),
        )
        with suppress(CurbError):
            frames.read_request(line)
        with suppress(CurbError):
            frame = frames.unpack(line)
            for read in readers:
                with suppress(CurbError):
                    read(frame)

    def _hear(self, event: Event) -> None:
        if self._engine.heard > _MOST_EVENTS:
            self._engine = Engine()
        self._engine.hear(event)


@dataclass(frozen=True, slots=True)
class Frame:
    """A recorded frame, and by which door it came."""

    door: str
    text: str

    async def through(self, doors: Doors, text: str, chance: random.Random) -> None:
        """Bring a spoiled version of it in by its door."""
        if self.door == "control":
            doors.control(text)
        elif self.door.startswith("/"):
            await doors.rest(self.door, text, chance)
        else:
            await doors.hub(text, chance, is_shaken=self.door != "hub" or chance.random() < 0.5)


def control_frames() -> list[Frame]:
    """Return what an engine and a screen say to each other."""
    told = (
        frames.hello("0.1", 77),
        frames.snapshot(scenes.snapshot(scenes.account())),
        frames.reply(1, frames.Reply(ok=True, text="sent", data={"a": [1]})),
        frames.bye("stopped"),
        frames.pack("watch", hz=4),
        frames.pack("command", id=1, name="flatten", args={"symbol": "MNQ", "account_id": 7}),
        frames.pack("command", id=2, name="lock", args={"duration_s": 300}),
    )
    return [Frame("control", each.decode().rstrip("\n")) for each in told]


async def _exchanged(text: str, chance: random.Random) -> Reply:
    """Return an answer as the connection reads it. Raises CurbError."""
    connection = Connection("127.0.0.1")
    connection.connection_made(Deaf())
    asked: Awaitable[Reply] = asyncio.ensure_future(connection.exchange(b"", b""))
    await asyncio.sleep(0)
    content = _head(text, chance) + text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        at = chance.randrange(len(content))
        content = content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]
    at = chance.randrange(len(content))
    connection.data_received(content[:at])
    connection.data_received(content[at:])
    connection.eof_received()
    connection.connection_lost(None)
    return await asked


def _head(text: str, chance: random.Random) -> bytes:
    size = len(text.encode("utf-8", "surrogatepass")) + chance.choice((0,) * 20 + (-1, 1, 10**9))
    status = chance.choice((200,) * 20 + (401, 404, 429, 500, 503, 100, 304))
    stamp = chance.choice(("Wed, 18 Nov 2026 18:00:00 GMT", "soon", "", "\xff", "Wed, 99 Nov 0000"))
    wait = chance.choice(("1", "-1", "1e9", "nan", "", "Wed, 18 Nov 2026 18:00:00 GMT", "9" * 400))
    lines = (
        f"HTTP/1.1 {status} OK",
        f"content-length: {max(size, 0)}",
        f"date: {stamp}",
        f"retry-after: {wait}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def moment() -> datetime:
    """Return a time that any frame may have."""
    return datetime(2026, 11, 18, 18, tzinfo=UTC)


def recorded(content: str) -> list[Frame]:
    """Return the frames of a recording, a JSON object a line."""
    return [Frame(**json.loads(line)) for line in content.splitlines()]
