"""Configuration, credentials, leftovers, database."""

from dataclasses import replace

import pytest

from curb.cli.checkup.finding import Finding, Level
from curb.cli.checkup.storage import (
    ConfigFile,
    Disk,
    SecretFile,
    Secrets,
    config_findings,
    disk_findings,
    leftover_findings,
    secret_findings,
)

GIB = 1 << 30
DISK = Disk("/home/a/st", 0o700, 0o600, 3 << 20, 9 * GIB, 4, "")


def worst(findings: list[Finding]) -> Finding:
    return max(findings, key=lambda finding: finding.level)


@pytest.mark.parametrize(
    ("config", "level", "words"),
    [
        (ConfigFile("c.toml", "", is_there=False), Level.OK, "none yet"),
        (
            ConfigFile("c.toml", "c.toml:3: expected", is_there=True),
            Level.FAIL,
            "c.toml:3: expected",
        ),
        (
            ConfigFile("c.toml", "", True, 10, 12, "topstepx"),
            Level.OK,
            "c.toml: topstepx, 10 of 12 rules armed",
        ),
    ],
)
def test_the_configuration(config: ConfigFile, level: Level, words: str) -> None:
    (found,) = config_findings(config)
    assert found.level is level
    assert words in found.words


@pytest.mark.parametrize(
    ("missing", "is_live", "level", "words"),
    [
        ((), True, Level.OK, "set"),
        (("CURB_API_KEY",), True, Level.FAIL, "found no CURB_API_KEY"),
        (("CURB_USERNAME", "CURB_API_KEY"), False, Level.OK, "none needed on paper"),
    ],
)
def test_the_credentials(missing: tuple[str, ...], is_live: bool, level: Level, words: str) -> None:
    (found,) = secret_findings(Secrets(missing, ()), is_live=is_live)
    assert found.level is level
    assert words in found.words


def test_an_engine_that_runs_has_credentials_of_its_own() -> None:
    secrets = Secrets(("CURB_API_KEY",), ())
    (found,) = secret_findings(secrets, is_live=True, is_running=True)
    assert found.level is Level.NOTE
    assert "the engine that runs has its own" in found.words


@pytest.mark.parametrize(
    ("mode", "level"),
    [(0o600, Level.OK), (0o400, Level.OK), (0o640, Level.WARN), (0o644, Level.FAIL)],
)
@pytest.mark.parametrize("is_live", [True, False])
def test_a_file_with_the_key_is_the_owners_alone(mode: int, level: Level, is_live: bool) -> None:
    found = worst(secret_findings(Secrets((), (SecretFile("/a/.env", mode),)), is_live=is_live))
    assert found.level is level
    assert level is Level.OK or "chmod 600 /a/.env" in found.todo


def test_leftovers_of_the_environment() -> None:
    assert leftover_findings(()) == []
    (found,) = leftover_findings(("TEXTUAL", "TEXTUAL_PRESS"))
    assert (found.level, found.todo) == (Level.NOTE, "unset TEXTUAL TEXTUAL_PRESS")


@pytest.mark.parametrize(
    ("changes", "level", "words"),
    [
        ({}, Level.OK, ""),
        ({"version": None, "file_mode": None, "folder_mode": None}, Level.OK, ""),
        ({"error": "state.db: damaged"}, Level.FAIL, "state.db: damaged"),
        ({"error": "made by schema v4", "is_older": True}, Level.WARN, "made by schema v4"),
        ({"folder_mode": 0o755}, Level.WARN, "mode 0755"),
        ({"file_mode": 0o644}, Level.WARN, "mode 0644"),
        ({"free_bytes": GIB - 1}, Level.WARN, "1,023 MiB free"),
        ({"free_bytes": 1 << 20}, Level.FAIL, "1 MiB free"),
    ],
)
def test_the_database_and_its_place(changes: dict[str, object], level: Level, words: str) -> None:
    found = worst(disk_findings(replace(DISK, **changes)))  # type: ignore[arg-type]
    assert found.level is level
    assert words in found.words
