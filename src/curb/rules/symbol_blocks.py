"""RULE-011: symbols that are not traded at all."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from curb.domain.audit import Act
from curb.domain.decisions import Breach, Decision, Release, Target, Warn, measured
from curb.domain.events import AccountRead, ContractSeen, Event, FillSeen, OrderSeen, PositionSeen
from curb.domain.headroom import Adds, Headroom
from curb.domain.locks import Lock, LockKind
from curb.domain.market import symbol_of
from curb.rules.holding import ceilings, contracts_held, kept
from curb.rules.rule import Rule
from curb.state.account import AccountState


class SymbolBlocks(Rule):
    """A position or order in a blocked symbol: closed, cancelled, and the symbol locked."""

    id: ClassVar = "RULE-011"
    key: ClassVar = "symbol_blocks"
    title: ClassVar = "Blocked symbols"
    wakes: ClassVar = frozenset((PositionSeen, OrderSeen, FillSeen, AccountRead, ContractSeen))

    blocked: tuple[str, ...]
    """Symbols that may not be traded, all their expiries."""
    close_existing: bool
    """Whether a position that is open when its symbol is blocked is closed."""

    def check(self, account: AccountState, event: Event, now: datetime) -> tuple[Decision, ...]:
        """Return a breach for each blocked symbol that is held and not locked yet."""
        del event
        decisions: list[Decision] = []
        for symbol in self._symbols():
            lock = account.lockouts.get(self.id, symbol)
            if lock and (lock.kind is LockKind.LOCKOUT or not self.close_existing):
                continue
            held = contracts_held(account, symbol)
            # Without closing, what is open now and nothing later may stay: lock at once.
            if held or not (self.close_existing or self.mode == "warn"):
                decisions.append(self._breach(account, symbol, held, now))
        return (*decisions, *self._unreadable(account))

    def releases(self, account: AccountState) -> tuple[Release, ...]:
        """Return the locks of symbols that are no longer blocked."""
        blocked = self._symbols() if self.enabled else ()
        return tuple(
            Release(self.id, lock.symbol, f"{lock.symbol} is no longer blocked")
            for lock in account.lockouts
            if lock.rule == self.id and lock.symbol not in blocked
        )

    def headroom(self, account: AccountState, now: datetime) -> Headroom:
        """Return the blocked symbols that are held, else how many are blocked."""
        del now
        if any(account.contract(c) is None for c in contracts_held(account)):
            return Headroom("?", "", None, "a contract's symbol is not known yet")
        held = [symbol for symbol in self._symbols() if contracts_held(account, symbol)]
        value = ", ".join(held) or f"{len(self._symbols())} blocked"
        return Headroom(value, "", Decimal(1 if held else 0))

    def adds(self, account: AccountState, symbol: str, sign: int, now: datetime) -> Adds | None:
        """Return 0 for a symbol that is blocked."""
        del account, sign, now
        return Adds(0, f"{symbol} is blocked") if symbol in self._symbols() else None

    def _symbols(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(symbol.upper() for symbol in self.blocked))

    def _breach(
        self, account: AccountState, symbol: str, held: tuple[str, ...], now: datetime
    ) -> Breach:
        size = sum(abs(account.positions.size(contract_id)) for contract_id in held)
        orders = sum(len(account.orders.of(contract_id)) for contract_id in held)
        noun = "order" if orders == 1 else "orders"
        reason = f"{symbol} is blocked: {size} open, {orders} working {noun}"
        if self.close_existing:
            kind, targets = LockKind.LOCKOUT, tuple(Target(c) for c in held)
            act = Act.CLOSE_POSITION if size else Act.CANCEL_ORDERS
        else:
            kind, targets = LockKind.COOLDOWN, kept(account, held)
            act = Act.CANCEL_ORDERS if targets else Act.LOCK
        lock = Lock(
            account_id=account.account.id,
            rule=self.id,
            kind=kind,
            since=now,
            until=None,
            reason=f"{symbol} is blocked",
            symbol=symbol,
            ceilings=() if self.close_existing else ceilings(account, held),
        )
        numbers = measured(
            "symbol",
            symbol,
            "is one of",
            ", ".join(self._symbols()),
            self.clause("blocked", "close_existing"),
            contracts=size,
            orders=orders,
        )
        return Breach(
            self.id, act, reason, symbol=symbol, targets=targets, lock=lock, numbers=numbers
        )

    def _unreadable(self, account: AccountState) -> tuple[Warn, ...]:
        if not self.blocked:
            return ()
        found = (account.contract(contract_id) for contract_id in contracts_held(account))
        return tuple(
            Warn(self.id, f"{contract.name}: no symbol can be read from this name; not checked")
            for contract in found
            if contract and symbol_of(contract.name) is None
        )
