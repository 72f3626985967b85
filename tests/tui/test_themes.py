from pathlib import Path

import pytest

from curb.domain.errors import ConfigError
from curb.tui.theme import DEFAULT, PLAIN
from curb.tui.themes import Themes, read, shipped, stamp

from .test_theme import GOOD

SEVEN = ("ansi16", "curb-dark", "curb-light", "cvd", "high-contrast", "mono", "tritan")


def test_seven_are_shipped() -> None:
    assert Themes.at().names() == SEVEN
    assert {DEFAULT, PLAIN} <= set(SEVEN)


def test_the_users_own_win_over_the_shipped_ones(tmp_path: Path) -> None:
    themes = Themes.at(tmp_path)
    (tmp_path / "mine.toml").write_text(GOOD)
    (tmp_path / "mono.toml").write_text(GOOD.replace('"mine"', '"my mono"'))
    (tmp_path / "No Name.toml").write_text(GOOD)
    assert themes.names() == tuple(sorted((*SEVEN, "mine")))
    assert themes.path("mine") == tmp_path / "mine.toml"
    assert themes.load("mono").name == "my mono"
    assert themes.path("cvd") == shipped() / "cvd.toml"


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert Themes.at(tmp_path / "none").names() == SEVEN


@pytest.mark.parametrize("name", ["../mine", "", "a b", "x" * 33, "Mono"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="a name of a-z"):
        Themes.at().load(name)


def test_a_theme_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match=r"expected one of ansi16, curb-dark, .* found none"):
        Themes.at().load("none")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff", "UTF-8 text"), (b"#" * (129 << 10), "at most 131072 bytes"), (None, "a theme file")],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = tmp_path / "mine.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(ConfigError, match=words):
        read(path)


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert stamp(path) == ()
    path.write_text("a")
    before = stamp(path)
    path.write_text("ab")
    assert stamp(path) != before
    assert stamp(path) == stamp(path)
