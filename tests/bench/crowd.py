"""Accounts with positions in a pure core, and quotes for them: no socket, no disk, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from curb.config.parse import parse
from curb.domain.book import Account, Fill, Order, OrderStatus, OrderType, Position, Side
from curb.domain.events import (
    AccountRead,
    ContractSeen,
    FillSeen,
    Link,
    LinkChanged,
    QuoteSeen,
    Restored,
)
from curb.domain.market import Contract
from curb.engine.core import Core
from curb.engine.policy import Policy
from curb.rules.rule import Rule

NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Chicago
TICK, WORTH = Decimal("0.25"), Decimal("0.50")
PRICE = Decimal(21000)
# How far prices walk before they turn, in ticks.
_RANGE = 24

_SHIPPED = Path(__file__).parents[2] / "config.toml"
# Nothing of what was done to get there may fire; limits of money are set by the crowd.
_WIDE: dict[str, dict[str, object]] = {
    "max_contracts": {"limit": 100_000},
    "max_contracts_per_instrument": {"unlisted": "unlimited"},
    "trade_management": {"initial_stop_ticks": 400},
}


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many accounts, what each has, and how many of them are `near` their limits.

    A position is one contract at 0.50 dollars a tick; prices walk in a range of 24 ticks.
    """

    accounts: int = 1
    positions: int = 2
    symbols: int = 2
    near: int = 0
    stops: int = 1  # working orders that protect each position
    fills: int = 0  # earlier today, in each account

    def core(self) -> Core:
        """Return a core that was told all this, calm, every rule watching."""
        near = {str(i): _policy(self._limit(i)) for i in range(1, self.near + 1)}
        policy = _policy(Decimal(100_000), near)
        accounts = [Account(i, str(i), can_trade=True) for i in range(1, self.accounts + 1)]
        core = Core(policy, accounts, Restored())
        core.start(NOON, {})
        for number in range(self.symbols):
            name = f"S{number}Z6"
            core.handle(ContractSeen(Contract(_id(number), name, name[:-2], TICK, WORTH)), NOON)
        for link in Link:
            core.handle(LinkChanged(link, True, "", 1), NOON)
        for number in range(self.symbols):
            core.handle(QuoteSeen(_id(number), NOON, PRICE), NOON)
        for account in accounts:
            core.handle(self._read(account), NOON)
            for fill in self._fills(account):
                core.handle(FillSeen(fill), NOON)
        return core

    def quotes(self, count: int, seed: int = 1) -> list[QuoteSeen]:
        """Return quotes of all symbols in turn, each a tick from its last, within the range."""
        return list(self._walk(count, Random(seed)))  # noqa: S311 - reproducible, no secret

    def ends(self) -> list[QuoteSeen]:
        """Return quotes that take each symbol to both ends of its range, and back."""
        return [
            QuoteSeen(_id(number), NOON, PRICE + ticks * TICK)
            for number in range(self.symbols)
            for ticks in (_RANGE, -_RANGE, 0)
        ]

    def _walk(self, count: int, random: Random) -> Iterator[QuoteSeen]:
        ticks = [0] * self.symbols
        for i in range(count):
            number = i % self.symbols
            step = random.choice((-1, 1))
            if abs(ticks[number] + step) > _RANGE:
                step = -step
            ticks[number] += step
            price = PRICE + ticks[number] * TICK
            yield QuoteSeen(_id(number), NOON, price, price - TICK, price + TICK)

    def _limit(self, number: int) -> Decimal:
        """Return a limit that the walks of an account's positions come near, and seldom reach."""
        reach = _RANGE * WORTH * self.positions
        return reach * (Decimal(60 + number % 60) / 100)

    def _held(self, account: Account) -> Iterator[tuple[str, Side]]:
        for i in range(self.positions):
            number = (account.id * self.positions + i) % self.symbols
            yield _id(number), Side.BUY if (account.id + i) % 2 else Side.SELL

    def _read(self, account: Account) -> AccountRead:
        positions, orders = [], []
        for i, (contract_id, side) in enumerate(self._held(account)):
            key = account.id * 1_000_000 + i * 1_000
            positions.append(Position(account.id, contract_id, side.value, PRICE, NOON, key))
            orders += [self._stop(account, key + n, contract_id, side) for n in range(self.stops)]
        # The number of the read that the start asked for.
        number = account.id
        return AccountRead(
            number, account.id, NOON, 1, account, tuple(positions), tuple(orders), ()
        )

    def _stop(self, account: Account, number: int, contract_id: str, side: Side) -> Order:
        return Order(
            id=number,
            account_id=account.id,
            contract_id=contract_id,
            side=Side(-side.value),
            type=OrderType.STOP,
            status=OrderStatus.OPEN,
            size=1,
            stop_price=PRICE - side.value * 400 * TICK,
        )

    def _fills(self, account: Account) -> Iterator[Fill]:
        """Yield fills in pairs that leave nothing open."""
        contract_id = _id(self.symbols - 1)
        for i in range(self.fills):
            side = Side.SELL if i % 2 else Side.BUY
            number, at = account.id * 1_000_000 + i, NOON - timedelta(hours=3)
            pnl = Decimal(0) if i % 2 else None
            yield Fill(number, account.id, contract_id, number, side, 1, PRICE, at, pnl)


def _id(number: int) -> str:
    return f"CON.F.US.S{number}.Z26"


def _policy(loss: Decimal, accounts: dict[str, Policy] | None = None) -> Policy:
    shipped = parse(_SHIPPED.read_text(encoding="utf-8"), str(_SHIPPED))
    money: dict[str, dict[str, object]] = {
        "daily_realized_loss": {"loss_limit": loss},
        "daily_unrealized_loss": {"loss_limit": loss},
        "max_unrealized_profit": {"target": Decimal(100_000)},
    }
    rules = tuple(_set(rule, _WIDE | money) for rule in shipped.rules)
    days = shipped.day.trading_days()
    return Policy(rules, days, "net", "0" * 64, len(rules), accounts=accounts or {})


def _set(rule: Rule, wanted: dict[str, dict[str, object]]) -> Rule:
    return rule.model_copy(update={"enabled": True} | wanted.get(rule.key, {}))
