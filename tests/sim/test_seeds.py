"""Some seeds are played with every test run, those that once broke among them."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.sim.__main__ import main
from tests.sim.seed import play

KEPT = [
    int(line.split()[0])
    for line in (Path(__file__).parent / "seeds.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("seed", [*range(12), *KEPT])
def test_what_must_hold_holds_on_a_day_that_goes_wrong(seed: int) -> None:
    played = play(seed)
    assert not played.broken, "\n".join((*played.tail, f"seed={seed} {played.broken}"))


@pytest.mark.parametrize("seed", [1, 38])
def test_a_seed_comes_out_the_same_each_time(seed: int) -> None:
    assert play(seed).digest == play(seed).digest


def test_seeds_differ() -> None:
    assert play(1).digest != play(2).digest


def test_a_broken_seed_is_told_with_its_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.sim.invariants._GONE_IN", timedelta(days=-1))
    monkeypatch.setattr("tests.sim.invariants._is_paused", lambda _day, _cid: False)
    assert main(["--seeds", "4", "--from", "4"]) == 1
    said = capsys.readouterr().out
    assert "BROKEN I1: locked, and open:" in said
    assert "seeds from 4" in said
