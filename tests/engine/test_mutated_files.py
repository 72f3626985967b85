"""A thousand damaged files: each is refused in one line, or taken and nothing is looser by it."""

import random
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from curb.config.canonical import canonical
from curb.config.parse import parse, parse_bytes
from curb.domain.errors import ConfigError
from curb.engine.adoption import Hold, Standing, plan
from tests.config.drawn import SHIPPED_FILE
from tests.scene import NOON

FILE = "config.toml"
LIVE = SHIPPED_FILE.read_bytes().replace(b'name = "paper"', b'name = "topstepx"', 1)
LIVE = LIVE.replace(b'loosen = "now"', b'loosen = "at_reset"', 1)
COUNT = 1_000

# Witnesses of their own: nothing here asks the product which way is looser.
LESS_IS_STRICTER = (
    "max_contracts.limit",
    "daily_realized_loss.loss_limit",
    "daily_unrealized_loss.loss_limit",
    "trade_frequency_limit.per_minute.limit",
    "trade_frequency_limit.per_hour.limit",
    "trade_frequency_limit.per_session.limit",
    "no_stop_loss_grace.grace_s",
)
MORE_IS_STRICTER = (
    "max_contracts.micro_weight",
    "trade_frequency_limit.per_minute.cooldown_s",
    "trade_frequency_limit.per_hour.cooldown_s",
    "trade_frequency_limit.per_session.cooldown_s",
)


def _flip(raw: bytearray, chance: random.Random) -> None:
    raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)


def _digit(raw: bytearray, chance: random.Random) -> None:
    places = [at for at, byte in enumerate(raw) if chr(byte).isdigit()]
    at = chance.choice(places)
    raw[at : at + 1] = chance.choice((b"9", b"0", b"99", b"1e9", b"-1", b"nan", b"inf", b""))


def _lines(raw: bytearray, chance: random.Random) -> None:
    lines = bytes(raw).splitlines(keepends=True)
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case _:
            lines[at], lines[to] = lines[to], lines[at]
    raw[:] = b"".join(lines)


def _word(raw: bytearray, chance: random.Random) -> None:
    swaps = ((b"true", b"false"), (b"false", b"true"), (b'"enforce"', b'"warn"'), (b"\n", b"\r\n"))
    old, new = chance.choice(swaps)
    places = [at for at in range(len(raw)) if raw.startswith(old, at)]
    at = chance.choice(places)
    raw[at : at + len(old)] = new


def _slice(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw))
    del raw[at : at + chance.choice((1, 3, 40, len(raw)))]


MUTATIONS = (_flip, _digit, _lines, _word, _slice)


def mutated(seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 - no secret
    raw = bytearray(LIVE)
    mutate: Callable[[bytearray, random.Random], None] = MUTATIONS[seed % len(MUTATIONS)]
    mutate(raw, chance)
    return bytes(raw)


def _at(rules: Mapping[str, Any], path: str) -> Any:
    found: Any = rules
    for key in path.split("."):
        found = found[key]
    return found


def looser(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Tell what was let go."""
    found = [p for p in LESS_IS_STRICTER if not _at(after, p) <= _at(before, p)]
    found += [p for p in MORE_IS_STRICTER if not _at(after, p) >= _at(before, p)]
    for name, rule in before.items():
        found += [name] if rule["enabled"] and not after[name]["enabled"] else []
        found += [name] if rule["mode"] == "enforce" and after[name]["mode"] == "warn" else []
    return found


def rules(config: Any) -> Any:
    return tomllib.loads(canonical(config))["rules"]


def test_a_thousand_mutations_loosen_nothing() -> None:
    in_force = parse(LIVE.decode(), FILE)
    standing = Standing(in_force, None, Hold.NONE, NOON + timedelta(hours=5), lambda _: False)
    locked = replace(standing, hold=Hold.REFUSES)
    before, taken, refused, waits = rules(in_force), 0, 0, 0
    for seed in range(COUNT):
        data = mutated(seed)
        try:
            wanted = parse_bytes(data, FILE)
        except ConfigError as e:
            refused += 1
            said = str(e)
            if not (said.startswith(FILE) and said.isprintable()):
                pytest.fail(f"{seed}: {said!r}")
            continue
        taken += 1
        for each in (standing, locked):
            found = plan(each, wanted, "0")
            waits += bool(found.pending)
            assert looser(before, rules(found.now)) == [], seed
    assert refused > COUNT / 4
    assert taken > COUNT / 10
    assert waits > COUNT / 50, (taken, refused)


def test_the_witness_sees_what_is_looser() -> None:
    before = rules(parse(LIVE.decode(), FILE))
    for old, new in ((b"limit = 5 ", b"limit = 6 "), (b"enabled = true", b"enabled = false")):
        text = LIVE.replace(old, new, 1).decode()
        assert text.encode() != LIVE
        assert looser(before, rules(parse(text, FILE)))
