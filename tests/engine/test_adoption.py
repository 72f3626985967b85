"""What becomes of each change of a file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from curb.config.canonical import canonical
from curb.config.diff import diff
from curb.config.models import Config
from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.domain.kept import KeptConfig
from curb.domain.locks import Lock
from curb.engine.adoption import (
    Adoption,
    Hold,
    Pending,
    Plan,
    Standing,
    hold_of,
    plan,
    resumed,
    slot_of,
)
from tests.cli.live import config_text
from tests.scene import lock

RESET = datetime(2026, 11, 18, 23, tzinfo=UTC)
LIMIT = "rules.max_contracts.limit"
GRACE = "rules.no_stop_loss_grace.grace_s"
LOSS = "rules.daily_realized_loss.loss_limit"


def config(loosen: Any = "at_reset", **changes: Any) -> Config:
    return parse(config_text(**({"config.loosen": loosen} | changes)), "config.toml")


def standing(
    in_force: Config, hold: Hold = Hold.NONE, pending: Pending | None = None, closes: str = ""
) -> Standing:
    """`closes` is a key whose change would close something now."""

    def would_close(other: Config) -> bool:
        return any(change.key == closes for change in diff(in_force, other))

    return Standing(in_force, pending, hold, RESET, would_close)


def sorted_keys(found: Plan) -> dict[str, list[str]]:
    waiting = found.pending.changes if found.pending else ()
    groups = {
        "applied": found.applied,
        "pending": waiting,
        "held": found.held,
        "refused": found.refused,
        "restart": found.restart,
    }
    return {name: [c.key for c in changes] for name, changes in groups.items() if changes}


@pytest.mark.parametrize(
    ("rules", "hold"),
    [
        ([], Hold.NONE),
        (["RULE-003"], Hold.REFUSES),
        (["RULE-004"], Hold.REFUSES),
        (["RULE-005"], Hold.REFUSES),
        (["RULE-006"], Hold.REFUSES),
        (["RULE-007"], Hold.REFUSES),
        (["SELF-LOCK"], Hold.REFUSES),
        (["ENGINE"], Hold.REFUSES),
        (["RULE-009"], Hold.DELAYS),
        (["RULE-010"], Hold.DELAYS),
        (["RULE-011"], Hold.NONE),
        (["RULE-011", "RULE-010"], Hold.DELAYS),
        (["RULE-010", "RULE-006"], Hold.REFUSES),
    ],
)
def test_what_a_lock_does_to_a_loosening(rules: list[str], hold: Hold) -> None:
    locks: list[Lock] = [lock(rule, 60) for rule in rules]
    assert hold_of(locks) is hold


@pytest.mark.parametrize(
    ("loosen", "hold", "limit", "becomes"),
    [
        ("at_reset", Hold.NONE, 4, "applied"),
        ("at_reset", Hold.REFUSES, 4, "applied"),
        ("at_reset", Hold.NONE, 6, "pending"),
        ("at_reset", Hold.DELAYS, 6, "pending"),
        ("at_reset", Hold.REFUSES, 6, "refused"),
        ("now", Hold.NONE, 6, "applied"),
        ("now", Hold.DELAYS, 6, "pending"),
        ("now", Hold.REFUSES, 6, "refused"),
    ],
)
def test_which_way_a_change_goes(loosen: str, hold: Hold, limit: int, becomes: str) -> None:
    in_force = config(loosen)
    found = plan(standing(in_force, hold), config(loosen, **{LIMIT: limit}), "f" * 64)
    assert sorted_keys(found) == {becomes: [LIMIT]}
    assert (found.now == in_force) is (becomes != "applied")
    if found.pending:
        assert found.pending.due == RESET
        assert found.pending.later == config(loosen, **{LIMIT: limit})


def test_a_mixed_file_is_taken_key_by_key() -> None:
    wanted = config(**{LIMIT: 6, GRACE: 5, "gateway.name": "topstepx", "config.auto_reload": True})
    found = plan(standing(config()), wanted, "")
    assert sorted_keys(found) == {
        "applied": ["config.auto_reload", GRACE],
        "pending": [LIMIT],
        "restart": ["gateway.name"],
    }
    assert found.now == config(**{GRACE: 5, "config.auto_reload": True})


def test_loosen_now_in_the_file_loosens_nothing_by_itself() -> None:
    found = plan(standing(config()), config("now", **{LIMIT: 6}), "")
    assert sorted_keys(found) == {"pending": ["config.loosen", LIMIT]}


@pytest.mark.parametrize("name", ["topstepx", "custom"])
def test_a_live_gateway_never_loosens_at_once(name: str) -> None:
    live = config("now")
    live = replace(live, gateway=live.gateway.model_copy(update={"name": name}))
    found = plan(standing(live), replace(config("now", **{LIMIT: 6}), gateway=live.gateway), "")
    assert sorted_keys(found) == {"pending": [LIMIT]}


def test_what_waits_already_goes_on_waiting_under_a_lock() -> None:
    in_force, wanted = config(), config(**{LIMIT: 6})
    before = plan(standing(in_force), wanted, "").pending
    assert before is not None
    late = replace(before, due=RESET - timedelta(days=1))
    more = config(**{LIMIT: 6, LOSS: 900})
    found = plan(standing(in_force, Hold.REFUSES, late), more, "")
    assert sorted_keys(found) == {"pending": [LIMIT], "refused": [LOSS]}
    assert found.pending is not None
    assert found.pending.due == late.due


def test_a_file_that_takes_a_loosening_back_leaves_nothing_waiting() -> None:
    in_force = config()
    before = plan(standing(in_force), config(**{LIMIT: 6}), "").pending
    assert plan(standing(in_force, pending=before), in_force, "").pending is None


def test_a_tightening_that_would_close_something_is_held_alone() -> None:
    wanted = config(**{LIMIT: 1, GRACE: 5})
    here = standing(config(), closes=LIMIT)
    found = plan(here, wanted, "")
    assert sorted_keys(found) == {"applied": [GRACE], "held": [LIMIT]}
    assert found.now == config(**{GRACE: 5})
    assert sorted_keys(plan(here, wanted, "", is_confirmed=True)) == {"applied": [LIMIT, GRACE]}


@pytest.mark.parametrize(
    ("old", "new", "becomes"),
    [
        ([], ["A"], "pending"),
        (["A"], ["A", "B"], "restart"),
        (["A", "B"], ["B"], "pending"),
        (["A"], [], "restart"),
    ],
)
def test_accounts_come_with_a_restart_and_go_with_the_reset(
    old: list[str], new: list[str], becomes: str
) -> None:
    in_force = config(**{"account.names": old})
    found = plan(standing(in_force), config(**{"account.names": new}), "")
    assert sorted_keys(found) == {becomes: ["account.names"]}


@pytest.mark.parametrize(
    ("seconds", "hold", "is_taken"),
    [
        (-1, Hold.NONE, False),
        (0, Hold.NONE, True),
        (0, Hold.DELAYS, True),
        (9, Hold.REFUSES, False),
    ],
)
def test_when_what_waits_comes_into_force(seconds: int, hold: Hold, *, is_taken: bool) -> None:
    adoption = Adoption(config())
    adoption.carry_out(plan(standing(config()), config(**{LIMIT: 6}), ""))
    taken = adoption.take_due(RESET + timedelta(seconds=seconds), hold)
    assert (taken is not None) is is_taken
    assert adoption.in_force == (config(**{LIMIT: 6}) if is_taken else config())
    assert (adoption.pending is None) is is_taken


def test_what_is_kept_comes_back() -> None:
    adoption = Adoption(config())
    adoption.carry_out(plan(standing(config()), config(**{LIMIT: 6, GRACE: 5}), ""))
    again = resumed(adoption.kept(), config(**{LIMIT: 9}))
    assert (again.in_force, again.pending) == (adoption.in_force, adoption.pending)
    alone = resumed(Adoption(config()).kept(), config())
    assert (alone.in_force, alone.pending) == (config(), None)


def test_a_start_brings_the_file_s_gateway_and_more_accounts() -> None:
    kept = Adoption(config(**{"account.names": ["A"]})).kept()
    file = config(**{"account.names": ["A", "B"], "gateway.name": "topstepx", LIMIT: 9})
    found = resumed(kept, file).in_force
    assert found == config(**{"account.names": ["A", "B"], "gateway.name": "topstepx"})
    fewer = config(**{"account.names": ["B"]})
    assert resumed(kept, fewer).in_force.account.names == ("A",)


def test_practice_and_live_are_kept_apart() -> None:
    assert [slot_of(config(**{"gateway.name": name})) for name in ("paper", "topstepx")] == [
        "paper",
        "live",
    ]


def test_what_was_kept_and_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ConfigError):
        resumed(KeptConfig("paper", "rules = 7"), config())


def test_nothing_waits_without_its_time() -> None:
    text = canonical(config())
    assert resumed(KeptConfig("paper", text, text), config()).pending is None
