"""Symbols as keys: one that no contract can have would be a limit that never holds."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from curb.config.locate import Path

_SYMBOL = re.compile(r"[A-Za-z0-9]{1,10}")


def wrong_symbols(rule: BaseModel) -> Iterator[tuple[Path, str, str]]:
    """Yield path, expected and found of each symbol of `rule` that is none, or stands twice.

    Upper and lower case are the same symbol.
    """
    for name in type(rule).model_fields:
        table = getattr(rule, name)
        if not isinstance(table, dict):
            continue
        seen: set[str] = set()
        for symbol in table:
            if not _SYMBOL.fullmatch(symbol):
                yield (name, symbol), "a symbol such as ES", "a key that no symbol can be"
            elif symbol.upper() in seen:
                yield (name, symbol), "each symbol once", f"{symbol.upper()} twice"
            seen.add(symbol.upper())
