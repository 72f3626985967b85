import pytest

from curb.tui.line import Span
from curb.tui.panes.table import Column, chosen, heads, row, window
from curb.tui.view import View
from tests.tui.moments import view


def _text(item: str, _: View) -> Span:
    return Span(item)


COLUMNS = (
    Column("Name", 4, is_number=False, keep=0, cell=_text),
    Column("Wide", 9, is_number=True, keep=1, cell=_text),
    Column("Low", 3, is_number=True, keep=2, cell=_text),
    Column("Rest", 5, is_number=False, keep=3, cell=_text, most=8),
)


@pytest.mark.parametrize(
    ("width", "titles", "last_cells"),
    [
        (1, ["Name"], 4),
        (6, ["Name"], 4),
        (10, ["Name", "Low"], 3),
        (16, ["Name", "Wide"], 9),
        (20, ["Name", "Wide", "Low"], 3),
        (26, ["Name", "Wide", "Low", "Rest"], 5),
        (28, ["Name", "Wide", "Low", "Rest"], 7),
        (99, ["Name", "Wide", "Low", "Rest"], 8),
    ],
)
def test_the_best_columns_stay_and_the_last_may_grow(
    width: int, titles: list[str], last_cells: int
) -> None:
    found = chosen(COLUMNS, width)
    assert [column.title for column in found] == titles
    assert found[-1].cells == last_cells


def words(line: tuple[Span, ...]) -> str:
    return "".join(span.text for span in line)


def test_titles_and_cells_stand_over_each_other() -> None:
    columns = chosen(COLUMNS, 20)
    assert words(heads(columns)) == " Name      Wide Low"
    assert words(row(columns, "ab", view(), is_selected=True)) == ">ab          ab  ab "


def test_the_sorted_column_is_marked_within_its_cells() -> None:
    columns = chosen(COLUMNS, 20)
    assert words(heads(columns, "Name")) == " Nam↓      Wide Low"
    assert words(heads(columns, "Wide")) == " Name     Wide↓ Low"


@pytest.mark.parametrize(
    ("count", "index", "height", "found"),
    [
        (3, 2, 3, (0, 3)),
        (9, 0, 4, (0, 3)),
        (9, 2, 4, (0, 3)),
        (9, 3, 4, (1, 3)),
        (9, 8, 4, (6, 3)),
        (9, 8, 1, (8, 1)),
        (9, 5, 0, (5, 0)),
        (0, 0, 4, (0, 0)),
    ],
)
def test_the_selected_row_shows_and_a_line_is_left_for_the_hidden(
    count: int, index: int, height: int, found: tuple[int, int]
) -> None:
    first, shown = window(count, index, height)
    assert shown == found[1]
    assert first == found[0] or not shown
