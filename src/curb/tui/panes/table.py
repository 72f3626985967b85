"""Rows in columns: the best of them stay where a screen is narrow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from curb.tui.line import Line, Span, left, right
from curb.tui.view import View

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column; one with `most` takes that much of the room that the others leave."""

    title: str
    cells: int
    is_number: bool
    keep: int  # the lower, the longer it stays when the screen is narrow
    cell: Callable[[Row, View], Span]
    most: int = 0


def chosen(columns: Sequence[Column[Row]], width: int) -> tuple[Column[Row], ...]:
    """Return the best columns that fit side by side, each with a blank behind it; at least one.

    Where a column does not fit, a smaller one of less worth may.
    """
    best: list[Column[Row]] = []
    for column in sorted(columns, key=lambda c: c.keep):
        if not best or _width([*best, column]) <= width:
            best.append(column)
    kept = [column for column in columns if column in best]
    spare = max(width - _width(kept), 0)
    grown = []
    for column in kept:
        more = min(max(column.most - column.cells, 0), spare)
        grown.append(replace(column, cells=column.cells + more))
        spare -= more
    return tuple(grown)


def heads(columns: Sequence[Column[Row]], sorted_by: str = "") -> Line:
    """Return the titles, with a mark at the column that the rows are sorted by."""
    return (Span(" " + " ".join(_head(column, sorted_by) for column in columns), "title"),)


def row(
    columns: Sequence[Column[Row]], item: Row, view: View, *, is_selected: bool = False
) -> Line:
    """Return an item's cells."""
    spans = [Span(">" if is_selected else " ", "focus")]
    for column in columns:
        text, role = column.cell(item, view)
        words = right(text, column.cells) if column.is_number else left(text, column.cells)
        spans.append(Span(words + " ", role))
    return tuple(spans)


def window(count: int, index: int, height: int) -> tuple[int, int]:
    """Return the first of `count` rows to show and how many, so that row `index` shows.

    Where not all fit, one line is left for what is hidden, but never the row's own.
    """
    if count <= height:
        return 0, count
    shown = max(height - 1, 1) if height > 0 else 0
    return min(max(index - shown + 1, 0), count - shown), shown


def _width(columns: Sequence[Column[Row]]) -> int:
    return sum(column.cells + 1 for column in columns) + 1


def _head(column: Column[Row], sorted_by: str) -> str:
    words = column.title
    if words and words == sorted_by:
        words = words.rstrip()[: column.cells - 1] + "↓"
    return right(words, column.cells) if column.is_number else left(words, column.cells)
