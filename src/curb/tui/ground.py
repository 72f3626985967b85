"""The ground between our lines, as Textual wants to be told of it."""

from textual.theme import Theme as TextualTheme

from curb.tui.theme import Theme


def ground(theme: Theme) -> TextualTheme:
    """Return Textual's theme for ours; all else has a style of its own."""
    background = theme.background
    return TextualTheme(
        f"curb-{background}",
        primary=theme.foreground,
        background=background,
        surface=background,
        dark=theme.is_dark,
    )
