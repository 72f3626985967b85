"""How far an account is from each limit, and how many contracts of a symbol may be added."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from curb.domain.headroom import Adds
from curb.domain.locks import Lock
from curb.domain.market import symbol_of
from curb.domain.room import AddView, Room
from curb.domain.snapshot import AccountView, RuleView
from curb.engine.guard import left_of
from curb.engine.policy import Policy
from curb.engine.watch import AccountWatch
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.state.account import AccountState
from curb.state.contracts import Contracts


def take(
    watch: AccountWatch, policy: Policy, shown: AccountView, symbol: str, now: datetime
) -> Room:
    """Return the room of an account that a screen is shown so, for a symbol in capitals."""
    own = policy.of_account(shown.name)
    armed = {rule.id for rule in own.rules}
    return Room(
        at=now,
        account_id=shown.id,
        account=shown.name,
        symbol=symbol,
        positions=tuple(p for p in shown.positions if p.symbol.upper() == symbol),
        adds=_adds(watch, own, symbol, now),
        rules=tuple(
            _of_symbol(rule, watch.state, own, symbol) for rule in shown.rules if rule.id in armed
        ),
    )


def root(contracts: Contracts, text: str) -> str | None:
    """Return the symbol that a text means, itself or a contract's name: MNQ, mnq, MNQZ6.

    None where the gateway offers none such.
    """
    word = text.strip().upper()
    offered = contracts.symbols()
    found = word if word in offered else symbol_of(word)
    return found if found in offered else None


def _adds(watch: AccountWatch, policy: Policy, symbol: str, now: datetime) -> tuple[AddView, ...]:
    return tuple(
        _view("LONG" if sign > 0 else "SHORT", _least(watch, policy, symbol, sign, now))
        for sign in _signs(watch.state, symbol)
    )


def _signs(state: AccountState, symbol: str) -> list[int]:
    """Return the sides that can be added to: those that are open, both where none is."""
    held = (p for p in state.positions if state.market.contracts.symbol(p.contract_id) == symbol)
    return sorted({1 if p.size > 0 else -1 for p in held}, reverse=True) or [1, -1]


def _view(side: str, least: Adds | None) -> AddView:
    if least is None:
        return AddView(side, None, "no rule limits it")
    return AddView(side, least.contracts, least.why, is_known=least.contracts is not None)


def _least(
    watch: AccountWatch, policy: Policy, symbol: str, sign: int, now: datetime
) -> Adds | None:
    """Return the fewest that may be added; what is forbidden comes before what is not known."""
    told = list(_told(watch, policy, symbol, sign, now))
    nothing = next((adds for adds in told if adds.contracts == 0), None)
    unknown = next((adds for adds in told if adds.contracts is None), None)
    return nothing or unknown or min(told, key=lambda adds: adds.contracts or 0, default=None)


def _told(
    watch: AccountWatch, policy: Policy, symbol: str, sign: int, now: datetime
) -> Iterator[Adds]:
    state = watch.state
    lock = _lock(state, symbol)
    if lock is not None:
        yield Adds(0, f"{lock.kind.value} of {lock.rule} {left_of(lock, now)}")
    if any(True for _ in watch.closing):
        yield Adds(0, "positions are being closed")
    if not state.positions.is_known:
        yield Adds(None, "the account has not been read yet")
    for rule in policy.rules:
        adds = rule.adds(state, symbol, sign, now)
        if adds is not None:
            only = "" if rule.mode == "enforce" else ", which only warns"
            yield replace(adds, why=f"{rule.id}: {adds.why}{only}")


def _lock(state: AccountState, symbol: str) -> Lock | None:
    lockout = state.lockouts.lockout(symbol)
    return lockout or next(iter(state.lockouts.cooldowns(symbol)), None)


def _of_symbol(rule: RuleView, state: AccountState, policy: Policy, symbol: str) -> RuleView:
    name = state.market.contracts.symbol
    shown = replace(rule, fires=tuple(f for f in rule.fires if name(f.contract_id) == symbol))
    for armed in policy.rules:
        if isinstance(armed, MaxContractsPerInstrument) and armed.id == rule.id:
            room = armed.headroom_of(state, symbol)
            if room is None:
                return replace(shown, value=f"{symbol} without limit", limit="", used=None, left="")
            return replace(
                shown, value=room.value, limit=room.limit, used=room.used, left=room.left
            )
    return shown
