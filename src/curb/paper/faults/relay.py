"""A relay in front of the gateway: what goes wrong with the line itself, whatever it carries."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from curb.paper.faults.faults import Faults

_CHUNK = 1 << 16
_WAIT_S = 0.02

_TO_SERVER, _TO_CLIENT = "in", "out"


class Relay:
    """Carries bytes between clients and the server at `port`, as the faults let it."""

    def __init__(self, faults: Faults, port: int) -> None:
        self._faults = faults
        self._port = port
        self._lines: set[asyncio.Task[None]] = set()

    def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a client."""
        task = asyncio.create_task(self.carry(reader, writer))
        self._lines.add(task)
        task.add_done_callback(self._lines.discard)
        task.add_done_callback(lambda _: writer.close())  # it may end before it began

    async def end(self) -> None:
        """Cut every line."""
        for task in (lines := tuple(self._lines)):
            task.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client until either side has ended."""
        if self._faults.chance("net.refuse"):
            writer.transport.abort()
            return
        try:
            there = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        line = _Line(self._faults, writer, there[1])
        ways = [
            asyncio.create_task(line.pump(reader, there[1], _TO_SERVER)),
            asyncio.create_task(line.pump(there[0], writer, _TO_CLIENT)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if ways[1].done() and not line.is_cut:
                slow = self._faults.chance("net.slow_close", line.side)
                if slow:
                    await asyncio.sleep(slow.number("seconds"))
                elif line.is_half:
                    await asyncio.wait(ways)
        finally:
            for way in ways:
                way.cancel()
            try:
                await asyncio.gather(*ways, return_exceptions=True)
            finally:  # the relay itself may end just now
                line.end()


class _Line:
    """One client's connection, and the one to the server that belongs to it."""

    def __init__(
        self, faults: Faults, client: asyncio.StreamWriter, server: asyncio.StreamWriter
    ) -> None:
        self._faults = faults
        self._writers = (client, server)
        self._carried = 0
        self.side = ""  # "rest" or "hubs", once the first bytes told
        self.is_cut = False
        self.is_half = False

    def end(self) -> None:
        """Close both ends."""
        for writer in self._writers:
            if self.is_cut:
                writer.transport.abort()
            else:
                writer.close()

    async def pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str
    ) -> None:
        """Carry one way until it ends."""
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(_CHUNK):
                if not self.side:
                    self.side = "hubs" if b" /hubs/" in data[:200] else "rest"
                await self._wait(way)
                if self._is_reset(len(data)):
                    return
                if way == _TO_CLIENT and self._faults.chance("net.half_close", self.side):
                    self.is_half = True
                    writer.write_eof()
                    return
                for piece in self._pieces(data):
                    await self._pass(writer, piece)

    async def _wait(self, way: str) -> None:
        """Hold what came while the line carries nothing."""
        while self._is_swallowed(way):  # noqa: ASYNC110 - a spell ends by time
            await asyncio.sleep(_WAIT_S)
        late = self._faults.chance("net.latency", self.side)
        if late:
            await asyncio.sleep(late.spread("seconds", "jitter"))

    def _is_swallowed(self, way: str) -> bool:
        hole = self._faults.spell("net.blackhole", self.side)
        parted = self._faults.spell("net.partition", self.side)
        is_in_hole = hole is not None and hole.figure("way") in (way, "both")
        return is_in_hole or (parted is not None and parted.figure("side") == self.side)

    def _is_reset(self, size: int) -> bool:
        self._carried += size
        reset = self._faults.chance("net.reset", self.side)
        self.is_cut = reset is not None and self._carried >= reset.whole("after")
        return self.is_cut

    def _pieces(self, data: bytes) -> list[bytes]:
        sliced = self._faults.chance("net.slice", self.side)
        return slices(data, sliced.whole("size")) if sliced else [data]

    async def _pass(self, writer: asyncio.StreamWriter, piece: bytes) -> None:
        narrow = self._faults.chance("net.bandwidth", self.side)
        if narrow:
            await asyncio.sleep(len(piece) / narrow.number("rate"))
        writer.write(piece)
        await writer.drain()


def slices(data: bytes, size: int) -> list[bytes]:
    """Return the data in pieces of a size, of one byte at least."""
    size = max(size, 1)
    return [data[start : start + size] for start in range(0, len(data), size)]


@asynccontextmanager
async def relaying(faults: Faults, listener: socket.socket, port: int) -> AsyncIterator[None]:
    """Listen in front of the server at `port` until the block ends."""
    relay = Relay(faults, port)
    server = await asyncio.start_server(relay.serve, sock=listener)
    try:
        yield
    finally:
        server.close()
        await relay.end()
