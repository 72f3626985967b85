"""One HTTP/1.1 connection that stays open, for one exchange at a time.

An own asyncio protocol: the request leaves as one write before anything else is done, and
bytes that come while nothing was asked end the connection instead of answering the next
request.
"""

import asyncio
import os
import ssl
from dataclasses import dataclass
from functools import cache
from typing import cast
from urllib.parse import urlsplit

import h11

from curb.domain.errors import LinkLost, OutcomeUnknown

CONNECT_S = 5.0

# A day's fills of a busy account stay below 1 MiB.
MAX_BODY = 8 << 20
MAX_HEAD = 64 << 10

# h11 frames the answer by the method alone; the real head was written by us.
_REQUEST = h11.Request(method="POST", target="/", headers=[("host", "-"), ("content-length", "0")])
_END = h11.EndOfMessage()


class Unheard(OutcomeUnknown):
    """The connection ended before a byte of the answer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A host to connect to; `tls` is None for plain http on this machine."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@cache
def _verifying() -> ssl.SSLContext:
    # Made once: reading the system's certificates takes longer than many a request.
    context = ssl.create_default_context()
    # The environment may name a file for the keys of every connection: whoever reads it reads
    # the token.
    context.keylog_filename = None  # type: ignore[assignment]  # None to CPython is none
    return context


def origin_of(url: str) -> Origin:
    """Return where an http(s) or ws(s) address leads, with certificates always verified."""
    parts = urlsplit(url)
    is_tls = parts.scheme in ("https", "wss")
    port = parts.port or (443 if is_tls else 80)
    return Origin(parts.hostname or "", port, _verifying() if is_tls else None)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return a header's value; `name` in lower case."""
        wanted = name.encode()
        return next((v.decode("latin-1") for k, v in self.headers if k == wanted), None)


class Connection(asyncio.Protocol):
    """An open connection. Whoever cancels an exchange loses the connection with it."""

    def __init__(self, peer: str) -> None:
        self.used_at = 0.0  # event-loop time of the last exchange's end
        self._peer = peer
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[Reply] | None = None
        self._h11 = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
        self._response: h11.Response | None = None
        self._body = bytearray()
        self._is_heard = False
        self._is_over = False
        self._closed = asyncio.Event()

    @property
    def is_usable(self) -> bool:
        """Whether the next exchange may go out here."""
        return not self._is_over and self._h11.our_state is h11.IDLE

    async def exchange(self, head: bytes, body: bytes) -> Reply:
        """Send one request and return its answer.

        Raises Unheard or OutcomeUnknown; never LinkLost, for the request left.
        """
        self.send(head, body)
        return await self.reply()

    def send(self, head: bytes, body: bytes) -> None:
        """Let one request leave now; `reply` has to be awaited next. Raises Unheard."""
        if self._transport is None or not self.is_usable:
            raise Unheard(f"{self._peer}: the connection was closed")
        self._transport.write(head + body)
        self._answer = asyncio.get_running_loop().create_future()
        self._is_heard = False
        self._h11.send(_REQUEST)
        self._h11.send(_END)

    async def reply(self) -> Reply:
        """Return the answer to what was sent. Raises Unheard or OutcomeUnknown."""
        if self._answer is None:
            raise Unheard(f"{self._peer}: nothing was asked")
        try:
            reply = await self._answer
            self._settle()
        except BaseException:
            self.abort()
            raise
        finally:
            self._answer = None
            self.used_at = asyncio.get_running_loop().time()
        return reply

    def abort(self) -> None:
        """Drop the connection at once."""
        self._is_over = True
        if self._transport is not None:
            self._transport.abort()

    async def closed(self) -> None:
        """Wait until the socket is gone."""
        await self._closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport (asyncio's call)."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes in (asyncio's call)."""
        if self._answer is None or self._answer.done():
            self.abort()
            return
        self._is_heard = True
        self._feed(data)

    def eof_received(self) -> bool:
        """Take the other side's end (asyncio's call); the transport closes itself."""
        self._is_over = True
        if self._answer is not None and not self._answer.done() and self._is_heard:
            self._feed(b"")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end (asyncio's call)."""
        self._is_over = True
        self._closed.set()
        if self._is_heard:
            self._fail(OutcomeUnknown(f"{self._peer}: the answer was cut off"))
        else:
            reason = (
                f" ({os.strerror(exc.errno)})" if isinstance(exc, OSError) and exc.errno else ""
            )
            self._fail(Unheard(f"{self._peer}: the connection ended without an answer{reason}"))

    def _feed(self, data: bytes) -> None:
        try:
            self._h11.receive_data(data)
            while True:
                match self._h11.next_event():
                    case h11.Response() as response:
                        self._response = response
                        self._body.clear()
                    case h11.Data(data=chunk):
                        self._body += chunk
                        if len(self._body) > MAX_BODY:
                            self._fail(OutcomeUnknown(f"{self._peer}: the answer is too long"))
                            return
                    case h11.EndOfMessage():
                        self._finish()
                        return
                    case h11.NEED_DATA | h11.PAUSED | h11.ConnectionClosed():
                        return
                    case _:
                        pass  # an interim answer: the final one follows
        except h11.RemoteProtocolError:
            self._fail(OutcomeUnknown(f"{self._peer}: the answer was no whole HTTP"))

    def _finish(self) -> None:
        if self._response is None or self._answer is None or self._answer.done():
            return
        headers = tuple((bytes(k), bytes(v)) for k, v in self._response.headers)
        self._answer.set_result(Reply(self._response.status_code, headers, bytes(self._body)))

    def _fail(self, error: OutcomeUnknown) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def _settle(self) -> None:
        """Get ready for the next exchange, or drop a connection that has none."""
        is_clean = not self._h11.trailing_data[0]
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE and is_clean:
            self._h11.start_next_cycle()
        else:
            self.abort()


async def dial(origin: Origin) -> Connection:
    """Open a connection. Raises LinkLost: nothing was sent."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(CONNECT_S):
            _, connection = await loop.create_connection(
                lambda: Connection(str(origin)), origin.host, origin.port, ssl=origin.tls
            )
    except TimeoutError:
        raise _lost(origin, f"none within {CONNECT_S:.0f} s") from None
    except ssl.SSLCertVerificationError as e:
        raise _lost(origin, f"a certificate that is not valid ({e.verify_message})") from None
    except OSError as e:
        found = os.strerror(e.errno) if e.errno and e.errno > 0 else type(e).__name__
        raise _lost(origin, found) from None
    return connection


def _lost(origin: Origin, found: str) -> LinkLost:
    return LinkLost(f"cannot reach {origin}: expected a connection, found {found}")
