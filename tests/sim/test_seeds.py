"""Some seeds are played with every test run, those that once broke among them."""

from pathlib import Path

import pytest

from curb.paper.faults.fault import Fault, Plan
from tests.sim.__main__ import main
from tests.sim.plans import Menu
from tests.sim.seed import play

KEPT = [
    int(line.split()[0])
    for line in (Path(__file__).parent / "seeds.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("seed", [*range(6), *KEPT])
def test_what_must_hold_holds_on_a_day_that_goes_wrong(seed: int) -> None:
    played = play(seed)
    assert not played.broken, "\n".join((*played.tail, f"seed={seed} {played.broken}"))


def test_a_seed_comes_out_the_same_each_time_and_as_no_other() -> None:
    assert play(1).digest == play(1).digest != play(2).digest


def test_a_token_that_is_revoked_in_the_middle_of_a_flatten_keeps_nothing_open() -> None:
    plan = Plan(7, (Fault("auth.revoke", during="closing", times=3),))
    played = play(7, menu=Menu(plan))
    assert not played.broken
    assert played.fired["auth.revoke"] == 3


def test_a_broken_seed_is_told_with_its_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.sim.invariants._GONE_IN_S", -60.0)
    monkeypatch.setattr("tests.sim.invariants._is_paused", lambda _day, _cid: False)
    assert main(["--seeds", "2", "--from", "4"]) == 1
    said = capsys.readouterr().out
    assert "BROKEN I1: locked, and open:" in said
    assert "seeds 4 to 5" in said


def test_too_few_seeds_and_a_knob_that_was_never_turned_are_a_failure(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.sim.__main__._ALL_FIRE", 1)
    assert main(["--seeds", "1", "--least", "2"]) == 1
    said = capsys.readouterr().out
    assert "NEVER TURNED in 1 seeds: " in said
    assert "TOO FEW: expected 2 seeds, found time for 1" in said
