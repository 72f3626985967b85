"""The REST half of a client, put together for a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

from pydantic import SecretStr

from curb.domain.events import Event, Link
from curb.gateway.api import Api
from curb.gateway.budget import Budget
from curb.gateway.counters import Counters
from curb.gateway.credentials import Credentials
from curb.gateway.links import LinkTeller
from curb.gateway.reads import Reads
from curb.gateway.session import Session
from curb.wire import names
from tests.gateway.rest_server import RestServer, ok, rest_server
from tests.gateway.test_token import jwt

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CREDENTIALS = Credentials("trader", SecretStr("CANARY_KEY"))


def token(number: int = 0, life: timedelta = timedelta(hours=24)) -> str:
    """Return a token that can be told from its brothers."""
    return jwt({"exp": int((START + life).timestamp()), "n": number})


@dataclass(slots=True)
class Rig:
    rest: RestServer
    api: Api
    session: Session
    reads: Reads
    budget: Budget
    counters: Counters
    events: list[Event] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    renewed: list[datetime] = field(default_factory=list)
    now: datetime = START


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """Serve, log nothing in; every login gives another token."""
    async with rest_server() as rest:
        rest.on(names.LOGIN_KEY, *(ok({"token": token(n)}) for n in range(8)))
        events: list[Event] = []
        times: list[datetime] = []
        renewed: list[datetime] = []
        counters = Counters()
        budget = Budget(monotonic)
        api = Api(
            rest.url,
            budget=budget,
            counters=counters,
            link=LinkTeller(Link.REST, events.append),
            hear_time=times.append,
            now=lambda: made.now,
        )
        session = Session(
            api,
            CREDENTIALS,
            counters=counters,
            now=lambda: made.now,
            on_renewed=lambda: renewed.append(made.now),
        )
        reads = Reads(api, session, counters, lambda: made.now)
        made = Rig(rest, api, session, reads, budget, counters, events, times, renewed)
        try:
            yield made
        finally:
            await api.close()
