"""Big figures, three rows high, of characters that have a likeness in ASCII."""

ROWS = 3

_GLYPHS = {
    "0": ("┌─┐", "│ │", "└─┘"),
    "1": ("─┐ ", " │ ", "─┴─"),
    "2": ("──┐", "┌─┘", "└──"),
    "3": ("──┐", " ─┤", "──┘"),
    "4": ("│ │", "└─┤", "  │"),
    "5": ("┌──", "└─┐", "──┘"),
    "6": ("┌──", "├─┐", "└─┘"),
    "7": ("──┐", "  │", "  │"),
    "8": ("┌─┐", "├─┤", "└─┘"),
    "9": ("┌─┐", "└─┤", "──┘"),
    "+": ("   ", "─┼─", "   "),
    "-": ("   ", "── ", "   "),
    ".": (" ", " ", "."),
    ",": (" ", " ", ","),
    "▲": (" ", "▲", " "),
    "▼": (" ", "▼", " "),
}


def big(text: str, cells: int) -> tuple[str, ...]:
    """Return `text` as rows of equal width, or alone where it does not fit or has other signs."""
    if not text or any(sign not in _GLYPHS for sign in text):
        return (text,)
    rows = tuple(" ".join(_GLYPHS[sign][row] for sign in text) for row in range(ROWS))
    return rows if len(rows[0]) <= cells else (text,)
