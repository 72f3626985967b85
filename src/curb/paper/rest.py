"""The REST side: who may ask, what is a request, and what it answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from curb.paper import answers, bodies
from curb.paper.answers import Envelope, envelope
from curb.paper.doors import Doors
from curb.paper.exchange import Answer
from curb.paper.faults.http import HttpFaults
from curb.paper.floor import Floor
from curb.paper.record import brief
from curb.wire import exact, names
from curb.wire.codes import LoginCode, ValidateCode

# Larger than any order; what is larger still is an attack or a fault.
_BODY_MAX = 64 << 10

_ENDPOINTS: dict[str, tuple[type[bodies.Body], Callable[[Floor, Any], Envelope]]] = {
    names.ACCOUNT_SEARCH: (bodies.AccountSearch, answers.accounts),
    names.CONTRACT_SEARCH: (bodies.ContractSearch, answers.contracts),
    names.CONTRACT_BY_ID: (bodies.ContractById, answers.contract),
    names.CONTRACT_AVAILABLE: (bodies.ContractAvailable, answers.available),
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

    def __init__(self, floor: Floor, doors: Doors, faults: HttpFaults) -> None:
        self._floor = floor
        self._doors = doors
        self._faults = faults

    def routes(self) -> list[BaseRoute]:
        """Return the routes; anything else under /api answers 404 and is recorded, too."""
        paths = [names.LOGIN_KEY, names.VALIDATE, *_ENDPOINTS]
        return [
            *(Route(path, self._post, methods=["POST"]) for path in paths),
            Route(names.STATUS_PING, self._ping, methods=["GET"]),
            Route("/api/{rest:path}", self._absent, methods=["GET", "POST", "PUT", "DELETE"]),
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
        return JSONResponse("pong")

    async def _absent(self, request: Request) -> Response:
        self._note(self._floor.clock.now(), request.url.path, 404, None, None)
        return Response(status_code=404)

    def _answer(self, request: Request, raw: bytes | None) -> tuple[Response, int | None]:
        """Return the response, and the errorCode it holds, if any."""
        path = request.url.path
        if path != names.LOGIN_KEY and not self._doors.admits(request):
            return Response(status_code=401), None
        wait_s = self._doors.wait_s(request)
        if wait_s is not None:
            return Response(status_code=429, headers={"Retry-After": str(wait_s)}), None
        try:
            if raw is None:
                raise ValueError(f"expected at most {_BODY_MAX} bytes, found more")  # noqa: TRY301 - one answer for every bad body
            found = self._result(path, raw)
        except ValueError:
            return _bad_request(path), None
        return Response(exact.dumps(found), media_type="application/json"), found["errorCode"]

    def _result(self, path: str, raw: bytes) -> Envelope:
        if path == names.LOGIN_KEY:
            return self._log_in(bodies.parse(bodies.LoginKey, raw))
        if path == names.VALIDATE:
            token = self._doors.renew(self._floor.clock.now())
            code = ValidateCode.SUCCESS if token else ValidateCode.EXPIRED_TOKEN
            return envelope(Answer(code), {"newToken": token})
        shape, answer = _ENDPOINTS[path]
        body = bodies.parse(shape, raw)
        return answer(_asked(self._floor, body), body)

    def _log_in(self, body: bodies.LoginKey) -> Envelope:
        now = self._floor.clock.now()
        token = self._doors.log_in(body.user_name, body.api_key.get_secret_value(), now)
        code = LoginCode.SUCCESS if token else LoginCode.INVALID_CREDENTIALS
        return envelope(Answer(code), {"token": token})

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
        if path != names.LOGIN_KEY and raw:
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


def _bad_request(path: str) -> Response:
    problem = {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": "One or more validation errors occurred.",
        "status": 400,
        "detail": "A field is missing or has the wrong type.",
        "instance": path,
    }
    return JSONResponse(problem, 400, media_type="application/problem+json")
