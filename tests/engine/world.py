"""A core, a venue, and what is under way between them: requests, answers, the hub's words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from curb.config.models import Config
from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    MoveStop,
    OffsetPosition,
    PlaceStop,
    ReadAccount,
    ReduceContract,
    Request,
)
from curb.domain.book import OrderType
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    Event,
    Link,
    LinkChanged,
    Outcome,
    QuoteSeen,
    RequestEnded,
    Restored,
    TimePassed,
)
from curb.engine import recording
from curb.engine.adoption import Adoption, resumed
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.engine.recording import Call, RecordedCore
from curb.engine.watch import AccountWatch
from tests.engine.disk import Disk
from tests.engine.venue import Venue, terms
from tests.scene import ACCOUNT, NOON, contract_id

PRICES = {"ES": Decimal(5800), "MES": Decimal(5800), "NQ": Decimal(21000), "MNQ": Decimal(21000)}
_BYTES = "f" * 64  # the hash of every file


@dataclass
class Sent:
    """A request on its way to the venue."""

    request: Request
    at: datetime


@dataclass
class World:
    """Nothing moves by itself: whoever plays it says what arrives, and when."""

    policy: Policy
    file: Config | None = None  # what the policy comes from; None: nothing governs it
    now: datetime = NOON
    after_call: Callable[[Event | None, tuple[Action, ...]], None] = lambda _e, _a: None
    flight: list[Sent] = field(default_factory=list)
    answers: list[Event] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    disk: Disk = field(default_factory=Disk)
    is_hub_up: bool = True

    def __post_init__(self) -> None:
        self.venue = Venue(self.now, {contract_id(n): price for n, price in PRICES.items()})
        self.start()

    @property
    def watch(self) -> AccountWatch:
        return self.core.watches[ACCOUNT.id]

    def start(self) -> None:
        """Begin with what the disk holds, as after a crash: what was under way is lost."""
        restored = Restored() if self.disk.is_empty else self.disk.restored(self.now)
        self.calls, self.flight, self.answers = [], [], []
        adoption = self._adoption(restored)
        if adoption:
            self.policy = Policy.of(adoption.in_force)
        accounts = (self.venue.account,)
        self.first_line = recording.first_line("0", self.policy, accounts, restored, adoption)
        self.core: Core = RecordedCore(self.policy, accounts, restored, adoption, self.calls.append)
        actions = self.core.start(self.now, {})
        if self.file:
            is_first = not restored.configs
            actions += self.core.govern(self.now, is_first=is_first)
            actions += [] if is_first else self.core.compare(self.file, _BYTES)
        self._took(None, actions)
        for cid in self.venue.prices:
            self.tell(ContractSeen(terms(cid)))
        for link in Link:
            self.tell(LinkChanged(link, is_up=True, words="", generation=1))
        self.is_hub_up = True
        for cid, price in self.venue.prices.items():
            self.tell(QuoteSeen(cid, self.now, price))

    def _adoption(self, restored: Restored) -> Adoption | None:
        if self.file is None:
            return None
        if not restored.configs:
            return Adoption(self.file)
        (kept,) = restored.configs
        return resumed(kept, self.file)

    def reload(self, wanted: Config, *, is_confirmed: bool) -> tuple[Action, ...]:
        """Read another file, as far as the engine would by now."""
        governing = self.core.governing
        if governing is None or not governing.is_ready:
            return ()
        self.file = wanted
        actions = self.core.reload(wanted, _BYTES, self.now, is_confirmed=is_confirmed)
        return self._took(None, actions)

    def tell(self, event: Event) -> tuple[Action, ...]:
        return self._took(event, self.core.handle(event, self.now))

    def _took(self, event: Event | None, actions: list[Action]) -> tuple[Action, ...]:
        """Send what the core wants sent, keep what it wants kept."""
        for action in actions:
            if isinstance(action, Request):
                self.flight.append(Sent(action, self.now))
            else:
                self.disk.keep(action)
        self.after_call(event, tuple(actions))
        return tuple(actions)

    def wait(self, seconds: float) -> None:
        """Let time pass; deadlines on the way are met at their moment."""
        end = self.now + timedelta(seconds=seconds)
        for _ in range(1_000):
            deadline = self.core.deadline(self.now)
            if deadline > end:
                break
            self.go_to(max(deadline, self.now + timedelta(milliseconds=5)))
            self.tell(TimePassed())
        self.go_to(max(end, self.now))

    def go_to(self, now: datetime) -> None:
        self.now = max(now, self.venue.now)
        self.venue.now = self.now

    def hear(self, index: int = 0, *, again: bool = False) -> None:
        """Let the core hear one of the things that the hub has to say."""
        if self.venue.told and self.is_hub_up:
            index %= len(self.venue.told)
            event = self.venue.told[index] if again else self.venue.told.pop(index)
            self.go_to(self.venue.now)
            self.tell(event)

    def link(self, *, is_up: bool) -> None:
        """The user hub goes, with all that it had to say, or comes back."""
        if is_up == self.is_hub_up:
            return
        self.is_hub_up = is_up
        self.venue.told.clear()
        self.tell(LinkChanged(Link.USER_HUB, is_up, "", 2))

    def arrive(self, index: int, outcome: Outcome, *, has_effect: bool = True) -> None:
        """Let a request reach the venue; its answer is on the way back then."""
        if not self.flight:
            return
        sent = self.flight.pop(index % len(self.flight))
        if isinstance(sent.request, ReadAccount):
            self.answers.append(self._read(sent, sent.request, outcome))
            return
        if outcome is Outcome.DONE or (outcome is Outcome.UNKNOWN and has_effect):
            is_done = self._carry_out(sent.request)
            outcome = outcome if is_done or outcome is Outcome.UNKNOWN else Outcome.REFUSED
        self.answers.append(RequestEnded(sent.request.request_id, outcome, 5))
        self.go_to(self.venue.now)

    def answer(self, index: int = 0) -> None:
        """Let an answer reach the core."""
        if self.answers:
            self.tell(self.answers.pop(index % len(self.answers)))

    def settle(self, seconds: float) -> None:
        """Let everything arrive, answered and told at once, for a time."""
        self.link(is_up=True)
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            for _ in range(1_000):
                if not (self.venue.told or self.flight or self.answers):
                    break
                self.hear()
                self.arrive(0, Outcome.DONE)
                self.answer()
            self.wait(min(max((self.core.deadline(self.now) - self.now).total_seconds(), 0.01), 1))

    def _read(self, sent: Sent, request: ReadAccount, outcome: Outcome) -> Event:
        if outcome is not Outcome.DONE:
            return RequestEnded(request.request_id, outcome, 5)
        venue, since = self.venue, request.fills_since
        fills = tuple(f for f in venue.fills.values() if since is not None and f.at >= since)
        return AccountRead(
            request.request_id,
            ACCOUNT.id,
            sent.at,
            1,
            venue.account,
            tuple(venue.positions.values()),
            tuple(venue.orders.values()),
            fills if since is not None else None,
        )

    def _carry_out(self, request: Request) -> bool:
        match request:
            case CloseContract(contract_id=cid):
                return self.venue.close(cid)
            case ReduceContract(contract_id=cid, size=size):
                return self.venue.close(cid, size)
            case OffsetPosition(contract_id=cid, side=side, size=size):
                self.venue.trade(cid, side.value * size)
                return True
            case CancelOrder(order_id=order_id):
                return self.venue.cancel(order_id)
            case PlaceStop(contract_id=cid, side=side, size=size, price=price, tag=tag):
                self.venue.place(cid, side, OrderType.STOP, size, price, tag)
                return True
            case MoveStop(order_id=order_id, size=size, price=price):
                return self.venue.change(order_id, size, price)
            case ReadAccount():
                return True
