import asyncio
import stat
from pathlib import Path

import pytest

from curb.tui.clipboard import copy

TEXT = "1 RULE-006 \u65e5\u672c [/]"


def tmux(tmp_path: Path, script: str) -> dict[str, str]:
    """A tmux of our own, first on the path, and the environment within it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    return {"TMUX": "/tmp/tmux,1,0", "PATH": str(folder)}  # noqa: S108 - only a word


def copied(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], folder: Path | None
) -> tuple[str, bool, list[str]]:
    written: list[str] = []
    path = environ.get("PATH", "")
    monkeypatch.setenv("PATH", f"{path}:/usr/bin:/bin" if path else "/usr/bin:/bin")
    said, is_kept = asyncio.run(copy(TEXT, folder, environ, written.append))
    return said, is_kept, written


def test_within_tmux_its_buffer_takes_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = tmp_path / "heard"
    environ = tmux(tmp_path, f'echo "$@" > {heard}.args; cat > {heard}')
    said, is_kept, written = copied(monkeypatch, environ, tmp_path / "exports")
    assert heard.read_text() == TEXT
    assert (tmp_path / "heard.args").read_text() == "load-buffer -w -\n"
    assert said == f"tmux, {tmp_path / 'exports' / 'clip.txt'}"
    assert (is_kept, written) == (True, [])


@pytest.mark.parametrize("script", ["exit 1", "exec sleep 60"])
def test_a_tmux_that_fails_or_hangs_leaves_it_to_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    said, _, written = copied(monkeypatch, tmux(tmp_path, script), None)
    assert (said, written) == ("the terminal (OSC 52)", [TEXT])


def test_without_tmux_the_terminal_takes_it_and_a_private_file_keeps_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "state" / "exports"
    said, is_kept, written = copied(monkeypatch, {}, folder)
    path = folder / "clip.txt"
    assert (said, is_kept, written) == (f"the terminal (OSC 52), {path}", True, [TEXT])
    assert path.read_text() == f"{TEXT}\n"
    modes = (stat.S_IMODE(folder.stat().st_mode), stat.S_IMODE(path.stat().st_mode))
    assert modes == (0o700, 0o600)


def test_a_tmux_that_is_not_there_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    said, _ = asyncio.run(copy(TEXT, None, {"TMUX": "x"}, written.append))
    assert (said, written) == ("the terminal (OSC 52)", [TEXT])


def test_a_link_in_place_of_the_file_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.write_text("kept")
    (tmp_path / "clip.txt").symlink_to(other)
    said, is_kept, _ = copied(monkeypatch, {}, tmp_path)
    assert not is_kept
    assert f"not {tmp_path / 'clip.txt'}" in said
    assert other.read_text() == "kept"
