"""REST: queries through httpx, closes and cancels straight onto a warm connection."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretBytes, SecretStr

from curb.domain.errors import CurbError
from curb.gateway.budget import Budget
from curb.gateway.connection import Connection, Reply, origin_of
from curb.gateway.counters import Counters
from curb.gateway.links import LinkTeller
from curb.gateway.pool import Pool
from curb.gateway.stamps import http_date, retry_after
from curb.gateway.transport import WarmTransport
from curb.wire import exact, names

# A close that is not answered by then is looked for by a read instead.
ORDER_S = 5.0

# An account's read asks for four things at once.
_QUERY_CONNECTIONS = 4

# Two contracts, or a close and a cancel, leave at once without a handshake before them.
_WARM = 2

# Load balancers close what was idle for a minute; each probe counts as a request.
_PROBE_IDLE_S = 50.0
_PROBE_S = 5.0

_UNAUTHORIZED = 401
_TOO_MANY = 429
_GATEWAY_DOWN = (502, 503, 504)


class Api:
    """The gateway's HTTP side. Every answer tells the time and that REST is reachable."""

    def __init__(
        self,
        api_url: str,
        *,
        budget: Budget,
        counters: Counters,
        link: LinkTeller,
        hear_time: Callable[[datetime], None],
        now: Callable[[], datetime],
    ) -> None:
        self._url = urlsplit(api_url)
        self._budget = budget
        self._counters = counters
        self._link = link
        self._hear_time = hear_time
        self._now = now
        origin = origin_of(api_url)
        self._urgent = Pool(origin)
        # The venue counts a query that it took and did not answer, and counts it again.
        queries = Pool(origin, most=_QUERY_CONNECTIONS, on_repeat=self._spend)
        transport = WarmTransport(queries)
        self._client = httpx.AsyncClient(
            base_url=api_url,
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            headers={"accept": "application/json", "accept-encoding": "identity"},
        )
        self._heads: dict[str, SecretBytes] = {}
        self._heads_token: SecretStr | None = None

    async def query(
        self, path: str, payload: dict[str, Any], token: SecretStr | None = None
    ) -> Reply:
        """Ask what may be asked twice. Raises LinkLost or OutcomeUnknown."""
        self._spend()
        headers = {"content-type": "application/json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token.get_secret_value()}"
        began = monotonic()
        try:
            answer = await self._client.post(path, content=exact.dumps(payload), headers=headers)
        except CurbError as e:
            self._unanswered(e)
            raise
        headers_in = tuple((name.lower(), value) for name, value in answer.headers.raw)
        reply = Reply(answer.status_code, headers_in, answer.content)
        return self._heard(reply, began, is_authorized=token is not None)

    def launch(self, path: str, payload: dict[str, Any], token: SecretStr) -> Connection | None:
        """Send once, now, what changes something, where a connection is warm.

        What is returned has to be handed to `order`.
        """
        launched = self._urgent.launch(*self._order(path, payload, token))
        if launched is not None:
            self._spend(is_closing=True)
        return launched

    async def order(
        self,
        path: str,
        payload: dict[str, Any],
        token: SecretStr,
        launched: Connection | None = None,
    ) -> Reply:
        """Send once what changes something, or wait for what was launched.

        Raises LinkLost when it did not leave.
        """
        began = monotonic()
        try:
            if launched is not None:
                reply = await self._urgent.landed(launched, ORDER_S)
            else:
                self._spend(is_closing=True)
                head, body = self._order(path, payload, token)
                reply = await self._urgent.exchange(
                    head, body, timeout_s=ORDER_S, is_repeatable=False
                )
        except CurbError as e:
            self._unanswered(e)
            raise
        return self._heard(reply, began, is_authorized=True)

    def lose(self, words: str) -> None:
        """Tell that REST is of no use, reachable or not: the login fails."""
        self._link.down(words)

    async def keep_warm(self) -> None:
        """Open the connections for closes, replace lost ones, and use those long idle."""
        await self._urgent.warm(_WARM)
        head = b"\r\n".join(
            (b"GET " + self._target(names.STATUS_PING) + b" HTTP/1.1", self._host(), b"", b"")
        )
        probed = await self._urgent.probe(head, idle_s=_PROBE_IDLE_S, timeout_s=_PROBE_S)
        self._budget.spend(probed)
        self._counters.requests += probed

    async def close(self) -> None:
        """Close every connection."""
        await self._client.aclose()
        await self._urgent.close()

    def _spend(self, *, is_closing: bool = False) -> None:
        self._counters.requests += 1
        self._budget.spend(is_closing=is_closing)

    def _order(self, path: str, payload: dict[str, Any], token: SecretStr) -> tuple[bytes, bytes]:
        body = exact.dumps(payload).encode()
        return self._head(path, token) + b"%d\r\n\r\n" % len(body), body

    def _head(self, path: str, token: SecretStr) -> bytes:
        """Return the request's head up to its length, made once for each path and token."""
        if token is not self._heads_token:
            self._heads.clear()
            self._heads_token = token
        if path not in self._heads:
            lines = (
                b"POST " + self._target(path) + b" HTTP/1.1",
                self._host(),
                b"authorization: Bearer " + token.get_secret_value().encode(),
                b"accept: application/json",
                b"accept-encoding: identity",
                b"content-type: application/json",
                b"content-length: ",
            )
            self._heads[path] = SecretBytes(b"\r\n".join(lines))
        return self._heads[path].get_secret_value()

    def _target(self, path: str) -> bytes:
        return (self._url.path + path).encode()

    def _host(self) -> bytes:
        return b"host: " + self._url.netloc.encode()

    def _unanswered(self, error: CurbError) -> None:
        self._counters.fail(monotonic())
        self._link.down(str(error))

    def _heard(self, reply: Reply, began: float, *, is_authorized: bool) -> Reply:
        ended = monotonic()
        self._counters.answer(reply.status, round((ended - began) * 1000), ended)
        at = http_date(reply.header("date"))
        if at is not None:
            self._hear_time(at)
        if reply.status == _TOO_MANY:
            self._counters.rate_limited += 1
            self._budget.pause(retry_after(reply.header("retry-after"), self._now()))
        if reply.status in _GATEWAY_DOWN:
            self._link.down(f"the gateway answered HTTP {reply.status}")
        elif is_authorized and reply.status != _UNAUTHORIZED:
            self._link.up("reachable")
        return reply
