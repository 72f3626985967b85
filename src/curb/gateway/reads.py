"""What the gateway says when asked: accounts, contracts, and one account as a whole."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar

from pydantic import SecretStr

from curb.domain.actions import ReadAccount
from curb.domain.book import Account, Fill, Order, Position
from curb.domain.errors import CurbError, Refused
from curb.domain.events import AccountRead
from curb.domain.market import Contract
from curb.gateway import verdict
from curb.gateway.api import Api
from curb.gateway.connection import Reply
from curb.gateway.counters import Counters
from curb.gateway.rows import account_of, contract_of, fill_of, order_of, position_of
from curb.gateway.session import Session
from curb.wire import names
from curb.wire.codes import OrderStatus, SearchCode

_WORKING = (
    OrderStatus.OPEN,
    OrderStatus.PENDING,
    OrderStatus.PENDING_CANCELLATION,
    OrderStatus.SUSPENDED,
)

_PAGE = 200

# 2,000 working orders: no account holds them, and a page that repeats itself must end.
_MOST_PAGES = 10

_NOT_FOUND = 404

T = TypeVar("T")


class Reads:
    """Asks, with the token of `session`; never changes anything.

    A list that is absent, null or partly unreadable is None: it says nothing.
    """

    def __init__(
        self, api: Api, session: Session, counters: Counters, now: Callable[[], datetime]
    ) -> None:
        self._api = api
        self._session = session
        self._counters = counters
        self._now = now
        self._has_order_query: bool | None = None  # not known yet

    async def accounts(self) -> tuple[Account, ...] | None:
        """Return the active accounts. Raises LinkLost, AuthLost, Refused, OutcomeUnknown."""
        body = await self._ask(names.ACCOUNT_SEARCH, {"onlyActiveAccounts": True})
        return self._all(body.get("accounts"), account_of)

    async def contract(self, contract_id: str) -> Contract | None:
        """Return a contract's description. Raises as `accounts` does."""
        body = await self._ask(names.CONTRACT_BY_ID, {"contractId": contract_id})
        record = body.get("contract")
        return contract_of(record, self._counters) if record is not None else None

    async def contracts(self) -> tuple[Contract, ...]:
        """Return the contracts on offer that can be read. Raises as `accounts` does."""
        body = await self._ask(names.CONTRACT_AVAILABLE, {"live": False})
        records = body.get("contracts")
        if not isinstance(records, list):
            return ()
        found = (contract_of(record, self._counters) for record in records)
        return tuple(contract for contract in found if contract is not None)

    async def account(self, request: ReadAccount, generation: int) -> AccountRead:
        """Read an account, all parts at once.

        Raises as `accounts` does when positions or orders cannot be had; the account itself
        and the fills are None then. Positions and orders alone are two requests.
        """
        began_at = self._now()
        began = monotonic()
        # Errors as values: whatever fails, nothing goes on behind the caller's back.
        positions, orders, account, fills = await asyncio.gather(
            self._positions(request.account_id),
            self._orders(request),
            self._account(request),
            self._fills(request),
            return_exceptions=True,
        )
        latency_ms = round((monotonic() - began) * 1000)
        return AccountRead(
            request_id=request.request_id,
            account_id=request.account_id,
            began_at=began_at,
            generation=generation,
            account=_value(account),
            positions=_value(positions),
            orders=_value(orders),
            fills=_value(fills),
            latency_ms=latency_ms,
        )

    async def _account(self, request: ReadAccount) -> Account | None:
        if request.fills_since is None:
            return None
        try:
            accounts = await self.accounts()
        except CurbError:
            return None
        return next((a for a in accounts or () if a.id == request.account_id), None)

    async def _positions(self, account_id: int) -> tuple[Position, ...] | None:
        body = await self._ask(names.POSITION_SEARCH_OPEN, {"accountId": account_id})
        found = self._all(body.get("positions"), position_of)
        if found is None or any(p.account_id != account_id for p in found):
            return None
        return tuple(p for p in found if p.size)

    async def _fills(self, request: ReadAccount) -> tuple[Fill, ...] | None:
        if request.fills_since is None:
            return None
        since = request.fills_since.isoformat()
        window = {"accountId": request.account_id, "startTimestamp": since}
        try:
            body = await self._ask(names.TRADE_SEARCH, window)
        except CurbError:
            return None
        found = self._all(body.get("trades"), fill_of)
        if found is None or any(f.account_id != request.account_id for f in found):
            return None
        return found

    async def _orders(self, request: ReadAccount) -> tuple[Order, ...] | None:
        """Return the working orders; of an older gateway only those that are not suspended.

        That it has no order query is believed where it never had one, and asked again with
        each whole read: one answer of 404 on the way must not hide suspended orders.
        """
        found: tuple[Order, ...] | None
        account_id = request.account_id
        if self._has_order_query is False and request.fills_since is None:
            found = await self._open_orders(account_id)
        else:
            try:
                found = await self._order_pages(account_id)
                self._has_order_query = True
            except _Absent:
                if self._has_order_query:
                    raise
                self._has_order_query = False
                found = await self._open_orders(account_id)
        if found is None or any(o.account_id != account_id for o in found):
            return None
        return tuple(o for o in found if not o.status.is_final)

    async def _open_orders(self, account_id: int) -> tuple[Order, ...] | None:
        body = await self._ask(names.ORDER_SEARCH_OPEN, {"accountId": account_id})
        return self._all(body.get("orders"), order_of)

    async def _order_pages(self, account_id: int) -> tuple[Order, ...] | None:
        """Return the orders of all pages, None where they do not add up to the whole."""
        known: dict[int, Order] = {}
        for page in range(_MOST_PAGES):
            body = await self._ask(names.ORDER_QUERY, _order_query(account_id, page))
            found = self._all(body.get("orders"), order_of)
            if found is None:
                return None
            before = len(known)
            known |= {order.id: order for order in found}
            total = body.get("totalCount")
            is_whole = len(known) >= total if isinstance(total, int) else len(found) < _PAGE
            if is_whole:
                return tuple(known.values())
            if len(known) == before:
                return None
        return None

    def _all(self, records: Any, read: Callable[[Any, Counters], T | None]) -> tuple[T, ...] | None:
        if not isinstance(records, list):
            return None
        found = [read(record, self._counters) for record in records]
        return None if any(item is None for item in found) else tuple(i for i in found if i)

    async def _ask(self, path: str, request: dict[str, Any]) -> dict[str, Any]:
        async def send(token: SecretStr) -> Reply:
            return await self._api.query(path, request, token)

        reply = await self._session.authorized(send)
        if reply.status == _NOT_FOUND and path == names.ORDER_QUERY:
            raise _Absent("the gateway has no order query (HTTP 404)")
        return verdict.payload(reply, SearchCode)


def _value(part: T | BaseException) -> T:
    if isinstance(part, BaseException):
        raise part
    return part


class _Absent(Refused):
    """The gateway is older than the endpoint."""


def _order_query(account_id: int, page: int) -> dict[str, Any]:
    return {
        "filter": {"accountId": account_id, "statuses": [status.value for status in _WORKING]},
        "pageSize": _PAGE,
        "pageOffset": page,
        "sortBy": 1,
        "sortDirection": 0,
        "includeTotalCount": True,
    }
