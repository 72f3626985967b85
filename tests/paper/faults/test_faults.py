from collections.abc import Iterable
from typing import Any

import pytest

from curb.paper.faults.fault import During
from curb.paper.faults.faults import Faults
from curb.paper.faults.plan import parse


class HandSeconds:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def laid(*faults: dict[str, Any], seed: int = 0) -> tuple[Faults, HandSeconds]:
    seconds = HandSeconds()
    found = Faults(seconds)
    found.lay(parse({"seed": seed, "fault": list(faults)}))
    return found, seconds


def outcomes(faults: Faults, knob: str, count: int, *places: str) -> str:
    return "".join("x" if faults.chance(knob, *places) else "." for _ in range(count))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "xxxxxx"),
        ({"nth": 3}, "..x..."),
        ({"every": 2}, ".x.x.x"),
        ({"times": 2}, "xx...."),
        ({"every": 2, "times": 2}, ".x.x.."),
        ({"p": 1}, "xxxxxx"),
        ({"where": "closeContract"}, "xxxxxx"),
        ({"where": "search"}, "......"),
        ({"during": "position"}, "......"),
        ({"phase": "after"}, "......"),
        ({"from_s": 1}, "......"),
        ({"until_s": 0}, "......"),
    ],
)
def test_a_fault_happens_at_the_chances_that_its_entry_says(
    fields: dict[str, Any], expected: str
) -> None:
    faults, _ = laid({"knob": "http.status", **fields})
    assert outcomes(faults, "http.status", 6, "/api/Position/closeContract") == expected
    assert faults.fired["http.status"] == expected.count("x")


def test_it_happens_from_its_first_second_until_before_its_last() -> None:
    faults, seconds = laid({"knob": "hub.lose", "from_s": 1, "until_s": 3})
    seen = []
    for at_s in (100.0, 100.9, 101.0, 102.9, 103.0):
        seconds.at_s = at_s
        seen.append(faults.chance("hub.lose") is not None)
    assert seen == [False, False, True, True, False]


def test_the_chances_before_its_time_do_not_count() -> None:
    faults, seconds = laid({"knob": "hub.lose", "from_s": 1, "nth": 1})
    assert not faults.chance("hub.lose")
    seconds.at_s += 1
    assert faults.chance("hub.lose")


def test_it_waits_for_what_the_account_is_at() -> None:
    standing: list[During] = ["flat"]

    def now() -> Iterable[During]:
        return standing

    faults, _ = laid({"knob": "hub.lose", "during": "closing"})
    faults.standing = now
    assert not faults.chance("hub.lose")
    standing[:] = ["position", "closing"]
    assert faults.chance("hub.lose")


def test_a_phase_has_chances_of_its_own() -> None:
    faults, _ = laid({"knob": "http.reset", "phase": "after"})
    assert not faults.chance("http.reset")
    assert faults.chance("http.reset", phase="after")


def test_a_seed_draws_the_same_chances_whatever_else_goes_wrong() -> None:
    entry = {"knob": "hub.lose", "p": 0.5}
    alone, _ = laid(entry, seed=3)
    among, _ = laid(entry, {"knob": "hub.dup", "p": 0.5}, seed=3)
    other, _ = laid(entry, seed=4)
    seen = outcomes(alone, "hub.lose", 64)
    outcomes(among, "hub.dup", 17)
    assert outcomes(among, "hub.lose", 64) == seen
    assert outcomes(other, "hub.lose", 64) != seen
    assert 10 < seen.count("x") < 54


def test_two_entries_of_a_knob_count_apart_and_the_first_one_due_happens() -> None:
    faults, _ = laid(
        {"knob": "http.status", "nth": 2, "has": {"status": 500}},
        {"knob": "http.status", "every": 2, "has": {"status": 502}},
    )
    found = [faults.chance("http.status") for _ in range(4)]
    assert [each and each.whole("status") for each in found] == [None, 500, None, 502]
    assert faults.fired["http.status"] == 2


def test_a_spell_lasts_for_its_seconds_in_its_place_and_counts_once() -> None:
    faults, seconds = laid({"knob": "hub.mute", "times": 1, "has": {"seconds": 5}})
    seen = []
    for at_s in (100.0, 104.9, 105.0):
        seconds.at_s = at_s
        seen.append((faults.spell("hub.mute", "user"), faults.spell("hub.mute", "market")))
    assert [(bool(user), bool(market)) for user, market in seen] == [
        (True, False),
        (True, False),
        (False, False),
    ]
    assert faults.fired["hub.mute"] == 1


def test_a_new_plan_ends_the_old_one_and_its_spells_but_not_the_counters() -> None:
    faults, _ = laid({"knob": "hub.mute"})
    assert faults.spell("hub.mute", "user")
    faults.lay(parse({}))
    assert faults.is_idle
    assert not faults.spell("hub.mute", "user")
    assert not faults.has("hub")
    assert faults.fired["hub.mute"] == 1


def test_figures_are_read_as_what_they_are_meant_for() -> None:
    faults, _ = laid({"knob": "hub.delay", "has": {"seconds": 2}})
    chance = faults.chance("hub.delay")
    assert chance
    assert (chance.number("seconds"), chance.word("seconds")) == (2.0, "2")


@pytest.mark.parametrize(("seconds", "jitter", "least", "most"), [(1, 0.5, 0.5, 1.5), (0, 1, 0, 1)])
def test_a_figure_spreads_by_its_jitter_but_not_below_nothing(
    seconds: float, jitter: float, least: float, most: float
) -> None:
    faults, _ = laid({"knob": "http.latency", "has": {"seconds": seconds, "jitter": jitter}})
    chance = faults.chance("http.latency")
    assert chance
    found = {chance.spread("seconds", "jitter") for _ in range(50)}
    assert least <= min(found) < max(found) <= most
