"""What tomllib says, in the trader's words."""

import tomllib

import pytest

from curb.config.syntax import explained


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("a = 1\na = 2\n", 2, "a key that stands twice"),
        ("a = {b = 1, b = 2}\n", 1, "a key that stands twice"),
        ("[a]\n[a]\n", 2, "a table that stands twice"),
        ("a = {}\n[a.b]\n", 2, "a table that stands twice"),
        ("[a.b]\n[a]\nb.c = 1\n", 3, "a table that stands twice"),
        ('a = "x\n', 1, "text without its closing quote"),
        ("a = 'x\n", 9, "text without its closing quote"),
        ('a = "x', 9, "text without its closing quote"),
        ("a = '''x", 9, "text without its closing quote"),
        ("a = '", 9, "text without its closing quote"),
        ("a = [1,\n2", 9, "a list without its closing bracket"),
        ("a = [1 2]\n", 1, "a list without its closing bracket"),
        ("a = {b = 1", 9, "a table without its closing brace"),
        ("a\n", 1, "a key without its equals sign"),
        ("[a\n", 1, "a table name without its closing bracket"),
        ("[[a]\n", 1, "a table name without its closing bracket"),
        ("a = 1 b = 2\n", 1, "something more after the end of the value"),
        ("a = x\n", 1, "a value that is no number, text, list, true or false"),
        ("a =\n", 1, "a value that is no number, text, list, true or false"),
        ("= 1\n", 1, "a line that is neither a key nor a table"),
        ("a. = 1\n", 1, "a key that is none"),
        ('a = "\\q"\n', 1, "a backslash in text, which must stand double"),
        ("a = 2026-02-30\n", 1, "Invalid date or datetime"),
    ],
)
def test_each_fault_of_syntax_is_said_plainly(text: str, line: int, found: str) -> None:
    with pytest.raises(tomllib.TOMLDecodeError) as caught:
        tomllib.loads(text)
    assert explained(str(caught.value), 9) == (line, found)


def test_words_that_are_not_known_are_passed_on_harmless() -> None:
    assert explained("what\x1b is it (at line 3, column 1)", 9) == (3, "what· is it")
    assert explained("what is it", 9) == (9, "what is it")
