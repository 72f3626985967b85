"""The gateway as the engine sees it: open, perform, learn, watch, close."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import datetime
from time import monotonic
from typing import Any

from curb.domain.actions import (
    CloseContract,
    OffsetPosition,
    ReadAccount,
    ReduceContract,
    Request,
)
from curb.domain.book import Account
from curb.domain.errors import CurbError, OutcomeUnknown, Refused
from curb.domain.events import AccountRead, Event, Link, Outcome, RequestEnded, Why
from curb.domain.market import Contract
from curb.gateway.api import Api
from curb.gateway.budget import LIMIT, Budget
from curb.gateway.counters import Counters
from curb.gateway.credentials import Credentials
from curb.gateway.decode import user_events
from curb.gateway.endpoints import Endpoints
from curb.gateway.gaps import Gaps
from curb.gateway.hub import Hub
from curb.gateway.line import Call, Ear
from curb.gateway.links import LinkTeller
from curb.gateway.logs import keep_secrets_out
from curb.gateway.mutations import mutate
from curb.gateway.quotes import QuoteReader
from curb.gateway.reads import Reads
from curb.gateway.session import Session
from curb.wire import names

_log = logging.getLogger("curb.gateway")

_WARM_EVERY_S = 5.0
_TOKEN_EVERY_S = 2.0  # a look at the clock; nothing leaves before the token is due

_CLOSES = (CloseContract, ReduceContract, OffsetPosition)

_BY_ACCOUNT = (names.SUBSCRIBE_ORDERS, names.SUBSCRIBE_POSITIONS, names.SUBSCRIBE_TRADES)


class GatewayClient:
    """A connection to one gateway with one login.

    `emit` is called with every event, from the loop, and must not block; `hear_time` with
    the gateway's own time.
    """

    def __init__(
        self,
        endpoints: Endpoints,
        credentials: Credentials,
        *,
        emit: Callable[[Event], None],
        hear_time: Callable[[datetime], None],
        now: Callable[[], datetime],
    ) -> None:
        self.counters = Counters()
        self._emit = emit
        self._budget = Budget(monotonic)
        self._api = Api(
            endpoints.api_url,
            budget=self._budget,
            counters=self.counters,
            link=LinkTeller(Link.REST, emit),
            hear_time=hear_time,
            now=now,
        )
        self._session = Session(
            self._api,
            credentials,
            counters=self.counters,
            now=now,
            on_renewed=self._reopen_hubs,
        )
        self._reads = Reads(self._api, self._session, self.counters, now)
        self._quotes = QuoteReader(self.counters, now)
        self._user_link = LinkTeller(Link.USER_HUB, emit)
        self._gaps = Gaps(self._user_link)
        market_link = LinkTeller(Link.MARKET_HUB, emit)
        self._user = Hub(
            endpoints.user_hub,
            self._session,
            self._user_link,
            Ear(self._hear_user, self._gaps.missed),
            self.counters,
        )
        self._market = Hub(
            endpoints.market_hub,
            self._session,
            market_link,
            Ear(self._hear_market, _ignore),
            self.counters,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> tuple[Account, ...]:
        """Log in, start both hubs in the background, return the active accounts.

        Raises CredentialsError, AuthLost, LinkLost, Refused or OutcomeUnknown.
        """
        keep_secrets_out()
        await self._session.login()
        accounts = await self.accounts()
        self.follow(accounts)
        return accounts

    async def accounts(self) -> tuple[Account, ...]:
        """Ask for the active accounts. Raises as `open` does."""
        accounts = await self._reads.accounts()
        if accounts is None:
            raise OutcomeUnknown("expected a list of accounts, found none")
        return accounts

    def follow(self, accounts: Sequence[Account]) -> None:
        """Start both hubs in the background; where nobody is logged in yet, log in there."""
        self._user.want(Call(names.SUBSCRIBE_ACCOUNTS))
        for account in accounts:
            for method in _BY_ACCOUNT:
                self._user.want(Call(method, (account.id,)))
        works = (
            self._user.run(),
            self._market.run(),
            _every(_WARM_EVERY_S, self._api.keep_warm),
            _every(_TOKEN_EVERY_S, self._session.refresh_if_due),
        )
        self._tasks = [asyncio.create_task(work) for work in works]
        for task in self._tasks:
            task.add_done_callback(_report)

    def perform(self, request: Request) -> Coroutine[Any, Any, RequestEnded | AccountRead]:
        """Carry out one request once; never raises for what the gateway or the link does.

        A close has left when this returns, where a connection is warm.
        """
        if isinstance(request, ReadAccount):
            return self._read(request)
        is_close = isinstance(request, _CLOSES)
        words = self._budget.hold(is_close=is_close)
        if words:
            return _held(request.request_id, words)
        return mutate(request, self._api, self._session, monotonic)

    async def learn(self, contract_id: str) -> Contract | None:
        """Return a contract's description, None where the gateway has none or is out of reach."""
        if self._budget.refusal(1):
            return None
        try:
            return await self._reads.contract(contract_id)
        except CurbError:
            return None

    async def contracts(self) -> tuple[Contract, ...]:
        """Return every contract that is offered; none where the gateway is out of reach."""
        if self._budget.refusal(1):
            return ()
        try:
            return await self._reads.contracts()
        except CurbError:
            return ()

    def ages(self) -> dict[Link, float | None]:
        """Return how many seconds ago each hub last said anything, a ping too."""
        return {Link.USER_HUB: self._user.age_s(), Link.MARKET_HUB: self._market.age_s()}

    def calls_left(self) -> int:
        """Return how many requests the gateway's limit leaves now, those kept for closing too."""
        return max(LIMIT - self._budget.used(), 0)

    def watch(self, contract_id: str) -> None:
        """Want a contract's quotes, now and after every reconnect."""
        self._market.want(Call(names.SUBSCRIBE_QUOTES, (contract_id,)))

    def repair(self, link: Link, *, is_anew: bool) -> None:
        """Subscribe again on a hub that left something out, or connect it anew."""
        hub = {Link.USER_HUB: self._user, Link.MARKET_HUB: self._market}[link]
        if is_anew:
            hub.reopen("connecting anew: the hub left something out")
        else:
            hub.subscribe_again()

    async def close(self) -> None:
        """Leave the hubs and close every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._gaps.close()
        await self._api.close()

    async def _read(self, request: ReadAccount) -> RequestEnded | AccountRead:
        began = monotonic()
        refusal = self._budget.refusal(2 if request.fills_since is None else 4)
        if refusal:
            return RequestEnded(request.request_id, Outcome.REFUSED, 0, None, refusal)
        code = None
        try:
            return await self._reads.account(request, self._user_link.generation)
        except OutcomeUnknown as e:
            outcome, words = Outcome.UNKNOWN, str(e)
        except Refused as e:
            outcome, code, words = Outcome.REFUSED, e.code, str(e)
        except CurbError as e:
            outcome, words = Outcome.REFUSED, str(e)
        latency_ms = round((monotonic() - began) * 1000)
        return RequestEnded(request.request_id, outcome, latency_ms, code, words)

    def _hear_user(self, target: str, arguments: Any) -> None:
        lost = self.counters.dropped + self.counters.malformed
        for event in user_events(target, arguments, self.counters):
            self._emit(event)
        if self.counters.dropped + self.counters.malformed > lost:
            self._gaps.missed()

    def _hear_market(self, target: str, arguments: Any) -> None:
        for quote in self._quotes.read(target, arguments):
            self._emit(quote)

    def _reopen_hubs(self) -> None:
        for hub in (self._user, self._market):
            hub.reopen("connecting again with a new token")


async def _held(request_id: int, words: str) -> RequestEnded:
    """Tell of a request that the budget did not let out."""
    return RequestEnded(request_id, Outcome.REFUSED, 0, None, words, Why.BUDGET)


def _report(task: asyncio.Task[None]) -> None:
    """Log an error of our own that ended what should go on for ever."""
    if not task.cancelled() and task.exception() is not None:
        _log.error("internal error: please report it", exc_info=task.exception())


def _ignore() -> None:
    """Do nothing: after a lost quote the next one follows."""


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        with suppress(CurbError):  # the link's state tells it; the next turn tries again
            await work()
        await asyncio.sleep(seconds)
