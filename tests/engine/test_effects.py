"""The verdicts on a file's changes, in words."""

import pytest

from curb.engine.adoption import Adoption, Hold, plan
from curb.engine.effects import effects, loosens, summary, withdrawn
from tests.engine.test_adoption import GRACE, LIMIT, config, standing


@pytest.mark.parametrize(
    ("loosen", "hold", "changes", "verdicts", "says"),
    [
        ("at_reset", Hold.NONE, {}, [], "0 changes in force"),
        ("at_reset", Hold.NONE, {LIMIT: 4}, ["tighter: applies now"], "1 change in force"),
        (
            "at_reset",
            Hold.NONE,
            {LIMIT: 6},
            ["looser: waits until Wed 17:00 America/Chicago"],
            "0 changes in force; 1 pending until Wed 17:00 America/Chicago",
        ),
        ("now", Hold.NONE, {LIMIT: 6}, ["looser: applies now (practice)"], "1 change in force"),
        (
            "now",
            Hold.REFUSES,
            {LIMIT: 6},
            ["looser: refused while a lock or cooldown runs"],
            f"0 changes in force; {LIMIT} refused: nothing is loosened while a lock runs",
        ),
        (
            "now",
            Hold.NONE,
            {GRACE: 5},
            ["tighter: held, it would close a position now, until you confirm"],
            f"0 changes in force; 1 held: {GRACE} would close a position now",
        ),
        (
            "now",
            Hold.NONE,
            {"gateway.name": "topstepx", "config.auto_reload": True},
            ["applies now", "after a restart"],
            "1 change in force; gateway.name after a restart",
        ),
    ],
)
def test_what_is_said_of_each_change(
    loosen: str, hold: Hold, changes: dict[str, object], verdicts: list[str], says: str
) -> None:
    here = standing(config(loosen), hold, closes=GRACE)
    found = plan(here, config(loosen, **changes), "")
    assert [each["verdict"] for each in effects(found)] == verdicts
    assert {each["key"] for each in effects(found)} == set(changes)
    assert summary(found) == says


@pytest.mark.parametrize(
    ("loosen", "hold", "limit", "is_typed"),
    [
        ("at_reset", Hold.NONE, 6, True),
        ("now", Hold.NONE, 6, True),
        ("now", Hold.REFUSES, 6, False),
        ("now", Hold.NONE, 4, False),
    ],
)
def test_what_wants_a_typed_word(loosen: str, hold: Hold, limit: int, *, is_typed: bool) -> None:
    here = standing(config(loosen), hold)
    found = plan(here, config(loosen, **{LIMIT: limit}), "")
    assert loosens(Adoption(here.in_force), found) is is_typed


def test_what_waits_already_wants_no_second_word() -> None:
    here = standing(config("at_reset"), Hold.NONE)
    adoption = Adoption(here.in_force)
    adoption.carry_out(plan(here, config("at_reset", **{LIMIT: 6}), ""))
    for limit, is_typed in ((6, False), (7, True)):
        assert loosens(adoption, plan(here, config("at_reset", **{LIMIT: limit}), "")) is is_typed


@pytest.mark.parametrize(
    ("wanted", "gone"),
    [
        ({}, [LIMIT, GRACE]),
        ({LIMIT: 9}, [GRACE]),
        ({LIMIT: 6, GRACE: 5}, []),
        ({GRACE: 4}, [LIMIT]),
    ],
)
def test_what_waited_and_is_asked_no_longer_is_withdrawn(
    wanted: dict[str, object], gone: list[str]
) -> None:
    here = standing(config("at_reset"), Hold.NONE, closes=GRACE)
    adoption = Adoption(here.in_force)
    adoption.carry_out(plan(here, config("at_reset", **{LIMIT: 6, GRACE: 5}), ""))
    found = plan(here, config("at_reset", **wanted), "")
    assert [each["key"] for each in withdrawn(adoption, found)] == gone
