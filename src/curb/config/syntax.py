"""What tomllib says of text that is no TOML, in the trader's words."""

import re

from curb.domain.text import safe_text

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

# The beginning of what tomllib says, and what stands in the file then.
_FOUND = {
    "Cannot overwrite a value": "a key that stands twice",
    "Duplicate inline table key": "a key that stands twice",
    "Cannot declare": "a table that stands twice",
    "Cannot mutate immutable namespace": "a table that stands twice",
    "Cannot redefine namespace": "a table that stands twice",
    "Illegal character '\\n'": "text without its closing quote",
    "Found invalid character '\\n'": "text without its closing quote",
    "Unterminated string": "text without its closing quote",
    "Expected '\"": "text without its closing quote",
    "Expected \"'": "text without its closing quote",
    "Unclosed array": "a list without its closing bracket",
    "Unclosed inline table": "a table without its closing brace",
    "Expected '=' after a key": "a key without its equals sign",
    "Expected ']": "a table name without its closing bracket",
    "Expected newline or end of document": "something more after the end of the value",
    "Invalid value": "a value that is no number, text, list, true or false",
    "Invalid statement": "a line that is neither a key nor a table",
    "Invalid initial character for a key part": "a key that is none",
    "Unescaped '\\'": "a backslash in text, which must stand double",
}


def explained(said: str, end: int) -> tuple[int, str]:
    """Return the line that `said` speaks of, `end` where it is the end, and what is there."""
    place = _PLACE.search(said)
    line = int(place[1]) if place and place[1] else end
    message = _PLACE.sub("", said)
    for start, found in _FOUND.items():
        if message.startswith(start):
            return line, found
    return line, safe_text(message)
