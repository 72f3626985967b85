"""How each rule stands: its value, its limit, and whether it watches, warns or holds a lock."""

from datetime import datetime
from decimal import Decimal

from curb.domain.locks import LockKind
from curb.domain.snapshot import FireView, RuleView
from curb.engine.policy import Policy
from curb.rules.listing import RULES
from curb.rules.rule import Rule
from curb.state.account import AccountState
from curb.state.protection import uncovered

_WARN_FROM = Decimal("0.8")


def standings(
    state: AccountState, policy: Policy, fires: tuple[FireView, ...], now: datetime
) -> tuple[RuleView, ...]:
    """Return a row for each rule that exists, in the order of their numbers."""
    armed = {rule.id: rule for rule in policy.rules}
    views = []
    for kind in RULES:
        held = _held(state, kind.id)
        rule = armed.get(kind.id)
        if rule is None:
            # What it locked stays locked, though it watches no more.
            views.append(RuleView(kind.id, kind.title, held or "off", "", ""))
            continue
        room = rule.headroom(state, now)
        views.append(
            RuleView(
                id=kind.id,
                title=kind.title,
                word=held or _word(rule, room.used, room.blind),
                value=room.value,
                limit=room.limit,
                used=room.used,
                blind=room.blind,
                fires=tuple(fire for fire in fires if fire.rule == kind.id),
                is_warn_only=rule.mode == "warn",
                left=room.left,
            )
        )
    return tuple(views)


def _held(state: AccountState, rule_id: str) -> str:
    """Return the word of a lock or a grace period that the rule holds, "" where there is none."""
    kinds = {lock.kind for lock in state.lockouts if lock.rule == rule_id}
    if LockKind.LOCKOUT in kinds:
        return "LOCKED"
    if kinds:
        return "COOLDOWN"
    bare = {p.contract_id for p in state.positions if uncovered(p, state.stops(p))}
    waits = any(g.rule == rule_id and g.contract_id in bare for g in state.timers)
    return "GRACE" if waits else ""


def _word(rule: Rule, used: Decimal | None, blind: str) -> str:
    if blind:
        return "not evaluated"
    if used is not None and used >= _WARN_FROM:
        return "warn"
    return "warn only" if rule.mode == "warn" else "ok"
