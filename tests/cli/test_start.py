"""What an engine starts with, of a file and of what was in force before."""

import tomllib
from pathlib import Path

import pytest
import tomli_w

from curb.cli.start import begin, read_config
from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.domain.kept import KeptConfig
from curb.engine.adoption import Adoption
from tests.cli.live import config_text

LIMIT = "rules.max_contracts.limit"


def kept(**changes: object) -> KeptConfig:
    return Adoption(parse(config_text(**changes), "config.toml")).kept()


def limit(adoption: Adoption) -> object:
    return adoption.in_force.rules[0].limit  # type: ignore[attr-defined]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_first_start_takes_the_file(path: Path) -> None:
    path.write_text(config_text(**{LIMIT: 4}))
    start = begin(path, ())
    assert (limit(start.adoption), start.is_first, start.fault) == (4, True, "")


def test_a_later_start_goes_on_with_what_was_in_force(path: Path) -> None:
    path.write_text(config_text(**{LIMIT: 9}))
    start = begin(path, (kept(**{LIMIT: 2}),))
    assert (limit(start.adoption), start.is_first) == (2, False)
    assert start.file == read_config(path)


def test_practice_never_loosens_live(path: Path) -> None:
    path.write_text(config_text(**{LIMIT: 9}))
    found = (kept(**{LIMIT: 2, "gateway.name": "topstepx"}),)
    assert begin(path, found).is_first
    path.write_text(config_text(**{LIMIT: 9, "gateway.name": "topstepx"}))
    assert limit(begin(path, found).adoption) == 2


@pytest.mark.parametrize("data", [b"", b"[rules", b"\xff\n", None])
def test_a_file_that_cannot_be_used_leaves_what_was_in_force(
    path: Path, data: bytes | None
) -> None:
    if data is not None:
        path.write_bytes(data)
    live = kept(**{LIMIT: 2, "gateway.name": "topstepx"})
    start = begin(path, (live, kept(**{LIMIT: 3})))
    assert (limit(start.adoption), start.file) == (2, None)
    assert start.fault.startswith(str(path))
    assert limit(begin(path, (kept(**{LIMIT: 3}),)).adoption) == 3
    with pytest.raises(ConfigError):
        begin(path, ())


def test_a_file_and_what_was_kept_from_before_a_table_was_known_still_start(path: Path) -> None:
    data = tomllib.loads(kept(**{LIMIT: 2}).in_force)
    del data["ui"], data["alerts"]
    older = KeptConfig("paper", tomli_w.dumps(data))
    path.write_text(config_text(**{LIMIT: 2}))
    assert begin(path, (older,)).fault == ""
    path.write_text(older.in_force)
    start = begin(path, (older,))
    assert (limit(start.adoption), start.file) == (2, None)
    assert "expected the table [ui]" in start.fault


def test_what_was_kept_and_cannot_be_read_is_said(path: Path) -> None:
    path.write_text(config_text())
    start = begin(path, (KeptConfig("paper", "[rules"),))
    assert start.is_first
    assert "the configuration in force" in start.fault


def test_the_readable_copy_stands_in_for_a_database_that_is_gone(path: Path) -> None:
    path.write_text(config_text(**{LIMIT: 9}))
    copy = path.with_name("config.in-force.toml")
    copy.write_text(kept(**{LIMIT: 2}).in_force)
    start = begin(path, (), copy)
    assert (limit(start.adoption), start.is_first) == (2, False)
    assert limit(begin(path, (kept(**{LIMIT: 3}),), copy).adoption) == 3
    path.unlink()
    assert limit(begin(path, (), copy).adoption) == 2


@pytest.mark.parametrize("text", ["", "[rules", None])
def test_a_copy_that_cannot_be_used_is_left(path: Path, text: str | None) -> None:
    path.write_text(config_text(**{LIMIT: 4}))
    copy = path.with_name("config.in-force.toml")
    if text is not None:
        copy.write_text(text)
    assert begin(path, (), copy).is_first


def test_a_copy_of_live_says_nothing_of_practice(path: Path) -> None:
    path.write_text(config_text(**{LIMIT: 4}))
    copy = path.with_name("config.in-force.toml")
    copy.write_text(kept(**{LIMIT: 2, "gateway.name": "topstepx"}).in_force)
    assert limit(begin(path, (), copy).adoption) == 4
