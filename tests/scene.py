"""A pure scene for rule tables: events at seconds after noon Chicago go in, deeds come out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from curb.domain.actions import (
    Action,
    CancelOrder,
    CloseContract,
    MoveStop,
    PlaceStop,
    ReadAccount,
    ReduceContract,
    SaveAudit,
    SaveLock,
)
from curb.domain.audit import Act, AuditRow
from curb.domain.book import Account, Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import (
    AccountRead,
    AccountSeen,
    ContractSeen,
    Event,
    FillSeen,
    Link,
    LinkChanged,
    OrderSeen,
    Outcome,
    PositionSeen,
    QuoteSeen,
    RequestEnded,
    Restored,
    TimePassed,
)
from curb.domain.locks import Grace, Lock, LockKind
from curb.domain.market import Contract
from curb.domain.sessions import TradingDays
from curb.engine.adoption import Adoption
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.engine.watch import AccountWatch
from curb.rules.rule import Rule

NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Chicago
ACCOUNT = Account(7, "PRAC-7", can_trade=True)

_TICKS = {
    "ES": ("EP", "0.25", "12.50"),
    "MES": ("MES", "0.25", "1.25"),
    "NQ": ("ENQ", "0.25", "5.00"),
    "MNQ": ("MNQ", "0.25", "0.50"),
    "RTY": ("RTY", "0.1", "5.00"),
    "M2K": ("M2K", "0.1", "0.50"),
    "BTC": ("BTC", "5", "25.00"),
}


def contract_id(name: str) -> str:
    """`MNQ` is the December contract of MNQ, `MNQH7` that of March."""
    root, month = (name[:-2], name[-2:]) if name[-1].isdigit() and name != "M2K" else (name, "Z6")
    return f"CON.F.US.{_TICKS[root][0]}.{month[0]}2{month[1]}"


def contract(name: str) -> Contract:
    root = name[:-2] if name[-1].isdigit() and name != "M2K" else name
    _, size, value = _TICKS[root]
    full = name if name != root else f"{root}Z6"
    return Contract(contract_id(name), full, root, Decimal(size), Decimal(value))


# Every row of a rule's deed says what was compared, and by which keys.
_FIGURES = frozenset(("what", "value", "sign", "limit", "keys"))
_REASONED = frozenset(Act) - {Act.WARN, Act.NOT_EVALUATED, Act.UNLOCK}


@dataclass(frozen=True)
class Deeds:
    """What the core wanted done."""

    actions: tuple[Action, ...]

    def __post_init__(self) -> None:
        for row in self.rows:
            if row.rule.startswith("RULE-") and row.action in _REASONED:
                missing = _FIGURES - row.details.keys()
                assert not missing, f"{row.rule}: {row.reason}: no {missing}"

    @property
    def closes(self) -> list[tuple[str, int | None]]:
        """Contract and size of every close; None is the whole."""
        found: list[tuple[str, int | None]] = []
        for action in self.actions:
            if isinstance(action, CloseContract):
                found.append((action.contract_id, None))
            elif isinstance(action, ReduceContract):
                found.append((action.contract_id, action.size))
        return found

    @property
    def cancels(self) -> list[int]:
        return [a.order_id for a in self.actions if isinstance(a, CancelOrder)]

    @property
    def stops(self) -> list[tuple[int | None, int | None, str]]:
        """Order (None: a new one), size and price of every stop placed or moved."""
        found: list[tuple[int | None, int | None, str]] = []
        for action in self.actions:
            if isinstance(action, PlaceStop):
                found.append((None, action.side.value * action.size, f"{action.price:.2f}"))
            elif isinstance(action, MoveStop):
                found.append((action.order_id, action.size, f"{action.price:.2f}"))
        return found

    @property
    def reads(self) -> list[ReadAccount]:
        return [a for a in self.actions if isinstance(a, ReadAccount)]

    @property
    def rows(self) -> list[AuditRow]:
        return [a.row for a in self.actions if isinstance(a, SaveAudit)]

    @property
    def locks(self) -> list[Lock]:
        return [a.lock for a in self.actions if isinstance(a, SaveLock)]

    @property
    def acts(self) -> list[Act]:
        """What the rows say was done; that a limit is near is no deed."""
        return [row.action for row in self.rows if row.action is not Act.WARN]

    def of(self, rule: str) -> list[AuditRow]:
        return [row for row in self.rows if row.rule == rule]


class Scene:
    """One account, flat at noon, links up, everything read; `venue` is what REST would say."""

    def __init__(
        self,
        *rules: Rule,
        basis: str = "net",
        days: TradingDays | None = None,
        start: datetime = NOON,
        restored: Restored | None = None,
        contracts: Iterable[str] = tuple(_TICKS),
        account: Account = ACCOUNT,
        adoption: Adoption | None = None,
        **venue: tuple[object, ...],
    ) -> None:
        policy = Policy(
            rules,
            days or TradingDays(time(17), ZoneInfo("America/Chicago")),
            basis,
            "0" * 64,
            len(rules),
        )
        if adoption:
            policy = Policy.of(adoption.in_force)
        self.account = account
        self.core = Core(policy, (account,), restored or Restored(), adoption)
        self.start = start
        self.now = start
        self.last_id = 0
        self.is_deaf = False
        self._asked: dict[int, ReadAccount] = {}
        self.positions: dict[str, Position] = {}
        self.orders: dict[int, Order] = {}
        self.fills: list[Fill] = []
        self._setup: list[Event] = [*(ContractSeen(contract(name)) for name in contracts)]
        self.opening = self.begin() if not venue else Deeds(())

    @property
    def watch(self) -> AccountWatch:
        return self.core.watches[ACCOUNT.id]

    def begin(self) -> Deeds:
        actions = list(self.core.start(self.now, {}))
        self._asked |= {a.request_id: a for a in actions if isinstance(a, ReadAccount)}
        for event in self._setup:
            actions += self._handle(event)
        for link in Link:
            actions += self._handle(LinkChanged(link, True, "", 1))
        todo = list(actions)
        while todo:
            todo = list(self.answer_read(todo).actions)
            actions += todo
        return Deeds(tuple(actions))

    def at(self, seconds: float) -> "Scene":
        """Go on in time; what was read until then has been answered, unless REST is deaf."""
        while self._asked and not self.is_deaf:
            self.answer_pending()
        self.now = self.start + timedelta(seconds=seconds)
        return self

    def tell(self, event: Event) -> Deeds:
        return Deeds(tuple(self._handle(event)))

    def _handle(self, event: Event) -> list[Action]:
        actions = self.core.handle(event, self.now)
        self._asked |= {a.request_id: a for a in actions if isinstance(a, ReadAccount)}
        return actions

    def tick(self) -> Deeds:
        return self.tell(TimePassed())

    def position(self, name: str, size: int, average: str = "21000") -> Deeds:
        cid = contract_id(name)
        position = Position(ACCOUNT.id, cid, size, Decimal(average), self.now, 500 + len(cid))
        self._hold(position)
        return self.tell(PositionSeen(position))

    def fill(
        self,
        name: str,
        size: int,
        price: str = "21000",
        *,
        pnl: str | None = None,
        fees: str = "0",
        order_id: int | None = None,
        fill_id: int | None = None,
        voided: bool = False,
        at: datetime | None = None,
    ) -> Deeds:
        """A fill of signed `size`; each stands for an order of its own unless told."""
        self.last_id += 1
        fill = Fill(
            id=fill_id if fill_id is not None else self.last_id,
            account_id=ACCOUNT.id,
            contract_id=contract_id(name),
            order_id=order_id if order_id is not None else 9_000 + self.last_id,
            side=Side.BUY if size > 0 else Side.SELL,
            size=abs(size),
            price=Decimal(price),
            at=at or self.now,
            pnl=None if pnl is None else Decimal(pnl),
            fees=Decimal(fees),
            is_voided=voided,
        )
        self.fills = [known for known in self.fills if known.id != fill.id]
        self.fills.append(fill)
        return self.tell(FillSeen(fill))

    def trade(self, name: str, size: int, average: str = "21000", **details: object) -> Deeds:
        """A fill and the position that it leads to, as the gateway tells them."""
        before = self.positions.get(contract_id(name))
        first = self.position(name, (before.size if before else 0) + size, average)
        second = self.fill(name, size, average, **details)  # type: ignore[arg-type]
        return Deeds((*first.actions, *second.actions))

    def permit(self, can_trade: bool | None) -> Deeds:
        """The gateway tells whether the account may trade."""
        self.account = replace(self.account, can_trade=can_trade)
        return self.tell(AccountSeen(self.account))

    def quote(self, name: str, last: str | None = None, **sides: str) -> Deeds:
        return self.tell(
            QuoteSeen(
                contract_id(name),
                self.now,
                None if last is None else Decimal(last),
                Decimal(sides["bid"]) if "bid" in sides else None,
                Decimal(sides["ask"]) if "ask" in sides else None,
            )
        )

    def order(
        self,
        name: str,
        side: Side,
        kind: OrderType,
        size: int = 1,
        *,
        price: str | None = None,
        order_id: int | None = None,
        status: OrderStatus = OrderStatus.OPEN,
        silent: bool = False,
        tag: str | None = None,
    ) -> Deeds:
        self.last_id += 1
        amount = None if price is None else Decimal(price)
        order = Order(
            id=order_id if order_id is not None else self.last_id,
            account_id=ACCOUNT.id,
            contract_id=contract_id(name),
            side=side,
            type=kind,
            status=status,
            size=size,
            limit_price=amount if kind is OrderType.LIMIT else None,
            stop_price=amount if kind is not OrderType.LIMIT else None,
            updated_at=self.now,
            tag=tag,
        )
        if status.is_final:
            self.orders.pop(order.id, None)
        else:
            self.orders[order.id] = order
        return Deeds(()) if silent else self.tell(OrderSeen(order))

    def cancel(self, order_id: int) -> Deeds:
        order = replace(self.orders.pop(order_id), status=OrderStatus.CANCELLED)
        return self.tell(OrderSeen(order))

    def answer_pending(self) -> Deeds:
        """Answer every read under way."""
        return self.answer_read(list(self._asked.values()))

    def answer_read(self, actions: Iterable[Action], *, delay_s: float = 0) -> Deeds:
        """Answer the reads among the actions with what the venue holds."""
        out: list[Action] = []
        for read in [a for a in actions if isinstance(a, ReadAccount)]:
            if read.request_id not in self._asked:
                continue
            del self._asked[read.request_id]
            began_at = self.now
            self.now += timedelta(seconds=delay_s)
            event = AccountRead(
                read.request_id,
                ACCOUNT.id,
                began_at,
                1,
                self.account,
                tuple(self.positions.values()),
                tuple(self.orders.values()),
                tuple(self.fills) if read.fills_since else None,
            )
            out += self._handle(event)
        return Deeds(tuple(out))

    def answer(self, actions: Iterable[Action], outcome: Outcome = Outcome.DONE) -> Deeds:
        """Answer every close and cancel among the actions; DONE has its effect at the venue."""
        out: list[Action] = []
        for action in actions:
            match action:
                case CloseContract(request_id=request_id, contract_id=cid):
                    if outcome is Outcome.DONE:
                        self._drop(cid)
                case ReduceContract(request_id=request_id, contract_id=cid, size=size):
                    if outcome is Outcome.DONE:
                        held = self.positions[cid]
                        sign = 1 if held.size > 0 else -1
                        self.positions[cid] = replace(held, size=held.size - sign * size)
                case CancelOrder(request_id=request_id, order_id=order_id):
                    if outcome is Outcome.DONE:
                        self.orders.pop(order_id, None)
                case _:
                    continue
            out += self._handle(RequestEnded(request_id, outcome, 1))
        return Deeds(tuple(out))

    def settle(self, deeds: Deeds, *, steps: int = 400) -> Deeds:
        """Play the venue, telling nothing on the hub, until nothing is left to do."""
        everything = list(deeds.actions)
        todo = list(deeds.actions)
        for _ in range(steps):
            answered = [*self.answer(todo).actions, *self.answer_read(todo).actions]
            if not answered:
                if not self.watch.enforcements:
                    break
                self.now = max(self.core.deadline(self.now), self.now)
                answered = list(self.tick().actions)
            everything += answered
            todo = answered
        return Deeds(tuple(everything))

    def _hold(self, position: Position) -> None:
        if position.size:
            self.positions[position.contract_id] = position
        else:
            self.positions.pop(position.contract_id, None)

    def _drop(self, cid: str) -> None:
        self.positions.pop(cid, None)


def lock(rule: str, until_s: float | None, **details: object) -> Lock:
    return Lock(
        ACCOUNT.id,
        rule,
        details.get("kind", LockKind.LOCKOUT),  # type: ignore[arg-type]
        NOON,
        None if until_s is None else NOON + timedelta(seconds=until_s),
        "for a test",
        details.get("symbol"),  # type: ignore[arg-type]
        details.get("ceilings", ()),  # type: ignore[arg-type]
    )


def grace(name: str, started_s: float, due_s: float) -> Grace:
    return Grace(
        ACCOUNT.id,
        "RULE-008",
        contract_id(name),
        NOON + timedelta(seconds=started_s),
        NOON + timedelta(seconds=due_s),
    )
