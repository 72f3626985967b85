import argparse
from pathlib import Path

import pytest

from curb.cli import themes
from curb.domain.errors import ConfigError
from curb.tui.theme import ROLES
from tests.tui.test_theme import GOOD
from tests.tui.test_themes import SEVEN


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's own themes."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "curb" / "themes"
    folder.mkdir(parents=True)
    return folder


def ran(*words: str) -> int:
    parser = argparse.ArgumentParser()
    themes.add(parser)
    return themes.run(parser.parse_args(words))


def test_every_theme_is_listed_with_its_file(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "mine.toml").write_text(GOOD)
    assert ran("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == sorted((*SEVEN, "mine"))
    assert f"mine             {own / 'mine.toml'}" in lines


def test_the_place_of_ones_own_is_told(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("path") == 0
    assert capsys.readouterr().out == f"{own}\n"


def test_every_shipped_theme_is_good(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert own.is_dir()
    assert ran("check") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(SEVEN)
    (cvd,) = (line for line in lines if "/cvd.toml" in line)
    assert cvd.endswith("cvd.toml: good")
    (dark,) = (line for line in lines if "/curb-dark.toml" in line)
    assert dark.endswith("good; profit and loss look alike with deuteranopia")
    (mono,) = (line for line in lines if "/mono.toml" in line)
    assert mono.endswith("whose contrast nobody knows here")


def test_a_theme_that_is_hard_to_read_is_told(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = own / "mine.toml"
    path.write_text(f'{GOOD}loss = {{ fg = "#333333" }}\nlost = {{}}\n')
    assert ran("check", str(path)) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{path}:10: lost is none of {', '.join(ROLES)}; it is left out",
        f"{path}: loss: expected a contrast of at least 4.5, found 1.7",
    ]


def test_a_broken_file_is_refused_with_its_line(own: Path) -> None:
    path = own / "mine.toml"
    path.write_text(GOOD + "loss = {\n")
    with pytest.raises(ConfigError, match=r"mine\.toml:9: expected valid TOML"):
        ran("check", str(path))


def test_every_role_is_shown_by_a_word_of_its_own(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert own.is_dir()
    assert set(themes._SAMPLES) == set(ROLES)
    assert len(set(themes._SAMPLES.values())) == len(ROLES)
    assert ran("show", "cvd") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(ROLES)


def test_samples_are_plain_where_the_terminal_is(
    own: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert own.is_dir()
    monkeypatch.setenv("LC_ALL", "C")
    assert ran("show", "mono") == 0
    assert capsys.readouterr().out.isascii()
