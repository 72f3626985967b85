"""Another value for single keys of a configuration's text: order and comments stay."""

import re
from collections.abc import Mapping

import tomli_w

from curb.config.locate import dotted, locate

# A key with its value on one line, and the comment behind it.
_PAIR = re.compile(
    r"""(?P<key>[^=]+=\s*)(?P<value>"[^"]*"|'[^']*'|[^#"'\[{]*?)(?P<gap>\s*)(?P<comment>\#.*)?"""
)

Key = tuple[str, ...]


def amended(text: str, values: Mapping[Key, str | bool | int]) -> str:
    """Return `text` with these values; a comment keeps its column where it can.

    Raises LookupError for a key that is not there, or whose value takes more than one line.
    """
    places = locate(text).keys
    lines = text.split("\n")
    for key, value in values.items():
        if key not in places:
            raise LookupError(f"expected {dotted(key)} in the text, found no such key")
        index = places[key] - 1
        lines[index] = _with(lines[index], key, value)
    return "\n".join(lines)


def _with(line: str, key: Key, value: str | bool | int) -> str:
    found = _PAIR.fullmatch(line)
    if found is None:
        raise LookupError(f"expected {dotted(key)} on a line of its own, found {line!r}")
    new = tomli_w.dumps({"value": value}).removeprefix("value = ").strip()
    if not found["comment"]:
        return f"{found['key']}{new}"
    column = len(found["value"]) + len(found["gap"])
    return f"{found['key']}{new.ljust(column - 1)} {found['comment']}"
