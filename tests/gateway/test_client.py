"""The whole client against the paper gateway, over real sockets."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from time import monotonic
from typing import TypeVar

import pytest
import uvloop
from pydantic import SecretStr

from curb.domain.actions import CancelOrder, CloseContract, ReadAccount, ReduceContract
from curb.domain.book import Account, OrderStatus, OrderType, Side
from curb.domain.errors import CredentialsError, LinkLost
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    Event,
    FillSeen,
    Link,
    LinkChanged,
    OrderSeen,
    Outcome,
    PositionSeen,
    QuoteSeen,
    RequestEnded,
)
from curb.gateway.client import GatewayClient
from curb.gateway.credentials import Credentials
from curb.gateway.endpoints import Endpoints, endpoints
from curb.paper.service import Paper, PaperOptions, running
from tests.gateway.rest_server import rest_server
from tests.gateway.waiting import until

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

E = TypeVar("E")


def now() -> datetime:
    """Return a time that passes."""
    return START + timedelta(seconds=monotonic())


@dataclass(slots=True)
class Desk:
    """A client on a paper gateway, and everything that it told."""

    paper: Paper
    client: GatewayClient
    accounts: tuple[Account, ...]
    events: list[Event] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)

    @property
    def es(self) -> str:
        return self.paper.contract("ES")

    @property
    def account_id(self) -> int:
        return self.paper.account_id

    def seen(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def links(self, link: Link) -> list[tuple[bool, int]]:
        changes = self.seen(LinkChanged)
        return [(c.is_up, c.generation) for c in changes if c.link is link]

    def is_back(self, link: Link) -> bool:
        return self.links(link)[-1] == (True, 2)

    async def up(self) -> None:
        await until(lambda: self.links(Link.USER_HUB) and self.links(Link.MARKET_HUB))

    async def read(self, since: datetime | None = None) -> AccountRead:
        found = await self.client.perform(ReadAccount(1, self.account_id, since))
        assert isinstance(found, AccountRead), found
        return found

    def sizes(self) -> list[int]:
        return [event.position.size for event in self.seen(PositionSeen)]


def client_of(
    where: Endpoints, credentials: Credentials, events: list[Event], times: list[datetime]
) -> GatewayClient:
    return GatewayClient(where, credentials, emit=events.append, hear_time=times.append, now=now)


@asynccontextmanager
async def desk(limit: int = 200) -> AsyncIterator[Desk]:
    async with running(PaperOptions(prices="manual", request_limit=limit)) as paper:
        events: list[Event] = []
        times: list[datetime] = []
        credentials = Credentials(paper.username, SecretStr(paper.api_key))
        client = client_of(endpoints("paper", paper.url), credentials, events, times)
        accounts = await client.open()
        try:
            yield Desk(paper, client, accounts, events, times)
        finally:
            await client.close()


def play(scene: Callable[[Desk], Awaitable[None]], limit: int = 200) -> None:
    async def whole() -> None:
        async with desk(limit) as made:
            await made.up()
            await scene(made)

    asyncio.run(whole())


def test_opening_gives_the_accounts_and_brings_every_link_up() -> None:
    async def scene(made: Desk) -> None:
        (account,) = made.accounts
        assert (account.id, account.name) == (made.paper.account_id, made.paper.account_name)
        assert account.balance == 50_000
        assert account.can_trade is True
        assert account.is_simulated
        for link in Link:
            assert made.links(link) == [(True, 1)]
        assert made.times
        assert all(at.tzinfo is not None for at in made.times)

    play(scene)


def test_a_trade_is_seen_on_the_hub_in_every_part() -> None:
    async def scene(made: Desk) -> None:
        made.paper.set_price("ES", "6064.25")
        order_id = made.paper.place("ES", "buy", 2)
        await until(lambda: made.seen(FillSeen) and made.seen(AccountSeen))
        assert made.sizes() == [2]
        fill = made.seen(FillSeen)[0].fill
        assert (fill.order_id, fill.side, fill.size, fill.pnl) == (order_id, Side.BUY, 2, None)
        assert fill.price == Decimal("6064.50")
        assert fill.costs > 0
        assert made.seen(OrderSeen)[-1].order.status is OrderStatus.FILLED
        assert made.client.counters.malformed == made.client.counters.dropped == 0

    play(scene)


def test_a_close_leaves_before_it_is_waited_for() -> None:
    async def scene(made: Desk) -> None:
        made.paper.place("ES", "sell", 3)
        await until(lambda: made.sizes() == [-3])
        await made.client._api.keep_warm()
        answer = made.client.perform(CloseContract(7, made.account_id, made.es))
        await until(lambda: made.sizes()[-1] == 0)
        ended = await answer
        assert isinstance(ended, RequestEnded)
        assert (ended.request_id, ended.outcome) == (7, Outcome.DONE)

    play(scene)


def test_a_close_over_rest_is_done_and_seen_on_the_hub() -> None:
    async def scene(made: Desk) -> None:
        made.paper.place("ES", "sell", 3)
        await until(lambda: made.sizes() == [-3])
        ended = await made.client.perform(CloseContract(7, made.account_id, made.es))
        assert isinstance(ended, RequestEnded)
        assert (ended.request_id, ended.outcome, ended.code) == (7, Outcome.DONE, None)
        await until(lambda: made.sizes()[-1] == 0)
        assert (await made.read()).positions == ()
        again = await made.client.perform(CloseContract(8, made.account_id, made.es))
        assert isinstance(again, RequestEnded)
        assert (again.outcome, again.code) == (Outcome.REFUSED, 2)
        assert "PositionNotFound (2)" in again.words

    play(scene)


def test_a_position_is_reduced_and_no_more_than_that() -> None:
    async def scene(made: Desk) -> None:
        made.paper.place("ES", "buy", 5)
        ended = await made.client.perform(ReduceContract(1, made.account_id, made.es, 2))
        assert isinstance(ended, RequestEnded)
        assert ended.outcome is Outcome.DONE
        assert [p.size for p in (await made.read()).positions or ()] == [3]
        ended = await made.client.perform(ReduceContract(2, made.account_id, made.es, 9))
        assert isinstance(ended, RequestEnded)
        assert (ended.outcome, ended.code) == (Outcome.REFUSED, 5)
        assert [p.size for p in (await made.read()).positions or ()] == [3]

    play(scene)


def test_an_order_is_cancelled_once() -> None:
    async def scene(made: Desk) -> None:
        made.paper.set_price("ES", "6064.25")
        order_id = made.paper.place("ES", "sell", 1, "stop", stop="6000")
        (order,) = (await made.read()).orders or ()
        assert (order.id, order.type, order.stop_price) == (order_id, OrderType.STOP, Decimal(6000))
        outcomes = [
            await made.client.perform(CancelOrder(n, made.account_id, order_id)) for n in (1, 2)
        ]
        assert [o.outcome for o in outcomes if isinstance(o, RequestEnded)] == [
            Outcome.DONE,
            Outcome.REFUSED,
        ]
        assert (await made.read()).orders == ()

    play(scene)


def test_a_read_shows_what_the_exchange_holds() -> None:
    async def scene(made: Desk) -> None:
        made.paper.set_price("ES", "6064.25")
        made.paper.set_price("NQ", "20924.75")
        made.paper.place("ES", "buy", 2)
        made.paper.place("NQ", "sell", 1)
        made.paper.place("ES", "sell", 1)
        await until(lambda: len(made.seen(FillSeen)) == 3)
        found = await made.read(LONG_AGO)
        sizes = {p.contract_id: p.size for p in found.positions or ()}
        assert sizes == {made.es: 1, made.paper.contract("NQ"): -1}
        assert found.orders == ()
        assert found.account is not None
        assert found.account.balance is not None
        assert found.account.balance < 50_000
        assert {fill.id for fill in found.fills or ()} == {e.fill.id for e in made.seen(FillSeen)}
        assert set(found.fills or ()) == {e.fill for e in made.seen(FillSeen)}
        assert found.generation == 1
        assert START < found.began_at <= now()
        short = await made.read()
        assert (short.account, short.fills) == (None, None)

    play(scene)


def test_contracts_are_learned_and_quotes_watched() -> None:
    async def scene(made: Desk) -> None:
        contract = await made.client.learn(made.es)
        assert contract is not None
        assert (contract.symbol, contract.tick_size) == ("ES", Decimal("0.25"))
        assert contract.tick_value == Decimal("12.50")
        assert await made.client.learn("CON.F.US.NONE.Z26") is None
        made.client.watch(made.es)
        await until(lambda: _quoted_after(made, "6071.75"))
        assert {quote.contract_id for quote in made.seen(QuoteSeen)} == {made.es}

    play(scene)


def _quoted_after(made: Desk, price: str) -> bool:
    """Move the market there and back until a quote tells of it."""
    made.paper.set_price("ES", "6070.00")
    made.paper.set_price("ES", price)
    return any(quote.last == Decimal(price) for quote in made.seen(QuoteSeen))


def test_after_a_cut_the_hubs_come_back_and_quotes_with_them() -> None:
    async def scene(made: Desk) -> None:
        made.client.watch(made.es)
        await until(lambda: _quoted_after(made, "6071.75"))
        made.paper.drop_hubs()
        for link in (Link.USER_HUB, Link.MARKET_HUB):
            await until(partial(made.is_back, link))
            assert made.links(link) == [(True, 1), (False, 1), (True, 2)]
        await until(lambda: _quoted_after(made, "6080.00"))
        made.paper.place("ES", "buy", 1)
        await until(lambda: made.sizes() == [1])
        assert (await made.read()).generation == 2
        assert made.links(Link.REST) == [(True, 1)]

    play(scene)


def test_a_new_token_reopens_both_hubs_with_it() -> None:
    async def scene(made: Desk) -> None:
        session = made.client._session
        assert session._token is not None
        before = session.secret
        session._token = replace(session._token, renew_at=LONG_AGO)
        await session.refresh_if_due()
        assert session.secret is not before
        for link in (Link.USER_HUB, Link.MARKET_HUB):
            await until(partial(made.is_back, link))
        made.paper.place("ES", "buy", 1)
        await until(lambda: made.sizes() == [1])

    play(scene)


def test_reads_end_where_the_reserve_begins_and_closes_go_on() -> None:
    async def scene(made: Desk) -> None:
        made.paper.place("ES", "buy", 1)
        while made.client._budget.refusal(2) is None:
            await made.read()
        refused = await made.client.perform(ReadAccount(9, made.account_id))
        assert isinstance(refused, RequestEnded)
        assert (refused.outcome, refused.latency_ms) == (Outcome.REFUSED, 0)
        assert refused.words.startswith("request budget")
        assert await made.client.learn(made.es) is None
        ended = await made.client.perform(CloseContract(10, made.account_id, made.es))
        assert isinstance(ended, RequestEnded)
        assert ended.outcome is Outcome.DONE
        assert (await made.read()).positions == ()

    play(scene)


def test_when_the_gateway_counts_stricter_reads_pause_and_a_close_is_unknown() -> None:
    async def scene(made: Desk) -> None:
        ended: AccountRead | RequestEnded = await made.read()
        while isinstance(ended, AccountRead):
            ended = await made.client.perform(ReadAccount(1, made.account_id))
        assert ended.outcome is Outcome.UNKNOWN
        assert "429" in ended.words
        paused = await made.client.perform(ReadAccount(2, made.account_id))
        assert isinstance(paused, RequestEnded)
        assert (paused.outcome, paused.words[:30]) == (
            Outcome.REFUSED,
            "the gateway asked for a pause "[:30],
        )
        close = await made.client.perform(CloseContract(3, made.account_id, made.es))
        assert isinstance(close, RequestEnded)
        assert close.outcome is Outcome.UNKNOWN
        assert made.client.counters.rate_limited >= 2

    play(scene, limit=20)


def test_a_gateway_that_goes_away_is_told_and_survived() -> None:
    async def whole() -> None:
        events: list[Event] = []
        async with running(PaperOptions(prices="manual")) as paper:
            credentials = Credentials(paper.username, SecretStr(paper.api_key))
            client = client_of(endpoints("paper", paper.url), credentials, events, [])
            await client.open()
            account_id, es = paper.account_id, paper.contract("ES")
        try:
            read = await client.perform(ReadAccount(1, account_id))
            close = await client.perform(CloseContract(2, account_id, es))
            assert isinstance(read, RequestEnded)
            assert isinstance(close, RequestEnded)
            assert read.outcome is not Outcome.DONE
            assert close.outcome is not Outcome.DONE
            assert await client.learn(es) is None
            await until(lambda: _last(events) == dict.fromkeys(Link, False))
        finally:
            await client.close()

    asyncio.run(whole())


def _last(events: list[Event]) -> dict[Link, bool]:
    return {event.link: event.is_up for event in events if isinstance(event, LinkChanged)}


def test_a_wrong_key_and_an_unreachable_gateway_are_one_clear_line() -> None:
    async def whole() -> None:
        async with rest_server() as gone:
            unreachable = gone.url
        credentials = Credentials("trader", SecretStr("CANARY_KEY"))
        async with running(PaperOptions(prices="manual")) as paper:
            client = client_of(endpoints("paper", paper.url), credentials, [], [])
            with pytest.raises(CredentialsError, match=r"InvalidCredentials \(3\)"):
                await client.open()
            await client.close()
        client = client_of(endpoints("paper", unreachable), credentials, [], [])
        with pytest.raises(LinkLost, match=unreachable.removeprefix("http://")):
            await client.open()
        await client.close()

    asyncio.run(whole())


def test_no_secret_reaches_a_log_an_event_or_a_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scene(made: Desk) -> None:
        made.paper.place("ES", "buy", 1)
        made.paper.drop_hubs()
        await until(lambda: made.links(Link.USER_HUB)[-1] == (True, 2))
        await made.read(LONG_AGO)
        secret = made.client._session.secret.get_secret_value()
        told = "\n".join((caplog.text, repr(made.events), repr(made.client._session._token)))
        # The paper gateway logs nothing of its own that would hide what the client logs.
        assert secret not in told
        assert made.paper.api_key not in told

    play(scene)


def test_the_client_runs_on_uvloop_as_well() -> None:
    async def whole() -> None:
        async with desk() as made:
            await made.up()
            made.paper.place("ES", "buy", 2)
            await until(lambda: made.sizes() == [2])
            ended = await made.client.perform(CloseContract(1, made.account_id, made.es))
            assert isinstance(ended, RequestEnded)
            assert ended.outcome is Outcome.DONE
            await until(lambda: made.sizes()[-1] == 0)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(whole())
