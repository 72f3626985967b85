"""The HTTP and WebSocket server on loopback."""

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import Iterator
from email.utils import format_datetime

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from curb.paper.clock import VenueClock

HOST = "127.0.0.1"

# What a certificate for this machine names.
TLS_HOST = "localhost"

# As long as the real server keeps an idle connection, so that a warm client stays warm.
_KEEP_ALIVE_S = 130

# Answers that still run when the end comes get this long.
_GRACE_S = 1

_LATE_TURNS = 5

# Uvicorn says so of every socket that is refused with an HTTP status, and refuses it all the same.
_NO_ERROR = "ASGI callable returned without completing handshake."


class PortError(Exception):
    """The port cannot be had."""


def bind(port: int) -> socket.socket:
    """Take a port on loopback, a free one for 0. Raises PortError where that fails."""
    # With the protocol named, asyncio switches off Nagle's delay, 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except (OSError, OverflowError) as error:
        listener.close()
        in_use = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "it is in use" if in_use else str(error)
        raise PortError(
            f"cannot serve on port {port}: {why}; choose another --port, or leave it out"
        ) from None
    return listener


class Server(uvicorn.Server):
    """A server that leaves the signals to its caller and says when it is up."""

    def __init__(
        self, app: Starlette, clock: VenueClock, tls: ssl.SSLContext | None = None
    ) -> None:
        config = uvicorn.Config(
            app,
            ssl_context_factory=None if tls is None else lambda _config, _usual: tls,
            ws="websockets-sansio",
            ws_ping_interval=None,  # the hubs ping by themselves, as the real ones do
            ws_per_message_deflate=False,
            ws_max_size=1 << 20,
            access_log=False,
            log_config=None,
            log_level="warning",
            lifespan="off",
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=_GRACE_S,
            server_header=False,
            date_header=False,  # the venue's own clock tells it
        )
        super().__init__(config)
        logging.getLogger("uvicorn.error").addFilter(_is_error)
        self._clock = clock
        self.is_up = asyncio.Event()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask the server to end in order."""
        self.should_exit = True
        self._stopping.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.is_up.set()

    async def main_loop(self) -> None:
        """Keep the `Date` header current until the end, and end without delay."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End in order, then cut what a client that does not read still holds open."""
        # A connection accepted while asyncio closes its server is lost half made; so nothing
        # is accepted any more a few turns before.
        loop = asyncio.get_running_loop()
        for listener in sockets or []:
            loop.remove_reader(listener.fileno())
        for _ in range(_LATE_TURNS):
            await asyncio.sleep(0)
        # Uvicorn fails where it has to close a socket that is closing already.
        while closing := [each for each in self._sockets() if each.conn.state >= State.CLOSING]:
            for connection in closing:
                connection.transport.abort()
            await asyncio.sleep(0)
        await super().shutdown(sockets)
        for left in list(self.server_state.connections):
            left.transport.abort()

    async def on_tick(self, counter: int) -> bool:
        """Tell the time of this second."""
        is_over = await super().on_tick(counter)
        self.tell_time()
        return is_over

    def tell_time(self) -> None:
        """Let the answers from now on carry the venue's time."""
        date = format_datetime(self._clock.now(), usegmt=True).encode()
        self.server_state.default_headers = [(b"date", date), *self.config.encoded_headers]

    def cut(self, client: tuple[str, int]) -> None:
        """End a client's connection at once, without a word."""
        for connection in self.server_state.connections:
            if getattr(connection, "client", None) == client:
                connection.transport.abort()

    def drop_sockets(self) -> None:
        """Cut every WebSocket without a word, as a network fault does."""
        for connection in self._sockets():
            connection.transport.abort()

    def _sockets(self) -> list[WebSocketsSansIOProtocol]:
        found = self.server_state.connections
        return [each for each in found if isinstance(each, WebSocketsSansIOProtocol)]


def _is_error(record: logging.LogRecord) -> bool:
    return record.msg != _NO_ERROR
