"""TOML values in the types that the models want."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from curb.config.values import alternatives, fitted, fitted_table, is_sized


class _Tier(BaseModel):
    loss: Decimal
    cooldown_s: int


class _Tiers(BaseModel):
    tiers: tuple[_Tier, ...]
    by_symbol: dict[str, Decimal]


@pytest.mark.parametrize(
    ("annotation", "value", "result"),
    [
        (Decimal, 5, Decimal(5)),
        (Decimal, Decimal("5.5"), Decimal("5.5")),
        (Annotated[Decimal, Field(gt=0)], 5, Decimal(5)),
        (Decimal | Literal["x"], 5, Decimal(5)),
        (Decimal, True, True),
        (Decimal, "5", "5"),
        (int, 5, 5),
        (int, Decimal("5.0"), Decimal("5.0")),
        (tuple[str, ...], ["a"], ("a",)),
        (tuple[Decimal, ...], [1, 2], (Decimal(1), Decimal(2))),
        (tuple[str, ...], "a", "a"),
        (dict[str, Decimal], {"ES": 1}, {"ES": Decimal(1)}),
        (dict[str, int], [1], [1]),
        (int, 10**9, None),
        (Decimal, Decimal("1E+9"), None),
        (Decimal, Decimal("0.0000001"), None),
        (dict[str, int], {"ES": 10**9}, {"ES": None}),
    ],
)
def test_a_value_becomes_what_the_key_wants(annotation: Any, value: Any, result: Any) -> None:
    out = fitted(annotation, value)
    assert out == result
    assert type(out) is type(result)


def test_a_list_of_tables_is_fitted_in_depth() -> None:
    raw = {"tiers": [{"loss": 100, "cooldown_s": 300}], "by_symbol": {"ES": 1}, "other": [1]}
    assert fitted_table(_Tiers, raw) == {
        "tiers": ({"loss": Decimal(100), "cooldown_s": 300},),
        "by_symbol": {"ES": Decimal(1)},
        "other": [1],
    }


@pytest.mark.parametrize(
    ("value", "is_taken"),
    [
        (10**9 - 1, True),
        (10**9, False),
        (-(10**9), False),
        (True, True),
        (Decimal("999999999.999999"), True),
        (Decimal(10**9), False),
        (Decimal("0.000001"), True),
        (Decimal("0.0000001"), False),
        (Decimal("1." + "0" * 40), True),
        (Decimal("1." + "0" * 40 + "1"), False),
        (Decimal("1E-99999"), False),
        (Decimal("1E+99999"), False),
        (Decimal("NaN"), True),  # the model refuses it, in its own words
        (Decimal("Infinity"), True),
        ("x" * 100, True),
    ],
)
def test_a_number_that_nobody_means_is_out_of_size(value: object, is_taken: bool) -> None:
    assert is_sized(value) is is_taken


@pytest.mark.parametrize(
    ("annotation", "kinds"),
    [
        (int, (int,)),
        (int | str, (int, str)),
        (Annotated[int, Field(gt=0)] | Literal["x"], (int, Literal["x"])),
    ],
)
def test_a_union_is_taken_apart(annotation: Any, kinds: tuple[Any, ...]) -> None:
    assert alternatives(annotation) == kinds
