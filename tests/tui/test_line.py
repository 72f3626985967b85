import pytest
from rich.cells import cell_len

from curb.tui.line import Span, clean, cut, fit, left, right, width_of, wrap

from .scenes import HOSTILE


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("cells", [0, 1, 5, 40])
def test_outside_text_is_harmless_and_no_wider_than_asked(text: str, cells: int) -> None:
    safe = clean(text, cells)
    assert cell_len(safe) <= cells
    assert safe.isprintable()


@pytest.mark.parametrize("text", ["", "MNQ", "日本語の先物", "x" * 99])
@pytest.mark.parametrize("cells", [1, 5, 12])
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, cells: int) -> None:
    assert cell_len(left(text, cells)) == cells
    assert cell_len(right(text, cells)) == cells


def test_what_is_cut_says_so() -> None:
    assert cut("position", 5) == "posi…"
    assert cut("日本語", 4) == "日…"


@pytest.mark.parametrize("cells", [0, 1, 4, 7, 30])
def test_a_line_fits_its_width(cells: int) -> None:
    line = (Span("ab"), Span("日本語", "warn"), Span("cd"))
    assert width_of(fit(line, cells)) == cells


def test_nothing_follows_what_was_cut() -> None:
    assert fit((Span("abcdef"), Span("g")), 4) == (Span("abc…"),)


def test_a_sentence_wraps_at_spaces_and_loses_nothing_silently() -> None:
    assert wrap("close LONG 2 MNQ at market", 12, 3) == ["close LONG 2", "MNQ at", "market"]
    assert wrap("close LONG 2 MNQ at market", 12, 2) == ["close LONG 2", "MNQ at mark…"]
    assert wrap("", 12, 2) == [""]
