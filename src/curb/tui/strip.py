"""The day's P&L as a small chart: a line, never an area, with zero and the limit."""

from collections.abc import Sequence
from decimal import Decimal

from curb.domain.money import ZERO
from curb.domain.snapshot import StripView
from curb.tui.line import Line, Span, right

MOST_ROWS = 8
_EIGHTHS = "▁▂▃▄▅▆▇█"
_STEPS = len(_EIGHTHS)  # in a row
_LOWER, _UPPER, _FULL = "▄", "▀", "█"
_ZERO, _LIMIT = "·", "┄"
_SCALE_CELLS = 8
_LEAST_SCALED = 24  # narrower, the curve needs the columns more than figures beside it
_ROLES = {_ZERO: "title", _LIMIT: "warn"}

_Range = tuple[Decimal, Decimal] | None
_Levels = tuple[int, int] | None


def rows(strip: StripView, limit: Decimal | None, width: int, height: int) -> list[Line]:
    """Return the chart in `width` columns and `height` rows; `limit` is signed dollars.

    A column in which nothing is known stays empty, without even the line of zero.
    """
    height = min(height, MOST_ROWS)
    if width <= 0 or height <= 0:
        return []
    scale = _SCALE_CELLS if width >= _LEAST_SCALED else 0
    columns = spread(strip.lows, strip.highs, width - scale)
    known = [amount for column in columns if column for amount in column]
    marks = (ZERO, *known, *(() if limit is None else (limit,)))
    bottom, top = min(marks), max(marks)
    levels = _joined([_levels(column, bottom, top, height) for column in columns])
    zero = _row_of(ZERO, bottom, top, height)
    bound = None if limit is None else _row_of(limit, bottom, top, height)
    signs = ["loss" if column and sum(column) < 0 else "profit" for column in columns]
    labels = {zero: "0"} if top == bottom else _labels(bottom, top, zero, height)
    drawn = []
    for row in range(height):
        ground = _ZERO if row == zero else _LIMIT if row == bound else " "
        head = Span(f"{right(labels.get(row, ''), _SCALE_CELLS - 1)} "[:scale], "title")
        cells = [
            _cell(level, _STEPS * (height - 1 - row), ground) if level else " " for level in levels
        ]
        drawn.append((head, *_spans(cells, signs)))
    return drawn


def _labels(bottom: Decimal, top: Decimal, zero: int, height: int) -> dict[int, str]:
    """Return the figures beside the rows; where two share one, it is zero's."""
    return {0: f"{top:+,.0f}", height - 1: f"{bottom:+,.0f}", zero: "0"}


def spread(
    lows: Sequence[Decimal | None], highs: Sequence[Decimal | None], cells: int
) -> list[_Range]:
    """Return the least and the most of each of `cells` columns; None: nothing is known.

    A span as wide as several columns has its whole reach in the first, its middle in the rest.
    """
    count = len(lows)
    found: list[_Range] = []
    before = -1
    for cell in range(cells if count else 0):
        first = cell * count // cells
        last = max((cell + 1) * count // cells, first + 1)
        low = [amount for amount in lows[first:last] if amount is not None]
        high = [amount for amount in highs[first:last] if amount is not None]
        reach = (min(low), max(high)) if low and high else None
        if reach and first == before:
            middle = (reach[0] + reach[1]) / 2
            reach = (middle, middle)
        found.append(reach)
        before = first
    return found


def _level(amount: Decimal, bottom: Decimal, top: Decimal, height: int) -> int:
    """Return an amount's height in eighths of a row, from the bottom."""
    most = height * _STEPS - 1
    return most // 2 if top == bottom else int((amount - bottom) * most / (top - bottom))


def _levels(column: _Range, bottom: Decimal, top: Decimal, height: int) -> _Levels:
    if column is None:
        return None
    return _level(column[0], bottom, top, height), _level(column[1], bottom, top, height)


def _row_of(amount: Decimal, bottom: Decimal, top: Decimal, height: int) -> int:
    return height - 1 - _level(amount, bottom, top, height) // _STEPS


def _joined(levels: Sequence[_Levels]) -> list[_Levels]:
    """Reach from each column to the one before it, so that a jump is one line."""
    joined: list[_Levels] = []
    before: _Levels = None
    for level in levels:
        if level and before:
            joined.append((min(level[0], before[1]), max(level[1], before[0])))
        else:
            joined.append(level)
        before = level
    return joined


def _cell(level: tuple[int, int], base: int, ground: str) -> str:
    """Return what a line from one level to another shows in the row that begins at `base`."""
    low, high = level[0] - base, level[1] - base
    if high < 0 or low >= _STEPS:
        return ground
    if low < 0:
        return _EIGHTHS[min(high, _STEPS - 1)]
    if high >= _STEPS:
        return _FULL if low <= 1 else _UPPER
    if high - low >= _STEPS - 2:
        return _FULL
    return _LOWER if low + high < _STEPS else _UPPER


def _spans(cells: Sequence[str], signs: Sequence[str]) -> list[Span]:
    """Return cells as spans, neighbors of one role together."""
    spans: list[Span] = []
    for cell, sign in zip(cells, signs, strict=True):
        role = "text" if cell == " " else _ROLES.get(cell, sign)
        if spans and spans[-1].role == role:
            spans[-1] = Span(spans[-1].text + cell, role)
        else:
            spans.append(Span(cell, role))
    return spans
