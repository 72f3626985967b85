"""Puts a paper gateway together from its options."""

import random
import secrets
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from starlette.applications import Starlette

from curb.paper import certificate, contracts, replay, saved
from curb.paper.calendar import Calendar
from curb.paper.calm import Calm
from curb.paper.clock import VenueClock
from curb.paper.contracts import Contract
from curb.paper.customs import Customs
from curb.paper.desk import Desk, Trader
from curb.paper.doors import Doors
from curb.paper.exchange import Exchange
from curb.paper.faults import plan
from curb.paper.faults.faults import Faults
from curb.paper.faults.http import HttpFaults
from curb.paper.faults.standing import Standing
from curb.paper.floor import Account, Floor
from curb.paper.limit import Limits, RequestLimit
from curb.paper.market import Market
from curb.paper.options import PaperOptions
from curb.paper.own import Own
from curb.paper.prices import Tick, generated
from curb.paper.pump import Pump
from curb.paper.record import Record
from curb.paper.rest import Rest
from curb.paper.server import Server
from curb.paper.sockets import Sockets
from curb.paper.tilt import Tilt

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)

# Above 2**31, as the real venue's order ids are.
_FIRST_ID = 3_000_000_000

# Thirty years in milliseconds: ids of two accounts never meet.
_APART = 10**12

# Positions have ids of 31 bits, ten a second since the epoch; those of two accounts are as
# far apart as four months of them.
_POSITIONS = 1 << 31
_POSITIONS_APART = 100_000_000


class OptionsError(Exception):
    """Options that do not fit together."""


@dataclass(frozen=True, slots=True)
class Venue:
    """Everything that runs in one paper process."""

    floor: Floor
    pump: Pump
    server: Server
    username: str
    api_key: SecretStr
    state: Path | None
    is_relayed: bool  # clients reach it through a relay

    def save(self) -> None:
        """Write every account's state, where it is kept."""
        if self.state is not None:
            for floor in self.floor.all:
                path = saved.path_of(self.state, floor.account.id)
                saved.save(path, floor.exchange, floor.clock.now())


def build(options: PaperOptions) -> Venue:
    """Return the venue of the options.

    Raises OptionsError, CertificateError, PlanError, ReplayError or SavedStateError, each with a clear line.
    """
    clock = VenueClock()
    now = clock.now()
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    age_ms = int((now - _EPOCH).total_seconds() * 1000)
    account_id = _new_account(age_ms) if options.account is None else options.account
    path = saved.path_of(options.state, account_id) if options.state else None
    listed = _started(_listed(options, contracts.load(now.date())), path)
    faults = Faults(time.monotonic)
    if options.faults is not None:
        faults.lay(plan.read(options.faults))
    floor = _opened(options, listed, clock, faults, age_ms, account_id)
    if path is not None:
        saved.forget_oldest(path.parent)
    floor.note(f"seed {seed}, trader {options.trader}, account {account_id}")
    trader = _trader(options, seed)
    desk = Desk(floor, trader) if trader else None
    market = Market(_sources(options, listed, seed))
    pump = Pump(floor, market, desk, trader.first_s if trader else 0.0)
    username = options.username or "paper"
    api_key = options.api_key or SecretStr(secrets.token_urlsafe(24))
    standing = Standing(floor, time.monotonic)
    faults.standing = standing.now
    limits = Limits(RequestLimit(options.request_limit), RequestLimit(options.bars_limit, 30.0))
    doors = Doors(username, api_key, clock, limits, faults)
    app = Starlette()
    is_relayed = options.relay or faults.has("net")
    server = Server(app, clock, _tls(options, is_relayed=is_relayed))
    parts = (
        Rest(
            floor, doors, HttpFaults(faults, standing, server.cut, clock.now), options.retry_after
        ),
        Sockets(floor, doors, cut=server.cut),
        Own(floor, doors, faults),
    )
    app.routes.extend(route for part in parts for route in part.routes())
    return Venue(floor, pump, server, username, api_key, options.state, is_relayed)


def _opened(
    options: PaperOptions,
    listed: tuple[Contract, ...],
    clock: VenueClock,
    faults: Faults,
    age_ms: int,
    first_account: int,
) -> Floor:
    """Return the first account's floor, all others beside it, each as it was saved."""
    ids = (first_account, *options.more_accounts)
    names = {each: f"PRAC-V2-PAPER-{each % 100_000:05d}" for each in ids}
    if len(set(names.values())) < len(ids):
        raise OptionsError("expected accounts that differ in their last five digits, found others")
    record = Record(options.record)
    customs = Customs(options.brackets, options.orphans, options.depth, options.payloads)
    calendar = Calendar(options.hours)
    floors: list[Floor] = []
    for place, account_id in enumerate(ids):
        apart = place * _APART
        exchange = Exchange(
            listed,
            first_id=_FIRST_ID + age_ms + apart,
            position_id=(age_ms // 100 + place * _POSITIONS_APART) % _POSITIONS,
            customs=customs,
            calendar=calendar,
            faults=faults,
        )
        if options.state is not None:
            saved.load(saved.path_of(options.state, account_id), exchange)
        account = Account(account_id, names[account_id])
        floors.append(
            Floor(account, exchange, clock, record, floors[0] if floors else None, faults)
        )
    return floors[0]


def _tls(options: PaperOptions, *, is_relayed: bool) -> ssl.SSLContext | None:
    if options.tls is None:
        if options.tls_key is not None:
            raise OptionsError("expected --tls with --tls-key, found none; name the certificate")
        return None
    if is_relayed:
        raise OptionsError("expected --tls or a relay, found both; a relay reads what it carries")
    return certificate.shown(options.tls, options.tls_key)


def _new_account(age_ms: int) -> int:
    """Return an id of 31 bits: the second, and a number by chance for those who share it."""
    return age_ms // 1000 % 10_000_000 * 200 + random.SystemRandom().randrange(200)


def _listed(options: PaperOptions, known: tuple[Contract, ...]) -> tuple[Contract, ...]:
    """Return the contracts, the replayed one starting where its file does."""
    symbols = [each.symbol for each in known]
    if options.symbol is not None and options.symbol not in symbols:
        found = f"expected a symbol out of {' '.join(symbols)}, found {options.symbol}"
        raise OptionsError(found)
    if options.replay is None:
        return known
    if options.symbol is None:
        raise OptionsError("expected --symbol with --replay, found none; name the file's symbol")
    if not options.speed > 0:
        raise OptionsError(f"expected a --speed above 0, found {options.speed}")
    replayed = known[symbols.index(options.symbol)]
    first = replay.first_price(options.replay, replayed)
    return tuple(replace(each, start=first) if each == replayed else each for each in known)


def _started(listed: tuple[Contract, ...], path: Path | None) -> tuple[Contract, ...]:
    """Return the contracts, each starting at its saved last price."""
    lasts = saved.lasts(path, listed) if path else {}
    return tuple(replace(each, start=lasts.get(each.id, each.start)) for each in listed)


def _sources(
    options: PaperOptions, listed: tuple[Contract, ...], seed: int
) -> list[Iterator[Tick]]:
    sources = []
    for contract in listed:
        if options.replay and contract.symbol == options.symbol:
            sources.append(replay.played(options.replay, contract, options.speed))
        elif options.prices == "generated":
            sources.append(generated(contract, seed))
    return sources


def _trader(options: PaperOptions, seed: int) -> Trader | None:
    if options.trader == "tilt":
        return Tilt(seed, options.symbol)
    if options.trader == "calm":
        return Calm(seed, options.symbol)
    return None
