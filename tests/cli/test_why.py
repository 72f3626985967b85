"""`curb why`: the page of a row, and what an engine answers to a screen."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from curb.__main__ import main
from curb.cli.places import database_path, default_config
from curb.cli.why import Explaining, explained
from curb.control.frames import Reply
from curb.domain import codec
from curb.domain.why import Why
from tests.cli.past import kept


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("config") / "config.toml"
    path.write_text(default_config())
    return path


def answer(state: Path, config: Path, number: Any) -> Reply:
    return asyncio.run(Explaining(database_path(state), config).why({"id": number}))


def test_the_page_of_a_row(state: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "2", "--state-dir", str(state), "--config", str(config)]) == 0
    page = capsys.readouterr().out
    assert page.startswith("# Row 2: RULE-006 cooldown\n\n## What happened\n\n- 3 trades in 60 s")
    assert "- table rules.trade_frequency_limit\n- config.toml means another" in page


def test_the_engine_answers_with_the_same_sections(state: Path, config: Path) -> None:
    reply = answer(state, config, 2)
    assert (reply.ok, reply.text) == (True, "Row 2: RULE-006 cooldown")
    assert codec.decode(Why, reply.data) == explained(database_path(state), config, 2)


def test_a_file_that_cannot_be_read_takes_only_its_lines_away(state: Path, tmp_path: Path) -> None:
    why = explained(database_path(state), tmp_path / "none.toml", 2)
    assert why is not None
    assert (
        "the configuration cannot be read now: no lines are known" in dict(why.sections)["Clause"]
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (99, "expected the number of a row of the audit, found 99: `curb audit` lists them"),
        ("2", "expected the number of a row as id"),
        (True, "expected the number of a row as id"),
        (None, "expected the number of a row as id"),
    ],
)
def test_no_such_row_is_a_sentence(state: Path, config: Path, number: Any, words: str) -> None:
    assert answer(state, config, number) == Reply(ok=False, text=words)


def test_no_such_row_ends_the_command(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "99", "--state-dir", str(state)]) == 2
    assert capsys.readouterr().err.startswith("curb: expected the number of a row of the audit")


def test_without_a_database_the_engine_says_so(tmp_path: Path, config: Path) -> None:
    reply = answer(tmp_path, config, 2)
    assert not reply.ok
    assert "state.db: cannot read it" in reply.text
