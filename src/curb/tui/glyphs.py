"""The characters of the screen for terminals that have no others than ASCII's.

Panes write Unicode; each character becomes one of the same width when it is painted.
"""

from collections.abc import Mapping

from rich.cells import cell_len

_MEANT = {
    "…": "~",
    "·•∙": ".",
    "▲↑": "^",
    "▼↓": "v",
    "▸▶→": ">",
    "◂◀←": "<",
    "─━═╌┄—": "-",
    "│┃║╎┆▏": "|",
    "┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬": "+",
    "█▇▆": "#",
    "▉▊▋▓▅▄": "=",
    "▌▐": "|",
    "▍▎▒▃▂": ":",
    "░▁": ".",
    "▀": '"',
    "●■◆✓": "*",
    "○□◇": "o",
    "✗": "x",
    "≥": ">",
    "≤": "<",
    "≈": "~",
    "±": "+",
    "Δ": "d",
}

ASCII: Mapping[int, str] = {
    ord(glyph): plain for glyphs, plain in _MEANT.items() for glyph in glyphs
}
"""What stands for each character that the screen itself writes."""

_COERCED = "C.UTF-8"


def plain(text: str) -> str:
    """Return `text` in ASCII and as wide as before; what has no likeness is "?"."""
    if text.isascii():
        return text
    found = text.translate(ASCII)
    return found if found.isascii() else "".join(_plain(glyph) for glyph in found)


def _plain(glyph: str) -> str:
    return glyph if glyph.isascii() else "?" * cell_len(glyph)


def is_ascii(choice: str, environment: Mapping[str, str]) -> bool:
    """Tell whether only ASCII shall be shown: as chosen, "auto" as the terminal can."""
    if choice != "auto":
        return choice == "ascii"
    # The kernel's console has box lines, but neither eighths of blocks nor triangles.
    return environment.get("TERM") == "linux" or not _is_utf8(environment)


def _is_utf8(environment: Mapping[str, str]) -> bool:
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if environment.get("LC_CTYPE") == _COERCED:
        # Python itself says so where the locale is C; what the user said is elsewhere.
        names.remove("LC_CTYPE")
    said = next((environment[name] for name in names if environment.get(name)), "")
    return said.upper().replace("-", "").endswith("UTF8")
