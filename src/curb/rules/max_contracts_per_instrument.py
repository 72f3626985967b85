"""RULE-002: how many contracts of one symbol may be open."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from curb.domain.audit import Act
from curb.domain.book import Position
from curb.domain.decisions import Breach, Decision, Target, measured
from curb.domain.events import AccountRead, ContractSeen, Event, PositionSeen
from curb.domain.headroom import Adds, Headroom
from curb.rules.excess import newest_first
from curb.rules.rule import Rule
from curb.state.account import AccountState

_UNKNOWN = "a contract's symbol is not known yet"


class MaxContractsPerInstrument(Rule):
    """Too many contracts of one symbol, all its expiries together."""

    id: ClassVar = "RULE-002"
    key: ClassVar = "max_contracts_per_instrument"
    title: ClassVar = "Max per instrument"
    wakes: ClassVar = frozenset((PositionSeen, AccountRead, ContractSeen))

    limits: dict[str, Annotated[int, Field(ge=0)]]
    """Contracts that may be open, by symbol."""
    action: Literal["reduce", "close"]
    """"reduce" closes the excess, "close" the whole symbol."""
    unlisted: Literal["block", "unlimited"] | Annotated[int, Field(ge=0)]
    """What a symbol without a limit may hold: nothing, anything, or a number."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach for every symbol with more contracts open than its limit."""
        del event, now
        breaches = []
        for symbol, positions in by_symbol(account).items():
            limit = self.limit_of(symbol)
            count = sum(abs(position.size) for position in positions)
            if limit is not None and count > limit:
                breaches.append(self._breach(account, symbol, positions, count, limit))
        return tuple(breaches)

    def limit_of(self, symbol: str) -> int | None:
        """Return the symbol's limit, None where it has none."""
        for listed, limit in self.limits.items():
            if listed.upper() == symbol:
                return limit
        if self.unlisted == "unlimited":
            return None
        return 0 if self.unlisted == "block" else self.unlisted

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the symbol nearest its limit."""
        del now
        if self._has_unknown(account):
            return Headroom("?", "", None, _UNKNOWN)
        nearest, most = Headroom("none open", "", Decimal(0)), Decimal(0)
        for symbol in by_symbol(account):
            room = self.headroom_of(account, symbol)
            if room is not None and room.used is not None and room.used > most:
                nearest, most = room, room.used
        return nearest

    def headroom_of(self, account: AccountState, symbol: str) -> Headroom | None:
        """Return a symbol's contracts against its limit, None where it has none."""
        limit = self.limit_of(symbol)
        if limit is None:
            return None
        if self._has_unknown(account):
            return Headroom("?", f"{limit}", None, _UNKNOWN)
        count = _count(account, symbol)
        used = Decimal(count) / limit if limit else Decimal(1)
        return Headroom(f"{symbol} {count}", f"{limit}", used, left=f"{max(limit - count, 0)}")

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return the contracts up to the symbol's limit."""
        del sign, now
        limit = self.limit_of(symbol)
        if limit is None:
            return None
        if self._has_unknown(account):
            return Adds(None, _UNKNOWN)
        count = _count(account, symbol)
        return Adds(max(limit - count, 0), f"{count} of {limit} {symbol} open")

    def _has_unknown(self, account: AccountState) -> bool:
        return any(account.contract(p.contract_id) is None for p in account.positions)

    def _breach(
        self,
        account: AccountState,
        symbol: str,
        positions: list[Position],
        count: int,
        limit: int,
    ) -> Breach:
        if self.action == "close" or not limit:
            targets = tuple(Target(position.contract_id) for position in positions)
        else:
            excess = Decimal(count - limit)
            targets = newest_first(account, positions, excess, lambda _: Decimal(1))
        is_closed = all(not target.keep for target in targets)
        return Breach(
            self.id,
            Act.CLOSE_POSITION if is_closed else Act.REDUCE_POSITION,
            f"{count} {symbol} open, limit {limit}",
            symbol=symbol,
            targets=targets,
            numbers=measured(f"{symbol} contracts open", count, ">", limit, self._limiting(symbol)),
        )

    def _limiting(self, symbol: str) -> dict[str, Any]:
        listed = {f"limits.{key}": n for key, n in self.limits.items() if key.upper() == symbol}
        return (listed or self.clause("unlisted")) | self.clause("action")


def by_symbol(account: AccountState) -> dict[str, list[Position]]:
    """Return the open positions by the trader's root; those not known yet are left out."""
    found: dict[str, list[Position]] = {}
    for position in account.positions:
        symbol = account.market.contracts.symbol(position.contract_id)
        if symbol is not None:
            found.setdefault(symbol.upper(), []).append(position)
    return found


def _count(account: AccountState, symbol: str) -> int:
    return sum(abs(position.size) for position in by_symbol(account).get(symbol, ()))
