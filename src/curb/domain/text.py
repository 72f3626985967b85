"""The one way for remote text to reach a screen, a log or the audit."""

import unicodedata

MAX_CELLS = 64

# Categories that move cursors, reverse text or hide: controls, formats (bidi, zero width),
# surrogates, private use, unassigned, line and paragraph separators.
_HOSTILE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def safe_text(text: object, limit: int = MAX_CELLS) -> str:
    """Return `text` as one harmless line of at most `limit` characters.

    Every character that is no visible one becomes a middle dot; what is too long ends in
    an ellipsis. The result is never markup: whoever shows it must not parse it either.
    """
    if isinstance(text, str) and len(text) <= limit and text.isascii() and text.isprintable():
        return text
    raw = unicodedata.normalize("NFC", str(text)[: limit * 4])
    clean = "".join("·" if unicodedata.category(c) in _HOSTILE else c for c in raw)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
