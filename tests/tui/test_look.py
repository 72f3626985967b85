import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from curb.domain.errors import ConfigError
from curb.domain.snapshot import UiView
from curb.tui.keys import press
from curb.tui.lines import Lines
from curb.tui.look import Look, suited
from curb.tui.themes import Themes
from curb.tui.ui import Ui

from . import scenes
from .moments import app, view
from .test_theme import GOOD
from .test_themes import SEVEN

TRUE = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_US.UTF-8"}


@pytest.mark.parametrize(
    ("wanted", "environment", "name"),
    [
        ("auto", TRUE, "curb-dark"),
        ("auto", {"TERM": "tmux-256color"}, "curb-dark"),
        ("auto", {"TERM": "screen"}, "ansi16"),
        ("auto", {"TERM": "linux"}, "ansi16"),
        ("auto", TRUE | {"NO_COLOR": "1"}, "mono"),
        ("cvd", {"TERM": "screen"}, "cvd"),
        ("cvd", TRUE | {"NO_COLOR": ""}, "mono"),
        ("ansi16", TRUE | {"NO_COLOR": "1"}, "mono"),
    ],
)
def test_the_theme_is_what_the_terminal_can_show(
    wanted: str, environment: dict[str, str], name: str
) -> None:
    assert suited(wanted, environment) == name


def test_the_pick_comes_before_what_was_given_and_that_before_the_configuration() -> None:
    look = Look(Themes.at(), TRUE, configured=UiView(theme="cvd"))
    assert (look.name, look.names) == ("cvd", SEVEN)
    assert look.configure(UiView(theme="tritan"))
    assert look.name == "tritan"
    assert not look.configure(UiView(theme="tritan"))
    assert look.pick("mono")
    assert not look.configure(UiView(theme="cvd"))
    assert look.name == "mono"
    given = Look(Themes.at(), TRUE, given="ansi16", configured=UiView(theme="cvd"))
    assert given.name == "ansi16"
    assert given.pick("mono")


def test_without_color_there_is_one_theme() -> None:
    look = Look(Themes.at(), TRUE | {"NO_COLOR": "1"}, given="ansi16")
    assert (look.name, look.names) == ("mono", ("mono",))
    assert not look.pick("cvd")


def test_a_theme_given_that_is_none_is_refused_and_a_configured_one_told() -> None:
    with pytest.raises(ConfigError, match="found none"):
        Look(Themes.at(), TRUE, given="none")
    look = Look(Themes.at(), TRUE, configured=UiView(theme="none"))
    assert look.name == "curb-dark"
    assert look.trouble.startswith("THEME none NOT TAKEN, curb-dark stays as it was: themes: ")
    assert not look.configure(UiView(theme="none"))
    assert look.configure(UiView(theme="auto"))
    assert (look.name, look.trouble) == ("curb-dark", "")


def test_a_saved_file_is_worn_and_a_broken_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    look = Look(Themes.at(tmp_path), TRUE, given="mine")
    assert not look.look_again()

    path.write_text(f'{GOOD}loss = {{ attr = "bold" }}\n')
    assert look.look_again()
    assert look.theme.styles["loss"].bold

    path.write_text(f"{GOOD}loss = {{ attr =\n")
    assert look.look_again()
    assert look.theme.styles["loss"].bold
    assert look.trouble.startswith("THEME mine NOT TAKEN, mine stays as it was: ")
    assert f"{path}:9: expected valid TOML" in look.trouble
    assert not look.look_again()
    assert not look.configure(UiView())

    path.unlink()
    assert not look.look_again()
    path.write_text(f"{GOOD}lost = {{}} # again\n")
    assert look.look_again()
    assert look.trouble.startswith(f"{path}:9: lost is none of text")
    assert not look.theme.styles["loss"].bold


def test_a_theme_of_ones_own_that_comes_later_is_found(tmp_path: Path) -> None:
    look = Look(Themes.at(tmp_path), TRUE, configured=UiView(theme="mine"))
    assert look.name == "curb-dark"
    (tmp_path / "mine.toml").write_text(GOOD)
    assert look.look_again()
    assert (look.name, look.trouble) == ("mine", "")
    assert "mine" in look.names


def test_the_configuration_chooses_the_characters() -> None:
    look = Look(Themes.at(), TRUE)
    assert not look.is_ascii
    assert look.configure(UiView(glyphs="ascii"))
    assert look.is_ascii
    assert Look(Themes.at(), {"LANG": "C"}).is_ascii
    assert not Look(Themes.at(), {"LANG": "C"}, configured=UiView(glyphs="unicode")).is_ascii


def test_another_theme_is_a_key_away_and_the_configuration_s_comes_by_itself() -> None:
    async def main() -> None:
        shown = app(name="")
        async with shown.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            lines = shown.query_one("#header", Lines)
            assert background(lines) == "#0e1116"
            shown.feed.take_snapshot(replace(scenes.CALM, ui=UiView(theme="curb-light")), 100.0)
            shown.paint()
            assert background(lines) == "#fafbfc"
            await pilot.press("t")
            assert "THEME cvd" in words(shown.query_one("#foot", Lines))
            assert background(lines) == "#101418"
            shown.feed.take_snapshot(
                replace(scenes.CALM, ui=UiView(theme="none", glyphs="ascii")), 100.0
            )
            shown.paint()
            assert background(lines) == "#101418"
            assert words(lines).isascii()

    asyncio.run(main())


def test_without_color_the_theme_stays() -> None:
    ui, effect = press(Ui(), "t", replace(view(), theme="mono", themes=("mono",)))
    assert (ui.theme, effect) == ("", None)
    assert ui.result is not None
    assert "NO_COLOR" in ui.result.text


def background(lines: Lines) -> str:
    style = lines.render_line(0)._segments[-1].style
    assert style is not None
    assert style.bgcolor is not None
    return style.bgcolor.name


def words(lines: Lines) -> str:
    return "".join(lines.render_line(y).text for y in range(lines.size.height))
