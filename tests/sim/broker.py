"""The paper gateway's own parts, put together for a day: its exchange is the truth."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr
from starlette.applications import Starlette

from curb.paper import contracts
from curb.paper.answer import Answer
from curb.paper.calendar import Calendar
from curb.paper.clock import VenueClock
from curb.paper.contracts import Contract
from curb.paper.customs import Customs
from curb.paper.doors import Doors
from curb.paper.exchange import Exchange
from curb.paper.faults.clockwork import Clockwork
from curb.paper.faults.fault import Plan
from curb.paper.faults.faults import Cut, Faults
from curb.paper.faults.http import HttpFaults
from curb.paper.faults.standing import Standing
from curb.paper.floor import Account, Floor
from curb.paper.limit import Limits
from curb.paper.orders import Order, Touch
from curb.paper.record import Record
from curb.paper.rest import Rest
from curb.paper.sockets import Sockets
from curb.paper.trades import Trade

ACCOUNT = Account(7, "PRAC-7")
SYMBOLS = ("ES", "MES", "NQ", "MNQ")
USERNAME, API_KEY = "sim", SecretStr("no-secret")
_FIRST_ID = 3_000_000_000

# Told what a request of ours did: what it was, the contract, the position before and after.
Witness = Callable[[str, str, int, int], None]


class Witnessed(Exchange):
    """An exchange that tells what our own requests do to positions, at the moment they do."""

    witness: Witness = staticmethod(lambda *_: None)

    def size(self, contract_id: str) -> int:
        """Return the signed position."""
        held = self.positions.get(contract_id)
        return held.net if held else 0

    def close(self, contract_id: str, now: datetime) -> Answer:
        """Close, and tell."""
        before = self.size(contract_id)
        answer = super().close(contract_id, now)
        self.witness("close", contract_id, before, self.size(contract_id))
        return answer

    def close_part(self, contract_id: str, size: int, now: datetime) -> Answer:
        """Close a part, and tell."""
        before = self.size(contract_id)
        answer = super().close_part(contract_id, size, now)
        self.witness(f"close {size} of", contract_id, before, self.size(contract_id))
        return answer


class Fired(Counter[str]):
    """How often each knob was turned; `on_turn` is told of each time."""

    on_turn: Callable[[str], None] = staticmethod(lambda _: None)

    def __setitem__(self, knob: str, times: int) -> None:
        super().__setitem__(knob, times)
        self.on_turn(knob)


@dataclass
class Broker:
    """A venue in this process: `app` answers, `floor` is where things happen."""

    seconds: Callable[[], float]
    fired: Fired = field(default_factory=Fired)

    def __post_init__(self) -> None:
        self.clock = VenueClock()
        self.faults = Faults(self.seconds, fired=self.fired)
        listed = [c for c in contracts.load(self.clock.now().date()) if c.symbol in SYMBOLS]
        self.exchange = Witnessed(
            listed,
            first_id=_FIRST_ID,
            position_id=1,
            customs=Customs(),
            calendar=Calendar(),
            faults=self.faults,
        )
        self.prices = {cid: {t.bid, t.ask, t.last} for cid, t in self.exchange.touches.items()}
        self.floor = Floor(ACCOUNT, self.exchange, self.clock, Record(), None, self.faults)
        standing = Standing(self.floor, self.seconds)
        self.faults.standing = standing.now
        doors = Doors(USERNAME, API_KEY, self.clock, Limits(), self.faults)
        self.app = Starlette()
        rest = Rest(self.floor, doors, HttpFaults(self.faults, standing, self._end, self.clock.now))
        for part in (rest, Sockets(self.floor, doors, cut=self._end)):
            self.app.routes.extend(part.routes())
        self.clockwork = Clockwork(self.floor)
        self.cut: Cut = lambda _: None  # set by who carries the lines

    def _end(self, client: tuple[str, int]) -> None:
        self.cut(client)

    @property
    def contracts(self) -> dict[str, Contract]:
        """The contracts that are listed, by id."""
        return self.exchange.contracts

    def id_of(self, symbol: str) -> str:
        """Return the id of the month that leads."""
        listed = self.contracts.values()
        return next(each.id for each in listed if each.symbol == symbol and each.is_active)

    def sizes(self) -> dict[str, int]:
        """Return the signed positions that are not flat."""
        return {cid: held.net for cid, held in self.exchange.positions.items()}

    def working(self, contract_id: str | None = None) -> list[Order]:
        """Return the working orders, of one contract or all."""
        found = self.exchange.working()
        return [o for o in found if contract_id in (None, o.ticket.contract_id)]

    def trades(self) -> list[Trade]:
        """Return every half-turn, as it stands now."""
        return list(self.exchange.trades)

    def act(self, what: Callable[[Exchange, datetime], Answer]) -> Answer:
        """Do something as the trader does it, in the platform."""
        return self.floor.act(lambda exchange: what(exchange, self.clock.now()))

    def move(self, contract_id: str, ticks: int) -> None:
        """Let one contract trade so many ticks away, and quote it."""
        contract = self.contracts[contract_id]
        last = self.exchange.touches[contract_id].last + ticks * contract.tick_size
        touch = Touch(last, last + contract.tick_size, last)
        self.prices.setdefault(contract_id, set()).update((touch.bid, touch.ask))
        self.floor.move(contract, touch, size=1, side=ticks < 0)
        self.floor.quote()

    def lay(self, plan: Plan) -> None:
        """Let other things go wrong from now on."""
        self.faults.lay(plan)
        self.clockwork.look()

    @property
    def is_open(self) -> bool:
        """Whether the venue trades now."""
        return self.exchange.calendar.is_open(self.clock.now())
