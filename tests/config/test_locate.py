"""Every key's line, in every spelling that TOML has."""

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from curb.config.locate import Path, dotted, locate

from .drawn import SHIPPED


def _paths(value: Any, path: Path = ()) -> list[Path]:
    below: list[Path] = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            below += _paths(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            below += _paths(each, (*path, place))
    return below


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("a = 1\nb = 2\n", ("b",), 2),
        ("\n\n# a = 0\na = 1\n", ("a",), 4),
        ("[a]\nb = 1\n[c]\nb = 2\n", ("c", "b"), 4),
        ("[a.b]\nc = 1\n[a]\nd = 1\n", ("a",), 3),
        ("[a.b]\nc = 1\n", ("a",), 1),
        ("[ a . b ]\nc = 1\n", ("a", "b", "c"), 2),
        ("a.b.c = 1\na.b.d = 2\n", ("a", "b", "d"), 2),
        ("a.b.c = 1\na.b.d = 2\n", ("a", "b"), 1),
        ("a . b = 1\n", ("a", "b"), 1),
        ('"a.b" = 1\n"c d" = 2\n', ("c d",), 2),
        ("'a\\n' = 1\n'\"' = 2\n", ('"',), 2),
        ('"\\u0041" = 1\n', ("A",), 1),
        ('[x."y z"]\nq = 1\n', ("x", "y z", "q"), 2),
        ("a = { b = 1, c = { d = 2 } }\ne = 1\n", ("a", "c", "d"), 1),
        ("a = { b = 1, c = { d = 2 } }\ne = 1\n", ("e",), 2),
        ("a = [\n  1,\n  2, # two ]\n  3\n]\nb = 1\n", ("a", 2), 4),
        ("a = [\n  1,\n  2, # two ]\n  3\n]\nb = 1\n", ("b",), 6),
        ("a = [[1, 2],\n [3,\n 4]]\n", ("a", 1, 1), 3),
        ("a = [\n{ b = 1 },\n{ b = 2 },\n]\n", ("a", 1, "b"), 3),
        ('a = """\nb = 1\n"""\nc = 1\n', ("c",), 4),
        ('a = """\n\\"""\nb = 1 """"\nc = 1\n', ("c",), 4),
        ("a = '''\nb = 1\n[x]\n'''\nc = 1\n", ("c",), 5),
        ('a = "]#\\"" # [x]\nc = 1\n', ("c",), 2),
        ("a = ']' \nc = 1\n", ("c",), 2),
        ("[[t]]\na = 1\n[[t]]\na = 2\n", ("t", 1, "a"), 4),
        ("[[t]]\na = 1\n[[t]]\na = 2\n", ("t", 1), 3),
        ("[[t]]\na = 1\n[[t]]\na = 2\n", ("t",), 1),
        ("[[t]]\n[t.u]\na = 1\n[[t]]\n[t.u]\na = 2\n", ("t", 1, "u", "a"), 6),
        ("[[t]]\n[[t.u]]\n[[t.u]]\n[[t]]\n[[t.u]]\na = 1\n", ("t", 1, "u", 0, "a"), 6),
        ("a = 1979-05-27 07:32:00\nb = 1\n", ("b",), 2),
        ("a = 1\r\nb = 2\r\n", ("b",), 2),
        ("a = []\nb = {}\nc = 1\n", ("c",), 3),
    ],
)
def test_a_key_is_found_on_its_line(text: str, path: Path, line: int) -> None:
    assert path in _paths(tomllib.loads(text)), "the table names a key that TOML does not see"
    assert locate(text).of(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("a", "absent"), 2),
        (("a", "b", "absent"), 3),
        (("absent",), 4),
        ((), 4),
    ],
)
def test_an_absent_key_has_the_line_of_the_table_around_it(path: Path, line: int) -> None:
    assert locate("\n[a]\nb = 1\n# end\n").of(path) == line


def test_every_key_of_the_shipped_file_stands_on_a_line_that_names_it() -> None:
    lines, text = locate(SHIPPED), SHIPPED.splitlines()
    paths = _paths(tomllib.loads(SHIPPED))
    assert len(paths) > 40
    for path in paths:
        name = [step for step in path if isinstance(step, str)][-1]
        line = text[lines.of(path) - 1]
        is_element = isinstance(path[-1], int) and line.startswith(" ")  # of a list over lines
        assert name in line or is_element or path == ("rules",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = 'x\nc = 1\n", 2),
        ('a = 1\n\nb = """x\nc = 1\n', 3),
        ("a = 1\nb = [\n1,\n2\n", 2),
        ("a = 1\nb = [\n[1,\n2\n", 3),
        ("a = 1\nb = {c = 1\n", 2),
        ("a = 1\nb = 'x'\nc = [1]\n", None),
    ],
)
def test_what_never_ends_is_found_where_it_begins(text: str, line: int | None) -> None:
    assert locate(text).unclosed == line


@pytest.mark.parametrize(
    "text",
    [
        "",
        "=",
        "[",
        "[[",
        "a",
        "a =",
        "a = [",
        "a = [1 2",
        "a = [}",
        "a = [1, ]]",
        "a = {",
        "a = {b",
        'a = "',
        "[a\nb = 1",
        "a = " + "[" * 5000,
        "a" + ".a" * 5000 + " = 1",
        '"\\q" = 1',
    ],
)
def test_text_that_is_no_toml_is_survived(text: str) -> None:
    assert locate(text).last == text.count("\n") + 1


def test_the_lines_after_one_that_is_no_toml_are_found() -> None:
    lines = locate("a = 1\n= what\nb = [1 2\n]\nc = 3\n")
    assert lines.of(("a",)) == 1
    assert lines.of(("c",)) == 5


def test_the_key_on_a_line_is_found_when_it_stands_twice() -> None:
    lines = locate("[t]\na = 1\na = 2\n\n")
    assert lines.at(3) == ("t", "a")
    assert lines.of(("t", "a")) == 2
    assert lines.at(4) == ()


@given(st.text(st.sampled_from("ab.=[]{}\"'\\#,\n\r\t 1"), max_size=60))
def test_the_locator_knows_every_key_that_tomllib_sees(text: str) -> None:
    lines = locate(text)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for path in _paths(data):
        assert path in lines.keys


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("rules", "max_contracts", "limit"), "rules.max_contracts.limit"),
        (("a", 0, "b"), "a[0].b"),
        (("a b", "c"), '"a b".c'),
        (("a\x1b]52;", "c"), '"a·]52;".c'),
        ((), ""),
    ],
)
def test_a_path_reads_as_the_trader_would_write_it(path: Path, words: str) -> None:
    assert dotted(path) == words


_KEYS = st.text(max_size=3)
_VALUES = st.recursive(
    st.integers() | st.booleans() | st.text(max_size=4) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4), st.booleans())
def test_the_locator_knows_every_key_of_any_written_file(
    data: dict[str, Any], is_multiline: bool
) -> None:
    lines = locate(tomli_w.dumps(data, multiline_strings=is_multiline))
    for path in _paths(data):
        assert path in lines.keys
