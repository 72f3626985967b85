"""Proves a price at which a rule says it fires: it does there, and not one tick before."""

from decimal import Decimal

from curb.domain.decisions import Breach, Target
from curb.domain.events import TimePassed
from curb.domain.headroom import FiresAt
from curb.rules.rule import Rule
from tests.scene import Scene, contract_id


def move(scene: Scene, name: str, price: Decimal) -> None:
    """Bring the mark to a price however far: a second tick confirms a jump."""
    for _ in range(2):
        scene.quote(name, str(price))
    assert scene.watch.state.market.quotes.mark(contract_id(name)) == price


def does_fire(scene: Scene, rule: Rule, contract_id: str) -> bool:
    """Tell whether the rule closes the contract as things are."""
    decisions = rule.check(scene.watch.state, TimePassed(), scene.now)
    breaches = [decision for decision in decisions if isinstance(decision, Breach)]
    return any(b.everything or Target(contract_id) in b.targets for b in breaches)


def prices(scene: Scene, rule: Rule) -> dict[str, str]:
    """Return what the rule names, by the contract's name, each price proven.

    The scene has no rule of its own, so that nothing closes while marks move.
    """
    state = scene.watch.state
    found = {}
    for fires in rule.fires(state, scene.now):
        contract = state.contract(fires.contract_id)
        assert contract is not None
        assert contract.is_on_grid(fires.price)
        _prove(scene, rule, fires)
        found[contract.symbol] = f"{fires.price:f}"
    return found


def _prove(scene: Scene, rule: Rule, fires: FiresAt) -> None:
    state = scene.watch.state
    contract = state.contract(fires.contract_id)
    mark = state.market.quotes.mark(fires.contract_id)
    assert contract is not None
    assert mark is not None
    tick = contract.tick_size if fires.price > mark else -contract.tick_size
    for price, is_there in ((fires.price - tick, False), (fires.price, True)):
        if price:  # a last of 0 is no price
            move(scene, contract.symbol, price)
            assert does_fire(scene, rule, fires.contract_id) is is_there, price
    move(scene, contract.symbol, mark)
