"""What is said to the trader."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from curb.config.checks import Says
from curb.config.locate import Path
from curb.config.words import Slot, expected, found, kind, known, names, slot_at, too_large


class _Tier(BaseModel):
    loss: Decimal = Field(gt=0)


class _Rule(BaseModel):
    tiers: tuple[_Tier, ...]
    limits: dict[str, Annotated[int, Field(ge=0)]]
    unlisted: Literal["block"] | Annotated[int, Field(ge=0)]
    at: Annotated[str, Says("a time")]


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (int, "a whole number"),
        (bool, "true or false"),
        (str, "text"),
        (Decimal, "a number"),
        (Annotated[int, Field(gt=0)], "a whole number above 0"),
        (Annotated[int, Field(ge=1, lt=9)], "a whole number at least 1 and below 9"),
        (Annotated[Decimal, Field(gt=0, le=1)], "a number above 0 and at most 1"),
        (Literal["a"], '"a"'),
        (Literal["a", "b", "c"], '"a", "b" or "c"'),
        (Literal["a"] | Annotated[int, Field(ge=0)], '"a" or a whole number at least 0'),
        (tuple[str, ...], "a list"),
        (dict[str, int], "a table"),
        (_Tier, "a table"),
    ],
)
def test_what_may_stand_there_is_said(annotation: Any, words: str) -> None:
    assert expected(Slot((), annotation)) == words


@pytest.mark.parametrize(
    ("steps", "path", "words"),
    [
        ((), (), "a table"),
        (("tiers",), ("tiers",), "a list"),
        (("tiers", 1, "loss"), ("tiers", 1, "loss"), "a number above 0"),
        (("limits", "ES"), ("limits", "ES"), "a whole number at least 0"),
        (("unlisted", "constrained-int"), ("unlisted",), '"block" or a whole number at least 0'),
        (("at", "function-after"), ("at",), "a time"),
        (("nothing",), (), "a table"),
    ],
)
def test_a_slot_is_found_in_the_model(steps: Path, path: Path, words: str) -> None:
    slot = slot_at(_Rule, steps)
    assert slot.path == path
    assert expected(slot) == words


def test_tables_and_keys_are_told_apart() -> None:
    assert kind(slot_at(_Rule, ("limits",))) == "table"
    assert kind(slot_at(_Rule, ("at",))) == "key"
    assert names(slot_at(_Rule, ())) == ("tiers", "limits", "unlisted", "at")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (Decimal("5.50"), "5.50"),
        (16**400, "an endless number"),
        ("5", 'text "5"'),
        ("a\x1b[2J\n", 'text "a·[2J·"'),
        ("x" * 100, f'text "{"x" * 39}…"'),
        ({"a": "secret"}, "a table"),
        (["secret"], "a list"),
        (date(2026, 1, 2), "the date 2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "the date 2026-01-02 00:00:00+00:00"),
        (time(17), "the time 17:00:00"),
        (None, "nothing"),
    ],
)
def test_what_stands_there_is_said_on_one_harmless_line(value: object, words: str) -> None:
    assert found(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5, ""),
        (10**9, ", of at most 9 digits"),
        (Decimal("1E-7"), ", of at most 9 digits before and 6 after the point"),
    ],
)
def test_a_number_out_of_size_is_explained(value: object, words: str) -> None:
    assert too_large(value) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("limt", "a known key, perhaps limit"),
        ("zzz", "one of limit, count"),
        ("x" * 10_000, "one of limit, count"),
    ],
)
def test_the_key_that_was_perhaps_meant_is_named(name: str, words: str) -> None:
    assert known("key", name, ("limit", "count")) == words
