"""Ways to spoil a frame: its text, or the values in it. Each is a function of chance alone."""

import json
import random
from collections.abc import Callable
from typing import Any

Mutator = Callable[[str, random.Random], str]

# What a value is never expected to be, or only just.
HOSTILE: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        -1,
        1,
        2,
        3,
        7,
        2**31,
        2**63,
        -(2**63),
        10**40,
        0.1,
        -0.0,
        1e300,
        1e-300,
    ),
    *("", " ", "0", "7", "null", "NaN", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00", "\x00"),
    *(
        "\x1b]52;c;AAAA\x07",
        "\x9b31m",
        "\u202eabc",
        "\ud800",
        "é" * 200,
        "A" * 5_000,
        "[@click=app.quit]x",
    ),
    *("[/]", "../../etc/passwd", "'; DROP TABLE orders; --", "CON.F.US.MNQ.Z26", "RULE-003"),
    *([], [[]], {}, {"data": {"data": {}}}, [None], {"": ""}, [{}] * 50),
)
# What JSON has no value for.
_RAW = (
    *("NaN", "Infinity", "-Infinity", "1e999999999", "-1e-999999999", "0x10", "01", "1.", "+1"),
    *(
        "9" * 5_000,
        "0." + "1" * 400,
        '"\\ud800"',
        '"\\u0000"',
        "[" * 30_000,
        '{"a":' * 20_000,
        "//",
    ),
)
_PIECES = ("\x1e", "\x1e\x1e", "\n", "\r\n\r\n", "\x00", "\ufeff", "{}", "[]", ",", '"', "\\", "}")


def cut(text: str, chance: random.Random) -> str:
    """End early, or begin late."""
    at = chance.randrange(len(text) + 1)
    return text[:at] if chance.random() < 0.7 else text[at:]


def flipped(text: str, chance: random.Random) -> str:
    """Let some characters be others."""
    found = list(text)
    for _ in range(chance.randint(1, 8)):
        if found:
            found[chance.randrange(len(found))] = chr(
                chance.choice((chance.randrange(128), 0x202E))
            )
    return "".join(found)


def doubled(text: str, chance: random.Random) -> str:
    """Say a part of it again, or all of it."""
    a, b = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    return text[:b] + text[a:b] * chance.randint(1, 3) + text[b:]


def pierced(text: str, chance: random.Random) -> str:
    """Put something in between."""
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_PIECES) * chance.randint(1, 3) + text[at:]


def raw(text: str, chance: random.Random) -> str:
    """Put in place of a value what is none."""
    marked = _spoiled(text, chance, lambda _value: "@HERE@")
    return marked.replace('"@HERE@"', chance.choice(_RAW), 1)


def hostile(text: str, chance: random.Random) -> str:
    """Put a hostile value in place of one, or of several."""
    for _ in range(chance.randint(1, 3)):
        text = _spoiled(text, chance, lambda _value: chance.choice(HOSTILE))
    return text


def retyped(text: str, chance: random.Random) -> str:
    """Let a value be of another type and otherwise the same."""
    ways: tuple[Callable[[Any], Any], ...] = (str, lambda v: [v], lambda v: {"data": v}, repr)
    return _spoiled(text, chance, chance.choice(ways))


def nudged(text: str, chance: random.Random) -> str:
    """Let a number be another number of its kind."""

    def other(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return chance.choice((-value, value + 1, value * 1_000, value / 3, value - 1))

    for _ in range(4):
        text = _spoiled(text, chance, other)
    return text


def lost(text: str, chance: random.Random) -> str:
    """Leave a key out, or call it otherwise."""
    values = _values(text)
    places = [each for each in _places(values) if isinstance(each[0], dict)]
    if not places:
        return cut(text, chance)
    holder, key = chance.choice(places)
    value = holder.pop(key)
    if chance.random() < 0.5:
        holder[chance.choice((key.upper(), key + "s", "", "__class__"))] = value
    return _written(values, text)


MUTATORS: tuple[Mutator, ...] = (
    *(cut, flipped, doubled, pierced, raw, hostile, hostile, retyped, nudged, nudged, lost),
)


def spoiled(text: str, chance: random.Random) -> str:
    """Return a frame with one to three things wrong, by chance nothing."""
    for _ in range(chance.randint(1, 3)):
        text = chance.choice(MUTATORS)(text, chance)
    return text


def _spoiled(text: str, chance: random.Random, other: Callable[[Any], Any]) -> str:
    values = _values(text)
    places = _places(values)
    if not places:
        return pierced(text, chance)
    holder, key = chance.choice(places)
    holder[key] = other(holder[key])
    return _written(values, text)


def _values(text: str) -> list[Any]:
    """Return the records of a frame, none where it is too spoiled to have any."""
    try:
        return [json.loads(part) for part in text.split("\x1e") if part]
    except (ValueError, RecursionError):
        return []


def _written(values: list[Any], like: str) -> str:
    end = "\x1e" if "\x1e" in like else ""
    return "".join(json.dumps(value) + end for value in values)


def _places(values: Any, depth: int = 0) -> list[tuple[Any, Any]]:
    if isinstance(values, dict):
        keys: Any = list(values)
    elif isinstance(values, list):
        keys = range(len(values))
    else:
        return []
    found: list[tuple[Any, Any]] = [(values, key) for key in keys] if depth else []
    for key in keys:
        found += _places(values[key], depth + 1) if depth < 8 else []
    return found
