"""A gateway that does as little as one can, so that what is measured is the client.

SignalR and REST by hand on asyncio: it tells of one position, closes it when asked, and
notes the moments. One for each client, so that none of them disturbs another.
"""

import asyncio
import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import formatdate
from ssl import SSLContext
from typing import Any, cast

ACCOUNT, CONTRACT = 7, "CON.F.US.MNQ.Z26"
LIMIT_PLUS_ONE = 6
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_END = "\x1e"
_BACKLOG = 64 << 10

_CONTRACT = {
    "id": CONTRACT,
    "name": "MNQZ6",
    "description": "",
    "tickSize": 0.25,
    "tickValue": 0.5,
    "activeContract": True,
    "symbolId": "F.US.MNQ",
}
_ACCOUNT = {
    "id": ACCOUNT,
    "name": "BENCH-7",
    "balance": 50_000.0,
    "canTrade": True,
    "isVisible": True,
    "simulated": True,
}


@dataclass
class Plain:
    """The venue's truth, who listens, and what came when."""

    size: int = 0
    hubs: dict[str, list["_Talk"]] = field(default_factory=lambda: {"user": [], "market": []})
    subscribed: set[str] = field(default_factory=set)
    requests: list[tuple[int, str]] = field(default_factory=list)  # ns and path, all of them
    keep_alive_s: float | None = None
    port: int = 0
    tls: bool = False
    closed: asyncio.Future[int] | None = None
    _server: asyncio.Server | None = None
    _number: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def start(self, context: SSLContext | None = None) -> None:
        """Listen on a free port of this machine."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Talk(self), "127.0.0.1", 0, ssl=context)
        self.port, self.tls = self._server.sockets[0].getsockname()[1], context is not None

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._server is not None:
            self._server.close()
        for talks in self.hubs.values():
            for talk in list(talks):
                talk.hang_up()

    def breach(self) -> tuple[int, asyncio.Future[int]]:
        """Tell of a position beyond the limit; return the moment, and what its close sets."""
        self.closed = asyncio.get_running_loop().create_future()
        self.size = LIMIT_PLUS_ONE
        frame = _frame(self.position())
        began = time.perf_counter_ns()
        for talk in self.hubs["user"]:
            talk.write(frame)
        return began, self.closed

    def flat(self) -> None:
        """Tell that the position is gone."""
        self.size = 0
        self.publish("user", self.position())

    def publish(self, hub: str, text: str) -> None:
        """Send a record to all who listen."""
        frame = _frame(text)
        for talk in self.hubs[hub]:
            talk.write(frame)

    async def drained(self, hub: str) -> None:
        """Wait until a hub's clients have been sent nearly all."""
        while any(talk.waiting > _BACKLOG for talk in self.hubs[hub]):
            await asyncio.sleep(0.001)
        await asyncio.sleep(0)

    def quote(self, number: int, contract: str = CONTRACT) -> str:
        """Return the so-manieth quote of a walk within four ticks."""
        price = 21_000 + (0, 1, 2, 3, 4, 3, 2, 1)[number % 8] * 0.25
        data = {
            "symbol": "F.US.MNQ",
            "symbolName": "/MNQ",
            "lastPrice": price,
            "bestBid": price - 0.25,
            "bestAsk": price + 0.25,
            "change": 12.5,
            "changePercent": 0.06,
            "open": 20_990.0,
            "high": 21_050.0,
            "low": 20_950.0,
            "volume": 120_000 + number,
            "lastUpdated": _now(),
            "timestamp": _now(),
        }
        return _invocation("GatewayQuote", [contract, data])

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return a response's body, and let a close happen."""
        self.requests.append((time.perf_counter_ns(), path))
        good: dict[str, Any] = {"success": True, "errorCode": 0, "errorMessage": None}
        match path:
            case "/api/Auth/loginKey":
                return good | {"token": _token()}
            case "/api/Auth/validate":
                return good | {"newToken": _token()}
            case "/api/Account/search":
                return good | {"accounts": [_ACCOUNT]}
            case "/api/Contract/available" | "/api/Contract/search":
                return good | {"contracts": [_CONTRACT]}
            case "/api/Contract/searchById":
                return good | {"contract": _CONTRACT}
            case "/api/Position/searchOpen":
                return good | {"positions": [self._row()] if self.size else []}
            case "/api/Position/closeContract":
                self._close()
                return good
            case "/api/Trade/search":
                return good | {"trades": []}
            case _:
                return good | {"orders": [], "totalCount": 0, "asked": len(body)}

    def note_call(self, target: str) -> None:
        """Take in that a hub method was called."""
        self.subscribed.add(target)

    def _close(self) -> None:
        self.size = 0
        if self.closed is not None and not self.closed.done():
            self.closed.set_result(time.perf_counter_ns())

    def position(self) -> str:
        """Return the record that tells of the position as it is."""
        self._number += 1
        return _invocation("GatewayUserPosition", [{"action": 1, "data": self._row()}])

    def _row(self) -> dict[str, Any]:
        return {
            "id": self._number,
            "accountId": ACCOUNT,
            "contractId": CONTRACT,
            "creationTimestamp": _now(),
            "type": 1,
            "size": self.size,
            "averagePrice": 21_000.0,
        }


