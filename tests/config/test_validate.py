"""One table against its model."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from curb.config.validate import Fault, absent, unknown, validated


class _Tier(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    loss: Decimal = Field(gt=0)
    cooldown_s: int


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    tiers: tuple[_Tier, ...]
    blocked: tuple[str, ...]
    unlisted: Literal["block"] | Annotated[int, Field(ge=0)]


GOOD: dict[str, Any] = {
    "tiers": [{"loss": 100, "cooldown_s": 300}, {"loss": Decimal("2.5"), "cooldown_s": 9}],
    "blocked": ["ES"],
    "unlisted": "block",
}


def test_a_good_table_becomes_its_model() -> None:
    rule = validated(_Rule, GOOD, ("r",))
    assert isinstance(rule, _Rule)
    assert [tier.loss for tier in rule.tiers] == [Decimal(100), Decimal("2.5")]
    assert rule.blocked == ("ES",)


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        ({"unlisted": -1}, Fault(("r", "unlisted"), '"block" or a whole number at least 0', "-1")),
        ({"blocked": "ES"}, Fault(("r", "blocked"), "a list", 'text "ES"')),
        ({"blocked": [5]}, Fault(("r", "blocked", 0), "text", "5")),
        ({"tiers": {}}, Fault(("r", "tiers"), "a list", "a table")),
        ({"tiers": [5]}, Fault(("r", "tiers", 0), "a table", "5")),
        (
            {"tiers": [{"loss": 100, "cooldown_s": 1}, {"loss": 0, "cooldown_s": 1}]},
            Fault(("r", "tiers", 1, "loss"), "a number above 0", "0"),
        ),
        ({"tiers": [{"loss": 1}]}, absent(("r", "tiers", 0, "cooldown_s"), "key")),
        (
            {"tiers": [{"loss": 1, "cooldown_s": 1, "los": 1}]},
            Fault(("r", "tiers", 0, "los"), "a known key, perhaps loss", "an unknown key"),
        ),
    ],
)
def test_a_fault_is_named_with_its_path(edit: dict[str, Any], fault: Fault) -> None:
    assert validated(_Rule, GOOD | edit, ("r",)) == (fault,)


def test_every_fault_is_told() -> None:
    result = validated(_Rule, {"blocked": 5, "unlisted": 1.5, "x": 1}, ("r",))
    assert isinstance(result, tuple)
    assert {fault.path for fault in result} == {
        ("r", "tiers"),
        ("r", "blocked"),
        ("r", "unlisted"),
        ("r", "x"),
    }


@pytest.mark.parametrize("value", [5, "x", [], None])
def test_what_is_no_table_is_refused(value: object) -> None:
    result = validated(_Rule, value, ("r",))
    assert isinstance(result, tuple)
    assert [(fault.path, fault.expected) for fault in result] == [(("r",), "a table")]


def test_an_unknown_table_is_told_from_an_unknown_key() -> None:
    assert unknown(("a", "x"), {}, ("k",)).found == "an unknown table"
    assert unknown(("a", "x"), 1, ("k",)).found == "an unknown key"


def test_an_absent_table_is_named_as_it_would_stand_in_the_file() -> None:
    assert absent(("rules", "x"), "table") == Fault(
        ("rules", "x"), "the table [rules.x]", "no such table", is_missing=True
    )
