"""`curb doctor` as its users start it."""

import json
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.cli import consent, doctor
from tests.cli.live import config_text

LIVE = {"gateway.name": "custom"} | {
    f"gateway.{key}": "http://127.0.0.1:9" for key in ("api_url", "user_hub", "market_hub")
}


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command with files of its own and a home where nothing is."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("CURB_USERNAME", "CURB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    config = tmp_path / "config.toml"
    config.write_text(config_text())
    return ["doctor", "--config", str(config), "--state-dir", str(tmp_path / "state")]


def records(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    lines = capsys.readouterr().out.splitlines()
    return {found["about"]: found for found in map(json.loads, lines)}


def test_in_practice_all_is_well_and_nothing_is_made(
    words: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(words) in (0, 1)
    said = capsys.readouterr().out
    for line in ("ok    config", "ok    gateway", "nothing leaves this machine", "none runs"):
        assert line in said
    assert not (tmp_path / "state").exists()


def test_a_wrong_configuration_is_a_failure_and_named(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text("[rules\n")
    assert main([*words, "--json"]) == 2
    found = records(capsys)
    assert found["config"]["level"] == "fail"
    assert "config.toml:1" in found["config"]["words"]
    assert "gateway" not in found


def test_a_real_account_without_credentials_is_not_called_on(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text(config_text(**LIVE))
    assert main([*words, "--json"]) == 2
    found = records(capsys)
    assert found["credentials"]["level"] == "fail"
    assert "gateway" not in found


def test_a_real_gateway_out_of_reach_is_a_failure(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "config.toml").write_text(config_text(**LIVE))
    monkeypatch.setenv("CURB_USERNAME", "ann")
    monkeypatch.setenv("CURB_API_KEY", "very-secret")
    assert main([*words, "--json"]) == 2
    out = capsys.readouterr().out
    assert "cannot reach" in out
    assert "very-secret" not in out


def test_no_file_yet_is_no_failure(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").unlink()
    assert main([*words, "--json"]) in (0, 1)
    found = records(capsys)
    assert "none yet" in found["config"]["words"]
    assert not (tmp_path / "config.toml").exists()


def test_the_codes_are_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])
    assert doctor.CODES in capsys.readouterr().out
    assert consent.ENDS == 4
