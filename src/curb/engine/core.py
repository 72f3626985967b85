"""The pure core: an event and the time go in, actions come out. No I/O, no clock."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import count

from curb.config.models import Config
from curb.domain.actions import (
    Action,
    LearnContract,
    Request,
    SaveAudit,
    SaveContract,
    WatchQuotes,
)
from curb.domain.audit import CONFIG, ENGINE, LINK, Act
from curb.domain.book import Account, Position
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    ConfigAdopted,
    ContractSeen,
    Event,
    FillSeen,
    FlattenAsked,
    Link,
    LinkChanged,
    OrderSeen,
    PositionSeen,
    QuoteSeen,
    RequestEnded,
    Restored,
    SelfLockAsked,
    TimePassed,
)
from curb.domain.money import ZERO
from curb.domain.text import safe_text
from curb.engine.adoption import Adoption
from curb.engine.bands import Bands
from curb.engine.clerk import Clerk
from curb.engine.governing import Governing
from curb.engine.policy import Policy
from curb.engine.watch import AccountWatch
from curb.state.account import Market

# What is told of one account, and asked for one.
OfAccount = (
    AccountSeen | PositionSeen | OrderSeen | FillSeen | AccountRead | FlattenAsked | SelfLockAsked
)

_BY_HAND = (FlattenAsked, SelfLockAsked)

# What follows once an account has settled.
_After = Callable[[AccountWatch, datetime], list[Action]]


class Core:
    """All accounts of one engine. The same events with the same times decide the same."""

    def __init__(
        self,
        policy: Policy,
        accounts: Iterable[Account],
        restored: Restored,
        adoption: Adoption | None = None,
    ) -> None:
        request_ids, audit_ids = count(1), count(restored.next_audit_id)
        self.policy = policy
        self.market = Market()
        self.watches = {
            account.id: AccountWatch(
                account, self.market, policy.of_account(account.name), request_ids, audit_ids
            )
            for account in accounts
        }
        self.market.accounts = len(self.watches)
        self._clerk = Clerk(audit_ids, policy.digest, None, None)
        self.governing: Governing | None = None
        if adoption:
            watches = self.watches.values()
            self.governing = Governing(adoption, watches, self._clerk, self.adopt)
        self._restored = restored
        self._known: set[str] = set()
        self._bands = Bands(self.watches)
        self._due: datetime | None = None  # the next deadline, None where it may be another
        # Of the event that is not settled yet: what is kept, and who was told.
        self._rest: list[Action] = []
        self._decided: list[tuple[AccountWatch, _After | None]] = []

    def start(self, now: datetime, details: dict[str, object]) -> list[Action]:
        """Return what a start has to do: tell the audit, read every account."""
        self.market.contracts.apply(self._restored)
        row = self._clerk.row(ENGINE, Act.START, "engine started", now, details=dict(details))
        actions: list[Action] = [SaveAudit(row), *self._strangers(now)]
        return actions + self._tell_all(self._restored, now)

    def stop(self, now: datetime, reason: str) -> list[Action]:
        """Return what the audit has to say of an end in order."""
        return [SaveAudit(self._clerk.row(ENGINE, Act.STOP, reason, now))]

    def handle(self, event: Event, now: datetime) -> list[Action]:
        """Return what has to be done and kept because of `event`."""
        return [*self.decide(event, now), *self.settle(now)]

    def decide(self, event: Event, now: datetime) -> Iterator[Request]:
        """Yield the closes and cancels, each to leave before anything else is done.

        `settle` has to come next, with the same time: it returns what else there is.
        """
        match event:
            case QuoteSeen():
                yield from self._quote(event, now)
            case ContractSeen(contract):
                self.market.contracts.apply(event)
                self._rest.append(SaveContract(contract, now))
                yield from self._decide_all(event, now)
            case LinkChanged():
                self._rest += self._link(event, now)
                yield from self._decide_all(event, now)
            case RequestEnded(latency_ms=latency_ms):
                self.market.links.hear(Link.REST, now, latency_ms)
                yield from self._decide_all(event, now)
            case TimePassed() | ConfigAdopted() | Restored():
                yield from self._decide_all(event, now)
            case _:
                self._hear(event, now)
                self._trade(event, now)
                watch = self.watches.get(_account_id(event))
                if watch is not None:
                    yield from self._decide_one(watch, event, now, self._meet)

    def settle(self, now: datetime) -> list[Action]:
        """Return what else has to be done and kept because of the event decided last."""
        while self._decided:
            watch, after = self._decided[0]
            self._rest += watch.settle(now)
            self._rest += after(watch, now) if after else ()
            del self._decided[0]
        actions, self._rest = self._rest, []
        if self.governing and (governed := self.governing.handle(now)):
            self._due = None
            actions += governed
        return actions

    def deadline(self, now: datetime) -> datetime:
        """Return the next moment at which `TimePassed` has to be handed in."""
        if self._due is None or self._due <= now:
            moments = [at for watch in self.watches.values() for at in watch.deadlines(now)]
            due = self.governing.deadline(now) if self.governing else None
            self._due = min((*moments, due) if due else moments)
        return self._due

    def govern(self, now: datetime, *, is_first: bool) -> list[Action]:
        """Return what has to be kept and told of the configuration that is in force at a start."""
        return list(self._governing.start(now, is_first=is_first))

    def compare(self, wanted: Config, file: str) -> list[Action]:
        """Hold the file found at a start against what was in force, once all is known."""
        self._governing.compare(wanted, file)
        return []

    def reload(
        self, wanted: Config, file: str, now: datetime, *, is_confirmed: bool
    ) -> list[Action]:
        """Put into force what of a file can be, as `governing.plan` tells."""
        self._due = None
        return self._governing.reload(wanted, file, now, is_confirmed=is_confirmed)

    def refuse_config(self, reason: str, file: str, now: datetime) -> list[Action]:
        """Return what the audit has to say of a file that cannot be used."""
        return self._governing.refuse(reason, now, file)

    def adopt(self, policy: Policy, now: datetime) -> list[Action]:
        """Judge by another configuration from now on, and ask every rule again."""
        self.policy = policy
        self._clerk.digest = policy.digest
        for watch in self.watches.values():
            watch.adopt(policy.of_account(watch.state.account.name))
        return [*self._strangers(now), *self._tell_all(ConfigAdopted(), now)]

    def fault(self, reason: str, now: datetime) -> list[Action]:
        """Return what the audit has to say of an error of our own; the watch goes on.

        What had been decided before it is done all the same.
        """
        left = self._rest + [action for watch, _ in self._decided for action in watch.abandon()]
        self._rest, self._decided = [], []
        for account_id, watch in self.watches.items():
            watch.alert = f"{reason}: please report it"
            self._bands.wake(account_id)
        return left + self.warn(reason, now)

    def warn(self, reason: str, now: datetime) -> list[Action]:
        """Return what the audit has to say of something that the watch goes on without."""
        return [SaveAudit(self._clerk.row(ENGINE, Act.WARN, reason, now))]

    def upkeep(self, reason: str, details: dict[str, object], now: datetime) -> list[Action]:
        """Return what the audit has to say of the database having been looked after."""
        return [SaveAudit(self._clerk.row(ENGINE, Act.UPKEEP, reason, now, details=details))]

    def acknowledge(self) -> list[Action]:
        """Take the red alerts away; they come back while their causes stand."""
        self._due = None
        for account_id, watch in self.watches.items():
            watch.alert = ""
            self._bands.wake(account_id)
        return []

    @property
    def _governing(self) -> Governing:
        if self.governing is None:
            raise LookupError("expected a core that has a configuration, found none")
        return self.governing

    def _strangers(self, now: datetime) -> list[Action]:
        """Return what the audit has to say of rules for accounts that are not watched."""
        watched = {watch.state.account.name for watch in self.watches.values()}
        names = sorted(self.policy.accounts.keys() - watched)
        reasons = [f"rules for {safe_text(name)} hold for nobody: not watched" for name in names]
        return [SaveAudit(self._clerk.row(CONFIG, Act.WARN, reason, now)) for reason in reasons]

    def _hear(self, event: Event, now: datetime) -> None:
        if isinstance(event, AccountRead):
            self.market.links.hear(Link.REST, now, event.latency_ms)
        elif not isinstance(event, _BY_HAND):
            self.market.links.hear(Link.USER_HUB, now)

    def _trade(self, event: Event, now: datetime) -> None:
        """Let a fill, or the position that it opened, be the contract's newest price."""
        match event:
            case FillSeen(fill) if not fill.is_voided:
                contract_id, price, at = fill.contract_id, fill.price, fill.at
            case PositionSeen(Position(average_price=Decimal() as price, size=size) as position):
                if not size or position.opened_at is None:
                    return
                contract_id, at = position.contract_id, position.opened_at
            case _:
                return
        if self.market.quotes.trade(contract_id, price, at, now):
            self._bands.wake_holders(contract_id)

    def _quote(self, event: QuoteSeen, now: datetime) -> Iterator[Request]:
        contract_id, quotes = event.contract_id, self.market.quotes
        self.market.links.hear(Link.MARKET_HUB, now)
        if not quotes.apply(event, now, self.market.contracts.get(contract_id)):
            return
        for account_id in self._bands.concerned(contract_id, quotes.mark(contract_id) or ZERO, now):
            watch, self._due = self.watches[account_id], None
            self._decided.append((watch, self._rest_until_left))
            yield from watch.decide(event, now)

    def _rest_until_left(self, watch: AccountWatch, now: datetime) -> list[Action]:
        """Let no quote concern an account until a mark leaves its zones."""
        zones = watch.zones(now)
        if zones is not None:
            self._bands.rest(watch.state.account.id, zones)
        return []

    def _link(self, event: LinkChanged, now: datetime) -> list[Action]:
        before = self.market.links[event.link]
        was_up, since = before.is_up, before.since
        self.market.links.apply(event, now)
        if was_up and not event.is_up:
            row = self._clerk.row(LINK, Act.GAP, f"{event.link.value} lost: {event.words}", now)
            return [SaveAudit(row)]
        if not event.is_up or was_up or since is None:
            return []
        gap_s = round((now - since).total_seconds(), 3)
        row = self._clerk.row(
            LINK,
            Act.GAP,
            f"{event.link.value} back after {gap_s} s: reading everything again",
            now,
            details={"gap_s": gap_s, "generation": event.generation},
        )
        return [SaveAudit(row)]

    def _tell_all(self, event: Event, now: datetime) -> list[Action]:
        actions: list[Action] = []
        for watch in self.watches.values():
            self._bands.wake(watch.state.account.id)
            self._due = None
            actions += watch.handle(event, now)
        return actions

    def _decide_all(self, event: Event, now: datetime) -> Iterator[Request]:
        for watch in self.watches.values():
            yield from self._decide_one(watch, event, now)

    def _decide_one(
        self, watch: AccountWatch, event: Event, now: datetime, after: _After | None = None
    ) -> Iterator[Request]:
        self._bands.wake(watch.state.account.id)
        self._due = None
        self._decided.append((watch, after))
        return watch.decide(event, now)

    def _meet(self, watch: AccountWatch, now: datetime) -> list[Action]:
        """Ask for quotes and a description of contracts that are met for the first time."""
        del now
        actions: list[Action] = []
        contracts = {position.contract_id for position in watch.state.positions}
        contracts |= {order.contract_id for order in watch.state.orders}
        for contract_id in sorted(contracts - self._known):
            self._known.add(contract_id)
            actions.append(WatchQuotes(contract_id))
            if self.market.contracts.get(contract_id) is None:
                actions.append(LearnContract(contract_id))
        return actions


def _account_id(event: OfAccount) -> int:
    match event:
        case AccountSeen(account):
            return account.id
        case PositionSeen(position):
            return position.account_id
        case OrderSeen(order):
            return order.account_id
        case FillSeen(fill):
            return fill.account_id
        case _:
            return event.account_id


def words_of(error: Exception, event: Event) -> str:
    """Return the sentence for an error of our own: what it was, where, and on which event."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame else "?"
    return f"internal error {type(error).__name__} in {place} on {type(event).__name__}"
