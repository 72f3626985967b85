"""The paper gateway's own routes: its record, its truth, its faults, and what is set by hand."""

import json
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from curb.paper.bodies import Body, parse
from curb.paper.calendar import ClosedError, Hours
from curb.paper.contracts import Contract
from curb.paper.doors import Doors
from curb.paper.faults import plan
from curb.paper.faults.faults import Faults
from curb.paper.floor import Floor
from curb.paper.orders import Touch
from curb.paper.truth import truth
from curb.wire import exact

_Positive = Annotated[Decimal, Field(gt=0, max_digits=20, decimal_places=12)]


class PriceError(ValueError):
    """A price that no market could have."""


class CanTradeSet(Body):
    """Whether the account may trade."""

    can_trade: bool
    account_id: int | None = None  # None: the first account


class TradeVoid(Body):
    """Which half-turn is taken back."""

    trade_id: int
    account_id: int | None = None  # None: the first account


class HoursSet(Body):
    """Which hours the venue keeps from now on."""

    hours: Hours


class PriceSet(Body):
    """A market set by hand."""

    contract_id: str
    last: _Positive
    bid: _Positive | None = None
    ask: _Positive | None = None


def touch_of(contract: Contract, last: Decimal, bid: Decimal | None, ask: Decimal | None) -> Touch:
    """Return the market; without a bid it stands at the last price, the ask a tick above it.

    Raises PriceError for prices off the grid, and for a bid above the ask.
    """
    bid = last if bid is None else bid
    ask = max(last, bid + contract.tick_size) if ask is None else ask
    if not all(map(contract.is_on_grid, (last, bid, ask))):
        raise PriceError(f"expected prices on the grid of {contract.tick_size}, found {last}")
    if bid > ask:
        raise PriceError(f"expected a bid at or below the ask, found {bid} above {ask}")
    return Touch(bid, ask, last)


class Own:
    """Serves the record, the truth, and what is set by hand; each needs the token."""

    def __init__(self, floor: Floor, doors: Doors, faults: Faults) -> None:
        self._floor = floor
        self._doors = doors
        self._faults = faults

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/paper/record", self._record, methods=["GET"]),
            Route("/paper/truth", self._truth, methods=["GET"]),
            Route("/paper/price", self._price, methods=["POST"]),
            Route("/paper/can-trade", self._can_trade, methods=["POST"]),
            Route("/paper/void", self._void, methods=["POST"]),
            Route("/paper/hours", self._hours, methods=["POST"]),
            Route("/paper/faults", self._fired, methods=["GET"]),
            Route("/paper/faults", self._lay, methods=["POST"]),
        ]

    async def _record(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        return _json({"rows": self._floor.record.rows()})

    async def _truth(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        floor = self._of(request.query_params.get("accountId"))
        if floor is None:
            return _no_account()
        return _json(truth(floor))

    async def _price(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        try:
            body = parse(PriceSet, await request.body())
            contract = self._floor.exchange.contracts[body.contract_id]
            touch = touch_of(contract, body.last, body.bid, body.ask)
        except ValidationError:
            return JSONResponse({"error": "expected contractId, last, and perhaps bid, ask"}, 400)
        except KeyError:
            return JSONResponse({"error": "expected a listed contract"}, 400)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        try:
            self._floor.set_price(contract, touch)
        except ClosedError as error:
            return JSONResponse({"error": str(error)}, 400)
        return _json({"success": True})

    async def _can_trade(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        try:
            body = parse(CanTradeSet, await request.body())
        except ValueError:
            return JSONResponse({"error": "expected canTrade, true or false"}, 400)
        floor = self._of(body.account_id)
        if floor is None:
            return _no_account()
        floor.act(lambda exchange: exchange.set_can_trade(can_trade=body.can_trade))
        return _json({"success": True})

    async def _void(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        try:
            body = parse(TradeVoid, await request.body())
        except ValueError:
            return JSONResponse({"error": "expected tradeId"}, 400)
        floor = self._of(body.account_id)
        if floor is None:
            return _no_account()
        answer = floor.act(lambda exchange: exchange.void(body.trade_id))
        if answer.code:
            return JSONResponse({"error": answer.message}, 400)
        return _json({"success": True})

    async def _hours(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        try:
            body = parse(HoursSet, await request.body())
        except ValueError:
            return JSONResponse({"error": "expected hours: always, week or closed"}, 400)
        self._floor.set_hours(body.hours)
        return _json({"success": True})

    async def _fired(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        return _json({"fired": dict(self._faults.fired)})

    async def _lay(self, request: Request) -> Response:
        if not self._doors.admits(request):
            return Response(status_code=401)
        try:
            self._faults.lay(plan.parse(json.loads(await request.body())))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return _json({"success": True})

    def _of(self, account_id: object) -> Floor | None:
        """Return the account's floor, the first one's where none is named."""
        if account_id is None:
            return self._floor
        return next((f for f in self._floor.all if str(f.account.id) == str(account_id)), None)


def _no_account() -> Response:
    return JSONResponse({"error": "expected the id of an account offered here"}, 400)


def _json(value: Any) -> Response:
    return Response(exact.dumps(value), media_type="application/json")
