"""`curb service` on real files; nothing is started."""

import sys
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.cli.systemd import is_ours, named_files
from tests.cli.live import config_text

LIVE = {"gateway.name": "topstepx"}
SECRET = "very-secret"


@pytest.fixture
def unit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a directory with a configuration; return where the unit would be."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("CURB_USERNAME", "ann")
    monkeypatch.setenv("CURB_API_KEY", SECRET)
    (here / "config.toml").write_text(config_text())
    return tmp_path / "own" / "systemd" / "user" / "curb.service"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def doctor(capsys: pytest.CaptureFixture[str]) -> str:
    main(["doctor"])
    return " ".join(capsys.readouterr().out.split())


def test_it_runs_this_program_on_this_configuration(
    unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{unit}: written, not started. Next:\n")
    assert "systemctl --user enable --now curb\n" in out
    config = tmp_path / "here" / "config.toml"
    words = f'"{sys.executable}" "-m" "curb" "run" "--supervised" "--quiet" "--config" "{config}"'
    state = f'"--state-dir" "{tmp_path / "state" / "curb"}"\n'
    assert f"ExecStart={words} {state}" in unit.read_text()
    # Neither a place for credentials on paper, nor a file that is half written.
    names = {path.name for path in unit.parent.iterdir()}
    assert names == {"curb.service", "curb-alarm.service"}
    alarm = (unit.parent / "curb-alarm.service").read_text()
    assert f'ExecStart="{sys.executable}" "-m" "curb" "alerts" "gone" {state}' in alarm
    assert "OnFailure=curb-alarm.service\n" in unit.read_text()
    assert not (tmp_path / "own" / "curb").exists()
    assert not (tmp_path / "state").exists()


def test_only_printed_it_is_the_same_and_nothing_is_written(
    unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install", "--print"]) == 0
    printed = capsys.readouterr().out
    assert not (tmp_path / "own").exists()
    assert main(["service", "install"]) == 0
    alarm = (unit.parent / "curb-alarm.service").read_text()
    assert f"{unit.read_text()}\n{alarm}" == printed


def test_for_a_real_account_the_key_stands_in_a_file_of_its_own(
    unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("config.toml").write_text(config_text(**LIVE))
    assert main(["service", "install"]) == 0
    secrets = tmp_path / "own" / "curb" / "engine.env"
    assert f"EnvironmentFile={secrets}\n" in unit.read_text()
    assert mode(secrets) == 0o600
    assert secrets.read_text().endswith("CURB_USERNAME=\nCURB_API_KEY=\n")
    assert SECRET not in unit.read_text() + secrets.read_text() + capsys.readouterr().out
    secrets.write_text("CURB_API_KEY=mine\n")
    assert main(["service", "install"]) == 0
    assert secrets.read_text() == "CURB_API_KEY=mine\n"
    secrets.chmod(0o640)
    assert main(["service", "install"]) == 2
    assert "expected mode 0600, found 0640; run: chmod 600" in capsys.readouterr().err


def test_one_of_ours_is_written_anew_and_another_is_kept(
    unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["service", "install"]) == 0
    assert main(["service", "install", "--state-dir", str(tmp_path / "two")]) == 0
    assert f'"{tmp_path / "two"}"' in unit.read_text()
    mine = "[Service]\nExecStart=/bin/true\n"
    unit.write_text(mine)
    assert main(["service", "install"]) == 2
    assert "expected no unit or one of `curb service install`" in capsys.readouterr().err
    assert unit.read_text() == mine


def test_a_link_is_not_written_over(
    unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unit.parent.mkdir(parents=True)
    unit.symlink_to(tmp_path / "nowhere")
    assert main(["service", "install"]) == 2
    assert "found another: move it away" in capsys.readouterr().err
    assert unit.is_symlink()


@pytest.mark.parametrize(
    ("text", "words"),
    [(None, "expected a configuration, found no file"), ("[rules\n", "config.toml:1")],
)
def test_a_configuration_that_cannot_be_used_is_refused(
    unit: Path, text: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("config.toml").unlink()
    if text is not None:
        Path("config.toml").write_text(text)
    assert main(["service", "install"]) == 2
    assert words in capsys.readouterr().err
    assert not unit.exists()


def test_a_place_that_cannot_be_written_is_named(
    unit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unit.parent.parent.mkdir(parents=True)
    unit.parent.write_text("")
    assert main(["service", "install"]) == 2
    assert f"{unit}: expected" in capsys.readouterr().err


def test_it_is_shown_with_what_it_lacks(unit: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "show"]) == 2
    assert "`curb service install` writes it" in capsys.readouterr().err
    main(["service", "install"])
    capsys.readouterr()
    assert main(["service", "show"]) == 0
    assert capsys.readouterr().out == f"{unit}\n{unit.read_text()}"
    Path("config.toml").unlink()
    assert main(["service", "show"]) == 1
    assert f"expected a file {Path.cwd() / 'config.toml'}, found none" in capsys.readouterr().err
    unit.write_text("[Unit]\nDescription=\x1b[31mred\n")
    assert main(["service", "show"]) == 1
    said = capsys.readouterr()
    assert "\x1b" not in said.out
    assert "not written by `curb service install`" in said.err


def test_the_doctor_looks_at_it(
    unit: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert " service " not in doctor(capsys)
    main(["service", "install"])
    assert "ok service" in doctor(capsys)
    (tmp_path / "here" / "config.toml").rename(tmp_path / "moved.toml")
    found = doctor(capsys)
    assert "WARN service" in found
    assert "config.toml: no such file, so it cannot start > curb service install" in found
    unit.write_text("[Unit]\n")
    assert "note service" in doctor(capsys)
    assert not is_ours(unit.read_text())
    assert named_files("[Unit]\n") == ()
