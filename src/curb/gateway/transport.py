"""httpx over the kept connections: stock httpx spends four fifths of a request's time."""

import httpx

from curb.gateway.pool import Pool

QUERY_S = 10.0

# httpx acts on others by itself: it unpacks bodies of any size, keeps cookies, reads redirects.
_HEARD = (b"content-type", b"date", b"retry-after")


class WarmTransport(httpx.AsyncBaseTransport):
    """Carries httpx requests that may be repeated; LinkLost and OutcomeUnknown pass through."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange one request (httpx's call)."""
        body = await request.aread()
        lines = [request.method.encode() + b" " + request.url.raw_path + b" HTTP/1.1"]
        lines += [name + b": " + value for name, value in request.headers.raw]
        head = b"\r\n".join(lines) + b"\r\n\r\n"
        reply = await self._pool.exchange(head, body, timeout_s=QUERY_S, is_repeatable=True)
        headers = [(name, value) for name, value in reply.headers if name in _HEARD]
        return httpx.Response(reply.status, headers=headers, content=reply.body)

    async def aclose(self) -> None:
        """Close the kept connections (httpx's call)."""
        await self._pool.close()
