"""Reading `config.toml` while it is edited: real files, real editors' habits."""

import asyncio
import hashlib
import os
import subprocess
import time
from collections.abc import Callable
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


LOOSE = SHIPPED.replace(b"limit = 5 ", b"limit = 99 ", 1)
STEP_S = 0.02

Save = Callable[[Path], object]


def in_place(path: Path) -> None:
    """Empty the file, then write it piece by piece: nano."""
    with path.open("wb", buffering=0) as file:
        for at in range(0, len(LOOSE), 4096):
            file.write(LOOSE[at : at + 4096])
            time.sleep(STEP_S)


def at_once(path: Path) -> None:
    """Empty and write in one go: VS Code."""
    path.write_bytes(LOOSE)


def by_rename(path: Path) -> None:
    """Let the file itself go away for a moment: vim, with a backup."""
    backup = path.replace(path.with_name("config.toml~"))
    time.sleep(STEP_S)
    in_place(path)
    backup.unlink()


def by_sed(path: Path) -> None:
    """Let another file take the place, by the real one."""
    subprocess.run(["sed", "-i", "0,/limit = 5 /s//limit = 99 /", str(path)], check=True)


def by_link(path: Path) -> None:
    """Swap the link that stands in the file's place."""
    path.symlink_to(path.replace(path.with_name("one.toml")))
    time.sleep(STEP_S)
    path.with_name("two.toml").write_bytes(LOOSE)
    path.with_name("link").symlink_to("two.toml")
    path.with_name("link").replace(path)


def by_copy(path: Path) -> None:
    """Write over it, by the real cp."""
    path.with_name("new").write_bytes(LOOSE)
    subprocess.run(["cp", str(path.with_name("new")), str(path)], check=True)


@pytest.mark.parametrize("save", [in_place, at_once, by_rename, by_sed, by_link, by_copy])
def test_however_an_editor_saves_the_file_is_read_whole_or_not_at_all(
    tmp_path: Path, save: Save
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(SHIPPED)

    async def scene() -> list[str]:
        reads = [asyncio.create_task(found())]
        saving = asyncio.create_task(asyncio.to_thread(save, path))
        while not saving.done():
            await asyncio.sleep(STEP_S / 2)
            reads.append(asyncio.create_task(found()))
        await saving
        return [*await asyncio.gather(*reads), await found()]

    async def found() -> str:
        try:
            return (await read_whole(path)).file
        except ConfigError:
            return "refused"

    old, new = (hashlib.sha256(each).hexdigest() for each in (SHIPPED, LOOSE))
    *during, after = asyncio.run(scene())
    assert after == new
    assert set(during) <= {old, new, "refused"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "expected"),
        (b"\xef\xbb\xbf" + SHIPPED, "expected"),
        (SHIPPED.replace(b"\n", b"\r\n"), None),
        (b"#" * (10 << 20), "at most"),
    ],
    ids=["empty", "with a mark of byte order", "line ends of Windows", "10 MB"],
)
def test_odd_files_are_read_or_refused(tmp_path: Path, data: bytes, words: str | None) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    if words is None:
        assert asyncio.run(read_whole(path)).config == parse(SHIPPED.decode(), "config.toml")
        return
    with pytest.raises(ConfigError, match=words):
        asyncio.run(read_whole(path))


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
