"""RULE-001: how many contracts may be open on the account."""

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import ClassVar, Literal

from pydantic import Field

from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.decisions import Breach, Decision, Target, measured
from curb.domain.events import AccountRead, ContractSeen, Event, PositionSeen
from curb.domain.headroom import Adds, Headroom
from curb.domain.market import MICROS
from curb.domain.money import ZERO
from curb.rules.excess import newest_first
from curb.rules.rule import Rule
from curb.state.account import AccountState

_WHOLE = Decimal(1)


class MaxContracts(Rule):
    """Too many contracts open on the account at once."""

    id: ClassVar = "RULE-001"
    key: ClassVar = "max_contracts"
    title: ClassVar = "Max contracts"
    wakes: ClassVar = frozenset((PositionSeen, AccountRead, ContractSeen))

    limit: int = Field(gt=0)
    """Contracts that may be open; one more is a breach."""
    count: Literal["net", "gross"]
    """"net" offsets longs and shorts, "gross" adds them up."""
    action: Literal["close_all", "reduce"]
    """"close_all" closes every position, "reduce" only the excess, newest first."""
    micro_weight: Decimal = Field(gt=0, le=1)
    """What a micro contract counts; 0.1 makes ten micros one mini."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach where more contracts are open than the limit."""
        del event, now
        counted = self._count(account)
        if abs(counted) <= self.limit:
            return ()
        if self.action == "close_all":
            act = Act.FLATTEN
            targets = tuple(Target(position.contract_id) for position in account.positions)
        else:
            act = Act.REDUCE_POSITION
            targets = self._reduced(account, counted)
        return (
            Breach(
                self.id,
                act,
                f"{abs(counted)} contracts open ({self.count}), limit {self.limit}",
                targets=targets,
                numbers=measured(
                    f"contracts open, {self.count}",
                    abs(counted),
                    ">",
                    self.limit,
                    self.clause("limit", "count", "action", "micro_weight"),
                ),
            ),
        )

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the contracts open against the limit."""
        del now
        counted = abs(self._count(account))
        left = f"{max(self.limit - counted, ZERO)}"
        return Headroom(f"{counted}", f"{self.limit}", counted / self.limit, left=left)

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return the contracts up to the limit; in net, those of the other side offset first."""
        del now
        if self.count == "net" and not all(p.is_side_known for p in account.positions):
            return Adds(None, "the side of a position is not known")
        counted = self._count(account)
        why = f"{abs(counted)} of {self.limit} contracts open ({self.count})"
        if abs(counted) > self.limit:
            return Adds(0, why)
        room = self.limit - (counted * sign if self.count == "net" else counted)
        return Adds(int((room / self._weight_of(symbol)).to_integral_value(ROUND_FLOOR)), why)

    def _reduced(self, account: AccountState, counted: Decimal) -> tuple[Target, ...]:
        positions = [
            position
            for position in account.positions
            if self.count == "gross" or position.size * counted > 0
        ]
        excess = abs(counted) - self.limit
        return newest_first(account, positions, excess, lambda p: self._weight(account, p))

    def _count(self, account: AccountState) -> Decimal:
        counted = ZERO
        for position in account.positions:
            size = abs(position.size) if self.count == "gross" else position.size
            counted += size * self._weight(account, position)
        return counted

    def _weight(self, account: AccountState, position: Position) -> Decimal:
        return self._weight_of(account.market.contracts.symbol(position.contract_id))

    def _weight_of(self, symbol: str | None) -> Decimal:
        return self.micro_weight if symbol in MICROS else _WHOLE
