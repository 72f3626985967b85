"""What is changed in a source file, and what is not."""

import ast

import pytest

from tests.mutants.operators import changed, changes


def results(text: str) -> list[str]:
    return [changed(text, number) for number in range(len(changes(ast.parse(text))))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < b", ["a <= b"]),
        ("a < b <= c", ["a <= b <= c", "a < b < c"]),
        ("a is not b", ["a is b"]),
        ("a + b", ["a - b"]),
        ("a and b", ["a or b"]),
        ("not a", ["not not a"]),
        ("-a", ["+a"]),
        ("b if a else c", ["b if not a else c"]),
        ("[a for a in b if a]", ["[a for a in b if not a]"]),
        ("x = min(a)", ["x = max(a)"]),
        ("x = 7", ["x = 8"]),
        ("x = True", ["x = False"]),
        ("x = 'word'", []),
        ("lambda: 'word'", ["lambda: 'wordX'"]),
        ("a.go()", ["pass"]),
        ("a.b = c", ["pass"]),
        ("a += b", ["pass"]),
        ("x: Literal[1] = y", []),
        ("'words'", []),
        ("lambda: f'{a:.2f} words'", []),
        ("if a:\n    b()", ["if not a:\n    b()", "if a:\n    pass"]),
        ("def f(a: int=1) -> Literal[2]:\n    return a", 2),
    ],
)
def test_what_is_changed(text: str, expected: list[str] | int) -> None:
    if isinstance(expected, int):
        assert len(results(text)) == expected
    else:
        assert sorted(results(text)) == sorted(expected)


def test_every_change_says_where_it_is() -> None:
    (change,) = changes(ast.parse("x = y\nz = a < b\n"))
    assert (change.line, change.words) == (2, "a < b -> LtE")
