from pathlib import Path

import pytest
from rich.color import Color
from rich.style import Style

from curb.domain.errors import ConfigError
from curb.tui import theme

NAMES = sorted(path.stem for path in theme.folder().glob("*.toml"))
GOOD = """
name = "mine"
dark = true
ansi = false
[palette]
background = "#000000"
foreground = "#FFFFFF"
[roles]
"""


def luminance(color: Color | None) -> float:
    assert color is not None
    parts = [c / 255 for c in color.get_truecolor()]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_shipped_themes_are_found() -> None:
    assert {theme.DEFAULT, theme.PLAIN} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_role_is_readable(name: str) -> None:
    found = theme.load(name)
    assert found.name == name
    for role in theme.ROLES:
        style = found.styles[role]
        if found.is_ansi:
            continue
        light, dark = sorted((luminance(style.color), luminance(style.bgcolor)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, role


def test_mono_has_no_color_and_still_tells_roles_apart() -> None:
    styles = theme.load(theme.PLAIN).styles
    assert all(s.color == s.bgcolor == Color.default() for s in styles.values())
    plain = styles["text"]
    assert all(
        styles[role] != plain for role in ("warn", "breach", "ask", "live", "focus", "stale")
    )


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('name = "mine"', "", "a name and two booleans"),
        ("dark = true", 'dark = "yes"', "a name and two booleans"),
        ("[roles]", "[role]", "two tables"),
        ('"#000000"', '"#00"', "palette.background: expected a color"),
        ("[roles]", "[roles]\nloss = 7", "roles.loss: expected"),
        ("[roles]", '[roles]\nloss = { fg = "reddish" }', "roles.loss.fg: expected a color"),
        ("[roles]", '[roles]\nloss = { attr = "blink" }', "roles.loss: expected of bold"),
        ("[roles]", "[roles]\nlost = {}", "roles.lost: expected one of"),
        ("[roles]", "[roles", "valid TOML"),
    ],
)
def test_a_wrong_theme_names_its_key(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    (tmp_path / "mine.toml").write_text(GOOD.replace(old, new))
    with pytest.raises(ConfigError, match=complaint):
        theme.load("mine", tmp_path)


@pytest.mark.parametrize("name", ["../mine", "", "a b", "x" * 33, "none"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        theme.load(name, tmp_path)


def test_a_role_left_out_is_plain(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(GOOD)
    styles = theme.load("mine", tmp_path).styles
    assert styles["loss"] == Style(color="#FFFFFF", bgcolor="#000000")
