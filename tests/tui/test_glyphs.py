"""Every character of the screen has one of ASCII that is as wide."""

import ast
from pathlib import Path

import pytest
from rich.cells import cell_len

import curb.tui
from curb.domain.snapshot import Snapshot
from curb.tui.glyphs import ASCII, is_ascii, plain
from curb.tui.whole import whole

from . import scenes
from .moments import view

SIZES = [(50, 10), (60, 16), (80, 24), (120, 40), (200, 60)]
SCENES = {
    "calm": scenes.CALM,
    "flat": scenes.FLAT,
    "two accounts": scenes.TWO,
    "locked": scenes.LOCKED,
    "unknown": scenes.UNKNOWN,
    "hostile": scenes.BAD,
    "nothing": None,
}


def written() -> set[str]:
    """The characters beyond ASCII that the screen's own texts hold."""
    found: set[str] = set()
    for path in Path(curb.tui.__file__).parent.rglob("*.py"):
        if path.name != "glyphs.py":
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found |= {glyph for glyph in node.value if not glyph.isascii()}
    return found


def test_every_character_that_the_screen_writes_has_its_like() -> None:
    assert written() - {chr(code) for code in ASCII} == set()


def test_each_like_is_as_wide_and_of_ascii() -> None:
    for code, like in ASCII.items():
        assert (cell_len(like), like.isascii(), like.isprintable()) == (1, True, True)
        assert cell_len(chr(code)) == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
def test_a_whole_screen_is_of_ascii_and_as_wide(
    scene: Snapshot | None, size: tuple[int, int]
) -> None:
    rows = scenes.BAD_ROWS if scene is scenes.BAD else scenes.ROWS
    for part in whole(view(scene, rows=rows), *size):
        for row in part.rows:
            for span in row:
                found = plain(span.text)
                assert found.isascii()
                assert cell_len(found) == cell_len(span.text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("MNQ +12.50", "MNQ +12.50"),
        ("▌PAPER▐ 5/5 · 12…", "|PAPER| 5/5 . 12~"),
        ("███▊  ▲ 12", "###=  ^ 12"),
        ("Kontö 東", "Kont? ??"),
    ],
)
def test_what_has_no_like_is_a_question_mark_for_every_column(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    ("choice", "environment", "expected"),
    [
        ("auto", {"LANG": "en_US.UTF-8"}, False),
        ("auto", {"LANG": "de_DE.utf8"}, False),
        ("auto", {"LC_CTYPE": "UTF-8"}, False),
        ("auto", {"LANG": "C.UTF-8", "LC_CTYPE": "C.UTF-8"}, False),
        ("auto", {"LANG": "C", "LC_ALL": "C.UTF-8"}, False),
        ("auto", {"LANG": "en_US.UTF-8", "LC_ALL": "C"}, True),
        ("auto", {"LANG": "en_US.ISO-8859-1"}, True),
        ("auto", {"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
        ("auto", {"LC_CTYPE": "de_DE.UTF-8", "LANG": "C"}, False),
        ("auto", {}, True),
        ("auto", {"LANG": "C.UTF-8", "TERM": "linux"}, True),
        ("unicode", {"LANG": "C", "TERM": "linux"}, False),
        ("ascii", {"LANG": "en_US.UTF-8"}, True),
    ],
)
def test_the_locale_decides_unless_it_was_chosen(
    choice: str, environment: dict[str, str], expected: bool
) -> None:
    assert is_ascii(choice, environment) is expected
