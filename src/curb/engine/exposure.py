"""What a screen shows of an open position: its figures, its exits, what the rules say of it."""

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from curb.domain.book import Order, OrderStatus, OrderType, Position
from curb.domain.market import Contract
from curb.domain.money import ZERO
from curb.domain.snapshot import FireView, PositionView, RuleView
from curb.engine.marks import digits, nearest
from curb.engine.policy import Policy
from curb.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from curb.state.account import AccountState
from curb.state.protection import uncovered

_LIVE = frozenset((OrderStatus.OPEN, OrderStatus.PENDING))
_MOST_SAID = 2
_MINUTE_S = 60


def exposure(
    state: AccountState,
    position: Position,
    policy: Policy,
    rules: tuple[RuleView, ...],
    fires: tuple[FireView, ...],
    now: datetime,
    *,
    closing: str,
) -> PositionView:
    """Return the row of a position; `fires` and `rules` are those of the whole account.

    `closing` says how a close of it stands, "" where none is wanted.
    """
    contract = state.contract(position.contract_id)
    mark = state.market.quotes.mark(position.contract_id)
    stops = state.stops(position)
    prices = [stop.stop_price for stop in stops if stop.stop_price is not None]
    stop = min(prices, key=lambda p: abs(p - (mark or p))) if prices else None
    bare = uncovered(position, stops)
    symbol = contract.symbol if contract else "?"
    limit = _limit(policy, symbol) if contract else None
    mine = tuple(fire for fire in fires if fire.contract_id == position.contract_id)
    first = [closing] if closing else []
    first += _grace(state, position, now)
    if limit is not None and abs(position.size) >= limit:
        first.append(f"002 {abs(position.size)} of {limit}")
    return PositionView(
        contract_id=position.contract_id,
        name=state.market.contracts.label(position.contract_id),
        symbol=symbol,
        size=position.size,
        limit=limit,
        average=position.average_price,
        mark=mark,
        mark_at=state.market.quotes.heard_at(position.contract_id),
        is_stale=state.is_stale(position.contract_id, now),
        ticks=state.ticks(position),
        unrealized=state.unrealized(position),
        stop=stop,
        stop_word="ok" if not bare else ("part" if stops else "none"),
        opened_at=position.opened_at,
        note=_note(state, position, now),
        decimals=digits(contract),
        fires=nearest(fires, position.contract_id),
        target=_target(state, position, mark),
        stop_ticks=_distance(contract, mark, stop),
        at_risk=None if bare else _at_risk(contract, position, stops, mark),
        says=(*first, *_near(rules, mine, contract, mark))[:_MOST_SAID],
    )


def _limit(policy: Policy, symbol: str) -> int | None:
    for rule in policy.rules:
        if isinstance(rule, MaxContractsPerInstrument):
            return rule.limit_of(symbol)
    return None


def _note(state: AccountState, position: Position, now: datetime) -> str:
    for rule, left in _graces(state, position, now):
        return f"{rule[-3:]} grace {left:.0f} s"
    return ""


def _grace(state: AccountState, position: Position, now: datetime) -> list[str]:
    return [
        f"{rule[-3:]} grace {int(left) // _MINUTE_S}:{int(left) % _MINUTE_S:02}"
        for rule, left in _graces(state, position, now)
    ]


def _graces(state: AccountState, position: Position, now: datetime) -> list[tuple[str, float]]:
    """Return the rules that will close the position for want of a stop, and their seconds."""
    if not uncovered(position, state.stops(position)):
        return []
    mine = (grace for grace in state.timers if grace.contract_id == position.contract_id)
    return [(grace.rule, max((grace.due_at - now).total_seconds(), 0)) for grace in mine]


def _target(state: AccountState, position: Position, mark: Decimal | None) -> Decimal | None:
    """Return the price of the working limit order that closes the position, the nearest one."""
    prices = [
        order.limit_price
        for order in state.orders.of(position.contract_id)
        if order.type is OrderType.LIMIT
        and order.status in _LIVE
        and order.side.value * position.size < 0
        and order.limit_price is not None
    ]
    return min(prices, key=lambda p: abs(p - (mark or p)), default=None)


def _distance(
    contract: Contract | None, mark: Decimal | None, price: Decimal | None
) -> Decimal | None:
    if contract is None or mark is None or price is None:
        return None
    return abs(contract.ticks(price - mark))


def _at_risk(
    contract: Contract | None, position: Position, stops: tuple[Order, ...], mark: Decimal | None
) -> Decimal | None:
    """Return what the mark's way to the stops costs; of more stops than needed the nearest."""
    if contract is None or mark is None or not position.is_side_known:
        return None
    known = [(stop.stop_price, stop.remaining) for stop in stops if stop.stop_price is not None]
    if len(known) < len(stops):
        return None
    left, total = abs(position.size), ZERO
    sign = 1 if position.size > 0 else -1
    for price, size in sorted(known, key=lambda pair: abs(pair[0] - mark)):
        total += contract.value(price - mark, sign * min(size, left))
        left -= min(size, left)
    return total


def _near(
    rules: tuple[RuleView, ...],
    fires: tuple[FireView, ...],
    contract: Contract | None,
    mark: Decimal | None,
) -> list[str]:
    """Return what is said of the rules that the position's mark alone can fire, nearest first."""
    if contract is None or mark is None:
        return []
    by_id = {rule.id: rule for rule in rules}
    ranked = sorted(fires, key=lambda fire: abs(fire.price - mark))
    words: dict[str, str] = {}
    for fire in ranked:
        ticks = abs(contract.ticks(fire.price - mark))
        words.setdefault(fire.rule, _said(by_id[fire.rule], f"{ticks.normalize():f}"))
    return list(words.values())


def _said(rule: RuleView, ticks: str) -> str:
    # A rule that looks at each position by itself tells the worst one's figures; and where
    # nothing is lost yet, the way says more than the share.
    if not rule.used or len(rule.fires) > 1:
        return f"{rule.id[-3:]} in {ticks} ticks"
    share = (rule.used * 100).to_integral_value(ROUND_FLOOR)
    # The share first: it stays where the words are cut.
    return f"{rule.id[-3:]} {share}% {rule.value} of {rule.limit}"
