"""`curb check`."""

import argparse
from pathlib import Path

import pytest

from curb.cli.check import add, run
from curb.rules.listing import RULES
from tests.cli import live

_SHIPPED = Path(__file__).parents[2] / "config.toml"


def _check(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add(parser)
    return run(parser.parse_args(arguments))


def test_a_good_file_is_said_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert _check(str(_SHIPPED)) == 0
    out, err = capsys.readouterr()
    armed, every = map(int, live.armed().split("/"))
    assert out == f"{_SHIPPED}: ok, {armed} of {every} rules armed\n"
    assert err == ""


def test_a_rule_that_is_off_is_not_counted_as_armed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    text = _SHIPPED.read_text(encoding="utf-8")
    file.write_text(text.replace("enabled = true", "enabled = false", 1), encoding="utf-8")
    assert _check(str(file)) == 0
    armed, every = map(int, live.armed().split("/"))
    assert capsys.readouterr().out == f"{file}: ok, {armed - 1} of {every} rules armed\n"


def test_with_every_rule_on_one_number_says_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    text = _SHIPPED.read_text(encoding="utf-8")
    file.write_text(text.replace("enabled = false", "enabled = true"), encoding="utf-8")
    assert _check(str(file)) == 0
    assert capsys.readouterr().out == f"{file}: ok, {len(RULES)} rules armed\n"


def test_a_bad_file_is_refused_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    text = _SHIPPED.read_text(encoding="utf-8")
    line = text[: text.index("grace_s")].count("\n") + 1
    file.write_text(text.replace("grace_s = 10", 'grace_s = "ten"'), encoding="utf-8")
    assert _check(str(file)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"{file}:{line}: rules.no_stop_loss_grace.grace_s: "
        'expected a whole number above 0, found text "ten"\n'
    )


def test_a_file_that_is_not_there_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(str(tmp_path / "absent.toml")) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(str(tmp_path / "absent.toml"))
    assert err.count("\n") == 1
