"""`curb config init` and `curb config path`."""

import asyncio
from pathlib import Path

import pytest

from curb.__main__ import main
from curb.cli import places
from curb.cli.config import LIVE, live
from curb.config.diff import diff
from curb.config.parse import parse
from tests.cli.live import desk
from tests.cli.test_commands import curb


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty directory; return where the user's own configuration would be."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "own" / "curb" / "config.toml"


def test_a_real_account_gets_exactly_what_is_stricter() -> None:
    shipped, found = (parse(text, "x") for text in (places.default_config(), live()))
    changes = {change.path: (change.direction, change.new) for change in diff(shipped, found)}
    assert set(changes) == set(LIVE)
    assert changes["rules", "no_stop_loss_grace", "grace_s"][1] == "30"
    assert not found.is_loosened_at_once
    assert len(found.armed) == len(found.rules)


def test_every_comment_of_the_shipped_file_stays() -> None:
    pairs = zip(places.default_config().splitlines(), live().splitlines(), strict=True)
    for shipped, found in pairs:
        assert shipped.partition("#")[2] == found.partition("#")[2]


@pytest.mark.parametrize(("flags", "text"), [((), places.default_config()), (("--live",), live())])
def test_it_is_written_to_the_users_own_place_for_nobody_else(
    own: Path, flags: tuple[str, ...], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["config", "init", *flags]) == 0
    assert own.read_text(encoding="utf-8") == text
    assert own.stat().st_mode & 0o777 == 0o600
    out = capsys.readouterr().out
    assert out.startswith(f"{own}: written\n")
    assert (f"curb check {own}" in out) is bool(flags)
    assert "Curb uses" not in out


def test_a_file_that_is_there_is_kept_unless_forced(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own.parent.mkdir(parents=True)
    own.write_text("mine\n" * 9999)
    own.chmod(0o644)
    assert main(["config", "init", "--live"]) == 2
    assert "expected no file, found one; --force writes over it" in capsys.readouterr().err
    assert own.read_text() == "mine\n" * 9999
    assert main(["config", "init", "--live", "--force"]) == 0
    assert own.read_text(encoding="utf-8") == live()
    assert own.stat().st_mode & 0o777 == 0o600


def test_a_file_elsewhere_says_that_another_one_is_used(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "deep" / "mine.toml"
    assert main(["config", "init", str(mine)]) == 0
    assert f"Curb uses {own} here; --config {mine} names this one" in capsys.readouterr().out
    assert not own.exists()


def test_a_place_that_cannot_be_written_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert main(["config", "init", str(tmp_path / "file" / "x.toml")]) == 2
    assert "expected to write there, found" in capsys.readouterr().err


def test_the_path_is_the_one_that_would_be_used_and_nothing_is_written(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, given = Path.cwd() / "config.toml", tmp_path / "given.toml"
    assert main(["config", "path"]) == 0
    here.touch()
    assert main(["config", "path"]) == 0
    given.touch()
    assert main(["config", "path", "--config", str(given)]) == 0
    assert capsys.readouterr().out == f"{own}\n{here}\n{given}\n"
    assert not own.exists()


def test_an_engine_that_runs_says_which_it_uses(tmp_path: Path) -> None:
    async def scene() -> None:
        async with desk(tmp_path) as found:
            engine = await found.engine()
            code, out, _ = await curb(found, "config", "path")
            assert (code, out) == (0, f"{found.config}\n")
            await engine.stop()

    asyncio.run(scene())
