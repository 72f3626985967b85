import pytest
from rich.style import Style

from curb.domain.errors import ConfigError
from curb.tui.theme import PLAIN, ROLES, line_of, parse
from curb.tui.themes import Themes

NAMES = Themes.at().names()
GOOD = """# mine
name = "mine"
dark = true
ansi = false
[palette]
background = "#000000"
foreground = "#FFFFFF"
[roles]
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_theme_is_whole(name: str) -> None:
    found = Themes.at().load(name)
    assert (found.name, found.warnings, set(found.styles)) == (name, (), set(ROLES))


def test_mono_has_no_color_and_still_tells_roles_apart() -> None:
    styles = Themes.at().load(PLAIN).styles
    assert all(s.color and s.color.is_default for s in styles.values())
    assert all(s.bgcolor and s.bgcolor.is_default for s in styles.values())
    plain = styles["text"]
    assert all(
        styles[role] != plain for role in ("warn", "breach", "ask", "live", "focus", "stale")
    )


def test_ansi16_has_the_sixteen_colors_alone() -> None:
    styles = Themes.at().load("ansi16").styles.values()
    colors = [color for style in styles for color in (style.color, style.bgcolor) if color]
    assert all(color.is_default or (color.number or 0) < 16 for color in colors)
    assert all(color.is_system_defined for color in colors)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "mine"', "", "mine.toml: name: expected a name, found nothing"),
        ("dark = true", 'dark = "yes"', "mine.toml:3: dark: expected true or false, found 'yes'"),
        ("ansi = false", "", "mine.toml: ansi: expected true or false"),
        ("[roles]", "[role]", r"mine.toml: roles: expected a table \[roles\]"),
        ('"#000000"', '"#00"', "mine.toml:6: palette.background: expected a color"),
        ('background = "#000000"', "", "mine.toml:5: palette.background: expected a color"),
        ("[roles]", "[roles]\nloss = 7", "mine.toml:9: roles.loss: expected {"),
        ("[roles]", '[roles]\nloss = { fg = "reddish" }', "mine.toml:9: roles.loss.fg: expected"),
        ("[roles]", '[roles.loss]\nfg = "reddish"', "mine.toml:9: roles.loss.fg: expected"),
        ("[roles]", '[roles]\nloss = { attr = "blink" }', "mine.toml:9: roles.loss.attr: expected"),
        ("[roles]", "[roles", "mine.toml:8: expected valid TOML"),
        ("[roles]", "a = " + "[" * 5000, "mine.toml: expected valid TOML"),
    ],
)
def test_a_wrong_theme_names_its_key_and_line(old: str, new: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        parse(GOOD.replace(old, new), "mine.toml")


@pytest.mark.parametrize(
    ("added", "words"),
    [
        ("lost = {}", "mine.toml:9: lost is none of text, "),
        ('loss = { color = "red" }', "mine.toml:9: color is none of fg, bg, attr"),
        ("[more]", "mine.toml:9: more is none of name, "),
        ('"bad\\u001bkey" = {}', "mine.toml:8: bad·key is none of text"),
    ],
)
def test_what_no_theme_knows_is_a_warning_with_its_line(added: str, words: str) -> None:
    (found,) = parse(f"{GOOD}{added}\n", "mine.toml").warnings
    assert found.startswith(words)


def test_a_role_left_out_is_plain() -> None:
    assert parse(GOOD, "mine.toml").styles["loss"] == Style(color="#FFFFFF", bgcolor="#000000")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("palette",), 5),
        (("palette", "foreground"), 7),
        (("roles", "loss", "fg"), 8),
        (("other",), None),
    ],
)
def test_the_line_of_a_key_is_found(path: tuple[str, ...], line: int | None) -> None:
    assert line_of(GOOD, path) == line
