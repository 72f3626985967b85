"""Attempts to save a position that is being closed by loosening what it broke, in time.

The pure core, with a venue that refuses the first close: no test over the wire is that quick.
"""

from collections.abc import Callable

import pytest

from curb.domain.events import Outcome
from curb.engine.adoption import Adoption
from tests.engine.test_governing import config, limit_in_force, reload
from tests.scene import Deeds, Scene, contract_id

LIMIT = "rules.max_contracts.limit"

Cheat = Callable[[Scene, str], Deeds]


def loosen(**changes: object) -> Cheat:
    def cheat(scene: Scene, when: str) -> Deeds:
        return reload(scene, is_confirmed=True, **(changes | {"config.loosen": when}))

    return cheat


def take_back(scene: Scene, when: str) -> Deeds:
    first = reload(scene, **{LIMIT: 99, "config.loosen": when})
    again = reload(scene, **{"config.loosen": when})
    return Deeds((*first.actions, *again.actions))


CHEATS: dict[str, Cheat] = {
    "raise the limit during a flatten": loosen(**{LIMIT: 99}),
    "switch the rule off during a flatten": loosen(**{"rules.max_contracts.enabled": False}),
    "let the rule only warn during a flatten": loosen(**{"rules.max_contracts.mode": "warn"}),
    "reduce instead of closing during a flatten": loosen(
        **{"rules.max_contracts.action": "reduce"}
    ),
    "loosen and take it back during a flatten": take_back,
}


@pytest.mark.parametrize("when", ["at_reset", "now"])
@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
def test_a_flatten_goes_on_to_its_end(cheat: Cheat, when: str) -> None:
    scene = Scene(adoption=Adoption(config(**{"config.loosen": when})))
    breach = scene.at(0).trade("MNQ", 6)
    assert breach.closes == [(contract_id("MNQ"), None)]
    told = cheat(scene, when)
    refused = scene.answer(breach.actions, Outcome.REFUSED)
    after = scene.settle(Deeds((*told.actions, *refused.actions)))
    assert after.closes
    assert scene.positions == {}
    assert after.of("RULE-001")[-1].success
    if when == "at_reset":
        assert limit_in_force(scene) == 5
        assert scene.at(60).trade("MNQ", 6).closes
