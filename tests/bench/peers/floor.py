"""The floor: a WebSocket read and a raw request on a warm connection, nothing decoded."""

import asyncio
import base64
import os
import sys
from urllib.parse import urlsplit

_SIX = b'"size": 6'
_CLOSE = b'{"accountId":7,"contractId":"CON.F.US.MNQ.Z26"}'


async def main(url: str) -> None:
    """Answer until the gateway hangs up."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 0
    reader, writer = await asyncio.open_connection(host, port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /hubs/user HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\n"
        f"connection: Upgrade\r\nsec-websocket-key: {key}\r\nsec-websocket-version: 13\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    lane_in, lane_out = await asyncio.open_connection(host, port)
    request = (
        f"POST /api/Position/closeContract HTTP/1.1\r\nhost: {host}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(_CLOSE)}\r\n\r\n"
    ).encode() + _CLOSE
    while True:
        head = await reader.readexactly(2)
        length = head[1]
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2), "big")
        payload = await reader.readexactly(length)
        if _SIX in payload:
            lane_out.write(request)
            answer = await lane_in.readuntil(b"\r\n\r\n")
            size = int(answer.partition(b"content-length: ")[2].partition(b"\r")[0])
            await lane_in.readexactly(size)


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1]))
    except (asyncio.IncompleteReadError, ConnectionError):
        sys.exit(0)
