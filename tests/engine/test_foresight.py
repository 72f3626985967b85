"""What another configuration would close, before it is in force."""

import pytest

from curb.config.parse import parse
from curb.engine.foresight import would_close
from curb.engine.policy import Policy
from tests.cli.live import config_text
from tests.scene import Scene

LIMIT = "rules.max_contracts.limit"
ACTION = "rules.max_contracts.action"
OWN = "rules.max_contracts_per_instrument.limits"
OWN_ACTION = "rules.max_contracts_per_instrument.action"
LOSS = "rules.daily_realized_loss.loss_limit"


def policy(**changes: object) -> Policy:
    return Policy.of(parse(config_text(**changes), "config.toml"))


@pytest.mark.parametrize(
    ("size", "changes", "closes"),
    [
        (3, {}, False),
        (3, {LIMIT: 3}, False),
        (3, {LIMIT: 2}, True),
        (3, {LIMIT: 2, "rules.max_contracts.mode": "warn"}, False),
        (3, {LIMIT: 2, "rules.max_contracts.enabled": False}, False),
        (3, {LIMIT: 2, ACTION: "reduce"}, True),
        (3, {OWN: {"MNQ": 2}}, True),
        (3, {OWN: {"MNQ": 3}}, False),
        (3, {LOSS: 100}, True),
        (0, {LIMIT: 1}, False),
    ],
)
def test_what_would_be_closed(size: int, changes: dict[str, object], *, closes: bool) -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 3, "21000")
    scene.quote("MNQ", "20980")
    scene.trade("MNQ", size - 3, "21000") if size != 3 else None
    before = policy()
    assert would_close(scene.watch.state, before, policy(**changes), scene.now) is closes
    assert scene.watch.state.basis == "net"


def test_what_is_being_closed_already_is_nothing_new() -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 3)
    before, after = policy(**{LIMIT: 2}), policy(**{LIMIT: 1})
    assert not would_close(scene.watch.state, before, after, scene.now)


@pytest.mark.parametrize(
    ("was", "wanted", "closes"),
    [
        ({}, {OWN_ACTION: "close"}, True),
        ({}, {OWN: {"MNQ": 1}}, True),
        ({}, {OWN: {"MNQ": 3}}, False),
        ({OWN_ACTION: "close"}, {}, False),
        ({OWN_ACTION: "close"}, {OWN_ACTION: "close", OWN: {"MNQ": 1}}, False),
    ],
)
def test_taking_more_than_is_being_reduced_already_is_new(
    was: dict[str, object], wanted: dict[str, object], *, closes: bool
) -> None:
    scene = Scene()
    scene.at(0).trade("MNQ", 4)
    reducing = {OWN: {"MNQ": 2}}
    before, after = policy(**(reducing | was)), policy(**(reducing | wanted))
    assert would_close(scene.watch.state, before, after, scene.now) is closes
