"""Symbols in the file: one that no contract can have would be a limit that never holds."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from curb.config.locate import Path

# Tables by symbol, and lists of symbols.
_FIELDS = frozenset(("limits", "sessions", "blocked"))

_SYMBOL = re.compile(r"[A-Za-z0-9]{1,10}")


def wrong_symbols(rule: BaseModel) -> Iterator[tuple[Path, str, str]]:
    """Yield path, expected and found of each symbol of `rule` that is none, or stands twice.

    Upper and lower case are the same symbol.
    """
    for name in _FIELDS & type(rule).model_fields.keys():
        symbols = getattr(rule, name)
        seen: set[str] = set()
        for place, symbol in enumerate(symbols):
            path = (name, symbol if isinstance(symbols, dict) else place)
            if not _SYMBOL.fullmatch(symbol):
                found = "a key" if isinstance(symbols, dict) else "a word"
                yield path, "a symbol such as ES", f"{found} that no symbol can be"
            elif symbol.upper() in seen:
                yield path, "each symbol once", f"{symbol.upper()} twice"
            seen.add(symbol.upper())
