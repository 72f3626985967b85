"""Reading `config.toml` while it is edited: real files, real editors' habits."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.engine.reload import Proposal, propose, read_stable, refusal
from tests.cli.live import ROOT, config_text

SHIPPED = parse((ROOT / "config.toml").read_text(), "config.toml")


def proposal(tmp_path: Path, text: str) -> Proposal:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return asyncio.run(propose(path, SHIPPED))


def test_a_file_that_is_being_written_is_read_when_it_rests(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("a")

    async def scene() -> bytes:
        reading = asyncio.create_task(read_stable(path))
        for part in ("ab", "abc", "abcd"):
            await asyncio.sleep(0.1)
            path.write_text(part)
        return await reading

    assert asyncio.run(scene()) == b"abcd"


def test_a_file_swapped_by_an_editor_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old")

    async def scene() -> bytes:
        reading = asyncio.create_task(read_stable(path))
        await asyncio.sleep(0.05)
        (tmp_path / "config.toml~").write_text("new, and whole")
        (tmp_path / "config.toml~").replace(path)
        return await reading

    assert asyncio.run(scene()) == b"new, and whole"


@pytest.mark.parametrize("kind", ["missing", "directory"])
def test_what_cannot_be_read_is_named(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "config.toml"
    if kind == "directory":
        path.mkdir()
    with pytest.raises(ConfigError, match="expected a readable file"):
        asyncio.run(read_stable(path))


@pytest.mark.parametrize(
    ("changes", "loosen", "is_locked", "words"),
    [
        ({"rules.max_contracts.limit": 4}, "now", True, ""),
        ({"rules.max_contracts.limit": 6}, "now", False, ""),
        ({"rules.max_contracts.limit": 6}, "now", True, "while a lock"),
        ({"rules.max_contracts.limit": 6}, "at_reset", False, "in the middle"),
        ({"rules.max_contracts.enabled": False}, "at_reset", False, "in the middle"),
        ({}, "at_reset", True, ""),
    ],
)
def test_what_is_refused(
    tmp_path: Path, changes: dict[str, object], loosen: str, is_locked: bool, words: str
) -> None:
    table = SHIPPED.config.model_copy(update={"loosen": loosen})
    in_force = replace(SHIPPED, config=table)
    text = config_text(**(changes | {"config.loosen": loosen}))
    path = tmp_path / "config.toml"
    path.write_text(text)
    found = asyncio.run(propose(path, in_force))
    said = refusal(found, in_force, lambda: is_locked)
    assert bool(said) is bool(words)
    assert words in said


def test_another_gateway_waits_for_a_restart(tmp_path: Path) -> None:
    found = proposal(tmp_path, config_text(**{"gateway.name": "topstepx"}))
    assert found.config.gateway == SHIPPED.gateway
    assert [change.needs_restart for change in found.changes] == [True]
    assert found.looser == ()
