"""What goes wrong with an answer on its way: before the request has its effect, or after."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from curb.paper.faults.fault import Phase
from curb.paper.faults.faults import Chance, Cut, Faults
from curb.paper.faults.standing import Standing
from curb.paper.limit import told
from curb.wire import exact, names

Answered = tuple[Response, int | None]

_OK = 200
_DROPS = 5
_PAGE = b"<!doctype html><title>Sign in</title><p>Sign in to use this network."
# Long enough for what was sent to be on its way.
_MOMENT_S = 0.02


class HttpFaults:
    """Stands between the endpoints and the line."""

    def __init__(
        self, faults: Faults, standing: Standing, cut: Cut, now: Callable[[], datetime]
    ) -> None:
        self._faults = faults
        self._standing = standing
        self._cut = cut
        self._now = now
        self._before: dict[str, dict[str, Any]] = {}  # the answer before this one, by path
        self._spoils: dict[str, Callable[[Chance], Response]] = {
            "http.status": lambda chance: Response(status_code=chance.whole("status")),
            "http.html_body": lambda _: Response(_PAGE, media_type="text/html"),
            "http.bad_json": lambda _: Response(b'{"success":tr', media_type="application/json"),
            "http.envelope": _refused,
            "http.ratelimit": self._too_many,
            "http.redirect": lambda _: Response(status_code=302, headers={"Location": "/moved"}),
        }

    async def around(self, request: Request, answer: Callable[[], Answered]) -> Answered:
        """Return what the client gets and the errorCode in it; `answer` has the effect."""
        path = request.url.path
        if path in (names.POSITION_CLOSE, names.POSITION_PARTIAL_CLOSE):
            self._standing.closes()
        late = self._faults.chance("http.latency", path)
        if late:
            await asyncio.sleep(late.spread("seconds", "jitter"))
        spoiled = await self._spoiled(request, "before")
        if spoiled is not None:
            return spoiled, None
        response, code = answer()
        spoiled = await self._spoiled(request, "after")
        if spoiled is not None:
            return spoiled, None
        return self._carried(request, self._relisted(path, response)), code

    async def _spoiled(self, request: Request, phase: Phase) -> Response | None:
        """Return what comes instead of the answer, None where nothing does."""
        path = request.url.path
        held = self._faults.chance("http.timeout", path, phase=phase)
        if held:
            await asyncio.sleep(held.number("seconds"))
        if held or self._faults.chance("http.reset", path, phase=phase):
            return _Carried(Response(), cut_after=0, then=self._ending(request))
        for knob, spoil in self._spoils.items():
            chance = self._faults.chance(knob, path, phase=phase)
            if chance:
                return spoil(chance)
        if self._faults.chance("http.cut_body", path, phase=phase):
            part = Response(b'{"success":true,"errorCode":0,', media_type="application/json")
            return _Carried(part, cut_after=len(part.body) // 2, then=self._ending(request))
        return None

    def _relisted(self, path: str, response: Response) -> Response:
        """Return the answer with its list gone, null, or that of the question before."""
        if response.status_code != _OK:
            return response
        found = exact.loads(bytes(response.body))
        key = next((key for key, value in found.items() if isinstance(value, list)), None)
        if key is None:
            return response
        before = self._before.get(path, found)
        self._before[path] = found
        if self._faults.chance("http.null_list", path):
            found = found | {key: None}
        elif self._faults.chance("http.no_list", path):
            found = {name: value for name, value in found.items() if name != key}
        elif self._faults.chance("http.old_list", path):
            found = before
        else:
            return response
        return Response(exact.dumps(found), media_type="application/json")

    def _carried(self, request: Request, response: Response) -> Response:
        """Return the answer as the line carries it."""
        path = request.url.path
        slow = self._faults.chance("http.slow_body", path)
        if slow:
            return _Carried(response, pause_s=slow.number("seconds") / _DROPS)
        if self._faults.chance("http.keepalive_close", path):
            return _Carried(response, then=self._ending(request))
        return response

    def _too_many(self, chance: Chance) -> Response:
        headers = told(chance.word("form"), chance.whole("wait_s"), self._now())
        return Response(status_code=429, headers=headers)

    def _ending(self, request: Request) -> Callable[[], Awaitable[None]]:
        client = request.client

        async def end() -> None:
            await asyncio.sleep(_MOMENT_S)
            if client is not None:
                self._cut((client.host, client.port))
            await asyncio.sleep(0)  # the server learns of it

        return end


class _Carried(Response):
    """An answer that the line carries in its own way: in drops, or not to its end."""

    def __init__(
        self,
        answer: Response,
        *,
        pause_s: float = 0.0,
        cut_after: int | None = None,
        then: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__(bytes(answer.body), answer.status_code, media_type=answer.media_type)
        self._pause_s = pause_s
        self._cut_after = cut_after
        self._then = then

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send what arrives of the answer."""
        body = bytes(self.body)
        start = {"type": "http.response.start", "status": self.status_code}
        start |= {"headers": self.raw_headers}
        if self._cut_after == 0 and self._then is not None:
            await self._then()
        await send(start)
        for part in self._parts(body):
            await send({"type": "http.response.body", "body": part, "more_body": True})
            await asyncio.sleep(self._pause_s)
        if self._cut_after and self._then is not None:
            await self._then()
        # Nobody hears it where the line was cut; the server wants an end all the same.
        await send({"type": "http.response.body", "body": b""})
        if self._cut_after is None and self._then is not None:
            await self._then()

    def _parts(self, body: bytes) -> list[bytes]:
        if self._cut_after is not None:
            return [body[: self._cut_after]]
        size = len(body) // _DROPS + 1 if self._pause_s else max(len(body), 1)
        return [body[start : start + size] for start in range(0, len(body), size)]


def _refused(chance: Chance) -> Response:
    code, message = chance.whole("code"), chance.word("message")
    found = {"success": False, "errorCode": code, "errorMessage": message}
    return Response(exact.dumps(found), media_type="application/json")
