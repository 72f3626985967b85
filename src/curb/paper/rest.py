"""The REST side: who may ask, what is a request, and what it answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from curb.paper import answers, bodies, problems
from curb.paper.answers import Envelope
from curb.paper.doors import Doors
from curb.paper.faults.http import HttpFaults
from curb.paper.floor import Floor
from curb.paper.limit import RetryAfter, told
from curb.paper.logins import OPEN, Logins
from curb.paper.record import brief
from curb.wire import exact, names

# Larger than any order; what is larger still is an attack or a fault.
_BODY_MAX = 64 << 10

_ENDPOINTS: dict[str, tuple[type[bodies.Body], Callable[[Floor, Any], Envelope]]] = {
    names.ACCOUNT_SEARCH: (bodies.AccountSearch, answers.accounts),
    names.CONTRACT_SEARCH: (bodies.ContractSearch, answers.contracts),
    names.CONTRACT_BY_ID: (bodies.ContractById, answers.contract),
    names.CONTRACT_AVAILABLE: (bodies.ContractAvailable, answers.available),
    names.RETRIEVE_BARS: (bodies.RetrieveBars, answers.history),
    names.ORDER_PLACE: (bodies.OrderPlace, answers.place),
    names.ORDER_CANCEL: (bodies.OrderById, answers.cancel),
    names.ORDER_MODIFY: (bodies.OrderModify, answers.modify),
    names.ORDER_SEARCH: (bodies.Since, answers.orders),
    names.ORDER_SEARCH_OPEN: (bodies.OfAccount, answers.open_orders),
    names.ORDER_BY_ID: (bodies.OrderById, answers.order),
    names.ORDER_QUERY: (bodies.OrderQuery, answers.order_query),
    names.POSITION_SEARCH_OPEN: (bodies.OfAccount, answers.positions),
    names.POSITION_CLOSE: (bodies.OfContract, answers.close),
    names.POSITION_PARTIAL_CLOSE: (bodies.PartialClose, answers.close_part),
    names.TRADE_SEARCH: (bodies.TradeSince, answers.trades),
}


class Rest:
    """Answers the endpoints of a floor, and records every request."""

    def __init__(
        self,
        floor: Floor,
        doors: Doors,
        faults: HttpFaults,
        retry_after: RetryAfter = "seconds",
    ) -> None:
        self._floor = floor
        self._faults = faults
        self._retry_after = retry_after
        self._doors = doors
        self._logins = Logins(floor, doors)
        self._paths = {path.lower(): path for path in (*self._logins.paths, *_ENDPOINTS)}

    def routes(self) -> list[BaseRoute]:
        """Return the routes; anything else under /api answers 404 and is recorded, too."""
        return [
            *(Route(path, self._post, methods=["POST"]) for path in self._paths.values()),
            Route(names.STATUS_PING, self._ping, methods=["GET"]),
            Route("/api/{rest:path}", self._other, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    async def _post(self, request: Request) -> Response:
        arrived = self._floor.clock.now()
        try:
            raw = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        response, code = await self._faults.around(request, lambda: self._answer(request, raw))
        self._note(arrived, request.url.path, response.status_code, code, raw)
        return response

    async def _ping(self, request: Request) -> Response:
        self._note(self._floor.clock.now(), request.url.path, 200, None, None)
        if "text/plain" in request.headers.get("accept", ""):
            return PlainTextResponse("pong")
        return JSONResponse("pong")

    async def _other(self, request: Request) -> Response:
        """Answer a path that is spelled in other letters, or is none."""
        spelled = self._paths.get(request.scope["path"].lower())
        if spelled is not None and request.method == "POST":
            return await self._post(Request({**request.scope, "path": spelled}, request.receive))
        self._note(self._floor.clock.now(), request.url.path, 404, None, None)
        return Response(status_code=404)

    def _answer(self, request: Request, raw: bytes | None) -> tuple[Response, int | None]:
        """Return the response, and the errorCode it holds, if any."""
        path = request.url.path
        if path not in OPEN and not self._doors.admits(request):
            return Response(status_code=401), None
        wait_s = self._doors.wait_s(request)
        if wait_s is not None:
            headers = told(self._retry_after, wait_s, self._floor.clock.now())
            return Response(status_code=429, headers=headers), None
        if raw and not problems.is_json(request.headers.get("content-type", "")):
            return problems.unsupported(), None
        try:
            if raw is None:
                raise ValueError(f"expected at most {_BODY_MAX} bytes, found more")  # noqa: TRY301 - one answer for every bad body
            found = self._result(request, raw)
        except ValueError as error:
            return problems.bad_request(path, error), None
        return Response(exact.dumps(found), media_type="application/json"), found["errorCode"]

    def _result(self, request: Request, raw: bytes) -> Envelope:
        path = request.url.path
        if path in self._logins.paths:
            return self._logins.answer(request, raw)
        shape, answer = _ENDPOINTS[path]
        body = bodies.parse(shape, raw)
        return answer(_asked(self._floor, body), body)

    def _note(
        self, arrived: datetime, path: str, status: int, code: int | None, raw: bytes | None
    ) -> None:
        now = self._floor.clock.now()
        row: dict[str, Any] = {
            "path": path,
            "status": status,
            "code": code,
            "took_ms": round((now - arrived).total_seconds() * 1000, 3),
        }
        if path not in OPEN and raw:
            row["body"] = _readable(raw)
        self._floor.record.add(arrived, "request", row)


def _asked(floor: Floor, body: bodies.Body) -> Floor:
    """Return the floor of the account that is asked about, else the first one."""
    about = body.filter if isinstance(body, bodies.OrderQuery) else body
    account_id = about.account_id if isinstance(about, bodies.OfAccount) else None
    return next((each for each in floor.all if each.account.id == account_id), floor)


async def _body(request: Request) -> bytes | None:
    """Return the body, None where it is too large; what is too large is not kept."""
    size = 0
    chunks: list[bytes] = []
    async for chunk in request.stream():
        size += len(chunk)
        if size <= _BODY_MAX:
            chunks.append(chunk)
    return b"".join(chunks) if size <= _BODY_MAX else None


def _readable(raw: bytes) -> Any:
    try:
        return brief(exact.loads(raw))
    except ValueError:
        return raw[:200].decode("utf-8", "replace")
