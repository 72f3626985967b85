"""What stands around a pane: a box where there is room, else a title rule."""

from curb.tui.line import Line, Span, cut, fit, width_of


def framed(
    title: str, content: list[Line], width: int, height: int, *, is_boxed: bool, has_focus: bool
) -> list[Line]:
    """Return `content` under its title in exactly `width` columns and `height` rows."""
    role = "focus" if has_focus else "border"
    marker = "▸" if has_focus else "─"
    words = cut(f" {title} ", max(width - 4, 0))
    corner, end = ("┌", "┐") if is_boxed else ("─", "─")
    rule = "─" * max(width - 3 - width_of((Span(words),)), 0)
    top: Line = (
        Span(corner + marker, role),
        Span(words, "focus" if has_focus else "title"),
        Span(rule + end, role),
    )
    if not is_boxed:
        rows = [fit(line, width) for line in content[: height - 1]]
        return [fit(top, width), *rows, *_blank(width, height - 1 - len(rows))]
    inner = width - 2
    side = Span("│", role)
    rows = [(side, *fit(line, inner), side) for line in content[: height - 2]]
    blank = [(side, *fit((), inner), side)] * max(height - 2 - len(rows), 0)
    bottom: Line = (Span("└" + "─" * inner + "┘", role),)
    return [fit(top, width), *rows, *blank, bottom][:height]


def inner_size(width: int, height: int, *, is_boxed: bool) -> tuple[int, int]:
    """Return the columns and rows that a pane may fill."""
    return (width - 2, max(height - 2, 0)) if is_boxed else (width, max(height - 1, 0))


def _blank(width: int, count: int) -> list[Line]:
    return [fit((), width)] * max(count, 0)
