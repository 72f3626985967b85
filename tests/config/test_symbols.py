"""Symbols as keys and in lists."""

import pytest
from pydantic import BaseModel

from curb.config.symbols import wrong_symbols


class _Rule(BaseModel):
    limit: int
    limits: dict[str, int]


@pytest.mark.parametrize(
    ("symbols", "wrong"),
    [
        ([], []),
        (["ES", "6E", "MES", "es2", "M2K"], []),
        ([""], [""]),
        ([" ES"], [" ES"]),
        (["ES "], ["ES "]),
        (["E-S"], ["E-S"]),
        (["CON.F.US.EP.Z26"], ["CON.F.US.EP.Z26"]),
        (["ES\n"], ["ES\n"]),
        (["ES", "es"], ["es"]),
        (["ES", "NQ", "Es", "nq"], ["Es", "nq"]),
    ],
)
def test_a_key_that_no_symbol_can_be_is_found(symbols: list[str], wrong: list[str]) -> None:
    rule = _Rule(limit=1, limits=dict.fromkeys(symbols, 1))
    assert [path for path, _, _ in wrong_symbols(rule)] == [("limits", name) for name in wrong]


class _List(BaseModel):
    blocked: tuple[str, ...]
    days: tuple[str, ...] = ("not a symbol",)


@pytest.mark.parametrize(
    ("symbols", "wrong"),
    [((), []), (("ES", "rty"), []), (("ES", "E S"), [1]), (("ES", "NQ", "es"), [2])],
)
def test_a_word_that_no_symbol_can_be_is_found_in_a_list(
    symbols: tuple[str, ...], wrong: list[int]
) -> None:
    found = [path for path, _, _ in wrong_symbols(_List(blocked=symbols))]
    assert found == [("blocked", place) for place in wrong]
