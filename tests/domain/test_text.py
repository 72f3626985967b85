import pytest

from curb.domain.text import MAX_CELLS, safe_text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("PRAC-V2-1", "PRAC-V2-1"),
        ("a\x1b]52;c;ZXZpbA==\x07b", "a·]52;c;ZXZpbA==·b"),
        ("two\nlines\r", "two·lines·"),
        ("right\u202eto left", "right·to left"),
        ("zero\u200bwidth", "zero·width"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("\x9b31m", "·31m"),
        (42, "42"),
    ],
)
def test_what_reaches_a_screen(raw: object, shown: str) -> None:
    assert safe_text(raw) == shown


def test_long_text_ends_in_an_ellipsis() -> None:
    assert safe_text("x" * 500) == "x" * (MAX_CELLS - 1) + "…"


def test_every_control_is_gone() -> None:
    controls = "".join(chr(c) for c in (*range(32), *range(0x7F, 0xA0)))
    assert set(safe_text(controls, 200)) == {"·"}
