"""Closes, partial closes, cancels and stops: sent once, and told apart by what may have happened."""

from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from pydantic import SecretStr

from curb.domain.actions import (
    CancelOrder,
    CloseContract,
    MoveStop,
    OffsetPosition,
    PlaceStop,
    ReduceContract,
)
from curb.domain.book import Side
from curb.domain.errors import AuthLost, CurbError, OutcomeUnknown, Refused
from curb.domain.events import Outcome, RequestEnded
from curb.gateway import verdict
from curb.gateway.api import Api
from curb.gateway.connection import Connection, Reply
from curb.gateway.refusals import why
from curb.gateway.session import Session
from curb.wire import names
from curb.wire.codes import (
    CancelCode,
    CloseCode,
    ModifyCode,
    OrderSide,
    OrderType,
    PartialCloseCode,
    PlaceCode,
)

Mutation = CloseContract | ReduceContract | OffsetPosition | CancelOrder | PlaceStop | MoveStop

_CLOSE_UNSETTLED = (CloseCode.ORDER_PENDING.value, CloseCode.UNKNOWN_ERROR.value)

_SIDES = {Side.BUY: OrderSide.BID.value, Side.SELL: OrderSide.ASK.value}


@dataclass(frozen=True, slots=True)
class Call:
    """A mutation as the gateway wants it. A repeatable one asks for a state, not a change."""

    path: str
    payload: dict[str, Any]
    codes: type[IntEnum]
    unsettled: Collection[int]
    is_repeatable: bool


def call_of(request: Mutation) -> Call:
    """Return the REST call of a mutation."""
    payload: dict[str, Any] = {"accountId": request.account_id}
    match request:
        case CloseContract(contract_id=contract_id):
            payload["contractId"] = contract_id
            path = names.POSITION_CLOSE
            return Call(path, payload, CloseCode, _CLOSE_UNSETTLED, is_repeatable=True)
        case ReduceContract(contract_id=contract_id, size=size):
            unsettled = (PartialCloseCode.ORDER_PENDING.value, PartialCloseCode.UNKNOWN_ERROR.value)
            payload |= {"contractId": contract_id, "size": size}
            path = names.POSITION_PARTIAL_CLOSE
            return Call(path, payload, PartialCloseCode, unsettled, is_repeatable=False)
        case CancelOrder(order_id=order_id):
            unsettled = (CancelCode.PENDING.value, CancelCode.UNKNOWN_ERROR.value)
            payload |= {"orderId": order_id}
            return Call(names.ORDER_CANCEL, payload, CancelCode, unsettled, is_repeatable=True)
        case PlaceStop() | OffsetPosition():
            unsettled = (PlaceCode.ORDER_PENDING.value, PlaceCode.UNKNOWN_ERROR.value)
            payload |= _new_order(request)
            return Call(names.ORDER_PLACE, payload, PlaceCode, unsettled, is_repeatable=False)
        case MoveStop(order_id=order_id, size=size, price=price):
            unsettled = (ModifyCode.PENDING.value, ModifyCode.UNKNOWN_ERROR.value)
            payload |= {"orderId": order_id, "stopPrice": price}
            payload |= {} if size is None else {"size": size}
            return Call(names.ORDER_MODIFY, payload, ModifyCode, unsettled, is_repeatable=True)


def _new_order(request: PlaceStop | OffsetPosition) -> dict[str, Any]:
    order: dict[str, Any] = {
        "contractId": request.contract_id,
        "type": OrderType.MARKET.value,
        "side": _SIDES[request.side],
        "size": request.size,
        "customTag": request.tag,
    }
    if isinstance(request, PlaceStop):
        order |= {"type": OrderType.STOP.value, "stopPrice": request.price}
    return order


def mutate(
    request: Mutation, api: Api, session: Session, clock: Callable[[], float]
) -> Coroutine[Any, Any, RequestEnded]:
    """Carry out a mutation and tell how it ended; never raises for gateway or link.

    It leaves before this returns, where we are logged in and a connection is warm; what is
    returned has to be awaited. REFUSED had no effect: a definite code, or nothing left this
    machine. After a 401 a close, a cancel or a move is sent once more with a new token; a
    partial close or a new stop is not, and is UNKNOWN.
    """
    call, token = call_of(request), session.held
    launched = api.launch(call.path, call.payload, token) if token else None
    return _end_of(request, call, launched, api, session, clock)


async def _end_of(
    request: Mutation,
    call: Call,
    launched: Connection | None,
    api: Api,
    session: Session,
    clock: Callable[[], float],
) -> RequestEnded:
    began = clock()
    firsts = [launched] if launched else []

    async def send(token: SecretStr) -> Reply:
        return await api.order(call.path, call.payload, token, firsts.pop() if firsts else None)

    outcome, code, words, reason = Outcome.DONE, None, "", None
    try:
        reply = await session.authorized(send, is_repeatable=call.is_repeatable)
        verdict.payload(reply, call.codes, unsettled=call.unsettled)
    except OutcomeUnknown as e:
        outcome, words = Outcome.UNKNOWN, str(e)
    except Refused as e:
        outcome, code, words = Outcome.REFUSED, e.code, str(e)
        reason = why(code, call.codes, words)
    except AuthLost as e:
        outcome = Outcome.REFUSED if call.is_repeatable else Outcome.UNKNOWN
        words = str(e)
    except CurbError as e:
        outcome, words = Outcome.REFUSED, str(e)
    latency_ms = round((clock() - began) * 1000)
    return RequestEnded(request.request_id, outcome, latency_ms, code, words, reason)