class _Talk(asyncio.Protocol):
    """One connection: HTTP until it becomes a WebSocket."""

    def __init__(self, gateway: Plain) -> None:
        self._gateway = gateway
        self._transport: asyncio.Transport | None = None
        self._data = b""
        self._hub = ""
        self._quiet: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._hub and self in self._gateway.hubs[self._hub]:
            self._gateway.hubs[self._hub].remove(self)
        if self._quiet is not None:
            self._quiet.cancel()

    def data_received(self, data: bytes) -> None:
        self._data += data
        while self._frame_in() if self._hub else self._request_in():
            pass

    def write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    @property
    def waiting(self) -> int:
        """Bytes that the other side has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _request_in(self) -> bool:
        head, mark, rest = self._data.partition(b"\r\n\r\n")
        if not mark:
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        path = first.split()[1].partition("?")[0]
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return False
        body, self._data = rest[:length], rest[length:]
        if "sec-websocket-key" in headers:
            self._upgrade(path, headers["sec-websocket-key"])
        elif path.endswith("/negotiate"):
            self._answer(_negotiated())
        else:
            self._answer(self._gateway.answer(path, json.loads(body) if body else {}))
        return True

    def _answer(self, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndate: %s\r\n"
            b"content-length: %d\r\n\r\n%s" % (formatdate(usegmt=True).encode(), len(text), text)
        )
        limit = self._gateway.keep_alive_s
        if limit is not None:
            if self._quiet is not None:
                self._quiet.cancel()
            self._quiet = asyncio.get_running_loop().call_later(limit, self.hang_up)

    def _upgrade(self, path: str, key: str) -> None:
        accept = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest())  # noqa: S324 - the protocol's
        self.write(
            b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            b"sec-websocket-accept: %s\r\n\r\n" % accept
        )
        self._hub = path.rpartition("/")[2]
        self._gateway.hubs[self._hub].append(self)

    def _frame_in(self) -> bool:
        if len(self._data) < 6:
            return False
        kind, length, start = self._data[0] & 15, self._data[1] & 127, 2
        if length == 126:
            length, start = int.from_bytes(self._data[2:4]), 4
        end = start + 4 + length
        if len(self._data) < end:
            return False
        mask, payload = self._data[start : start + 4], self._data[start + 4 : end]
        self._data = self._data[end:]
        if kind == 9:
            self.write(b"\x8a\x00")
        elif kind == 8:
            self.hang_up()
        elif kind in (1, 2):
            clear = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
            for text in clear.decode().split(_END):
                if text:
                    self._hear(json.loads(text))
        return True

    def _hear(self, message: dict[str, Any]) -> None:
        if "protocol" in message:
            self.write(_frame(f"{{}}{_END}"))
        elif message.get("type") == 1:
            self._gateway.note_call(message["target"])
            if "invocationId" in message:
                done = {"type": 3, "invocationId": message["invocationId"], "result": None}
                self.write(_frame(json.dumps(done) + _END))


def _frame(text: str) -> bytes:
    data = text.encode()
    if len(data) < 126:
        return bytes((0x81, len(data))) + data
    return b"\x81\x7e" + len(data).to_bytes(2) + data


def _invocation(target: str, arguments: list[Any]) -> str:
    return json.dumps({"type": 1, "target": target, "arguments": arguments}) + _END


def _negotiated() -> dict[str, Any]:
    transport = {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}
    return {
        "negotiateVersion": 0,
        "connectionId": "bench",
        "availableTransports": [transport],
    }


def _token() -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"exp": int(time.time()) + 86_400}).encode())  # noqa: TID251 - a token's own clock
    return f"e30.{claims.decode().rstrip('=')}.c2ln"


def _now() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 - the venue's clock
