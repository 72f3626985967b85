"""Reading `config.toml` while it is edited: real files, real editors' habits."""

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from curb.config.parse import SIZE_MAX, parse
from curb.domain.errors import ConfigError
from curb.engine.reload import read, read_stable, read_whole
from tests.cli.live import ROOT

SHIPPED = (ROOT / "config.toml").read_bytes()


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


def test_a_whole_file_and_the_hash_of_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(SHIPPED)
    found = asyncio.run(read_whole(path))
    assert found.config == parse(SHIPPED.decode(), "config.toml")
    assert found.file == hashlib.sha256(SHIPPED).hexdigest()


def test_a_file_that_is_cut_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(SHIPPED[:-1])
    with pytest.raises(ConfigError, match="a newline at the end"):
        asyncio.run(read_whole(path))


def test_no_more_is_read_than_a_configuration_may_have(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"#" * (SIZE_MAX + 100))
    assert len(read(path)) == SIZE_MAX + 1


@pytest.mark.parametrize("is_linked", [False, True])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path, *, is_linked: bool) -> None:
    pipe, path = tmp_path / "pipe", tmp_path / "config.toml"
    os.mkfifo(pipe)
    path.symlink_to(pipe)
    with pytest.raises(ConfigError, match="no regular file"):
        read(path if is_linked else pipe)
