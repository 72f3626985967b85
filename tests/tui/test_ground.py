import pytest

from curb.tui.ground import ground
from curb.tui.themes import Themes

NAMES = ("curb-dark", "curb-light", "cvd")


@pytest.mark.parametrize("name", NAMES)
def test_the_ground_is_the_themes(name: str) -> None:
    theme = Themes.at().load(name)
    told = ground(theme)
    assert (told.background, told.surface, told.primary) == (
        theme.background,
        theme.background,
        theme.foreground,
    )
    assert told.dark is theme.is_dark
    assert theme.background in told.name
