"""Every shipped theme is readable, and those for color-blind eyes tell good from bad."""

import pytest
from rich.style import Style

from curb.tui import contrast
from curb.tui.theme import parse
from curb.tui.themes import Themes

from .test_theme import GOOD, NAMES

WHITE, BLACK = contrast.linear(255, 255, 255), contrast.linear(0, 0, 0)


@pytest.mark.parametrize("name", NAMES)
def test_every_role_of_a_shipped_theme_is_readable(name: str) -> None:
    assert list(contrast.complaints(Themes.at().load(name))) == []


@pytest.mark.parametrize(
    ("name", "blindness"),
    [("cvd", "protanopia"), ("cvd", "deuteranopia"), ("tritan", "tritanopia")],
)
def test_opposites_stay_apart_for_the_eye_that_a_theme_is_for(name: str, blindness: str) -> None:
    assert list(contrast.alike(Themes.at().load(name), blindness)) == []


def test_high_contrast_deserves_its_name() -> None:
    styles = Themes.at().load("high-contrast").styles
    assert min(contrast.contrast(contrast.pair(style)) for style in styles.values()) >= 7


@pytest.mark.parametrize(
    ("fg", "bg", "ratio"),
    [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48), ("#FF0000", "#FFFFFF", 4.0)],
)
def test_contrast_is_the_known_one_whichever_is_the_ground(fg: str, bg: str, ratio: float) -> None:
    for style in (Style(color=fg, bgcolor=bg), Style(color=fg, bgcolor=bg, reverse=True)):
        assert contrast.contrast(contrast.pair(style)) == pytest.approx(ratio, abs=0.01)


def test_black_and_white_are_a_hundred_apart_and_look_the_same_to_every_eye() -> None:
    assert contrast.distance(WHITE, BLACK) == pytest.approx(100, abs=0.1)
    for blindness in contrast.BLINDNESS:
        assert contrast.seen(WHITE, blindness) == pytest.approx(WHITE, abs=0.001)
        assert contrast.seen(BLACK, blindness) == pytest.approx(BLACK)


def test_red_and_green_fall_together_for_some_eyes_only() -> None:
    theme = parse(
        f'{GOOD}profit = {{ fg = "#4F9A3B" }}\nloss = {{ fg = "#B3801F" }}\n', "mine.toml"
    )
    words = "profit and loss look alike with deuteranopia"
    assert words in list(contrast.alike(theme, "deuteranopia"))
    assert not any("profit" in word for word in contrast.alike(theme, "tritanopia"))


def test_an_attribute_tells_apart_what_colors_do_not() -> None:
    theme = parse(f'{GOOD}loss = {{ attr = "underline" }}\n', "mine.toml")
    assert not any("profit" in word for word in contrast.alike(theme, "protanopia"))


def test_what_is_hard_to_read_is_said() -> None:
    text = f'{GOOD}loss = {{ fg = "#333333" }}\nwarn = {{ attr = "dim" }}\n'
    assert list(contrast.complaints(parse(text, "mine.toml"))) == [
        "loss: expected a contrast of at least 4.5, found 1.7",
        "warn: dim text is hard to read",
    ]
    own = parse(text.replace("ansi = false", "ansi = true"), "mine.toml")
    assert list(contrast.complaints(own)) == ["warn: dim text is hard to read"]
