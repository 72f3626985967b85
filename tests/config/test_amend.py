"""Single values in a text that is otherwise left as it is."""

import pytest

from curb.config.amend import amended

TEXT = """\
# what it is about
[a]
limit = 5      # contracts
name = "x # y" # a name
is_on = true
[a.b]
limit = 7
list = [1, 2]
long = [
    1,
]
"""


@pytest.mark.parametrize(
    ("key", "value", "before", "after"),
    [
        (("a", "limit"), 30, "limit = 5      # contracts", "limit = 30     # contracts"),
        (("a", "limit"), 12345678, "limit = 5      # contracts", "limit = 12345678 # contracts"),
        (("a", "name"), "z", 'name = "x # y" # a name', 'name = "z"     # a name'),
        (("a", "name"), 'q"', 'name = "x # y" # a name', 'name = "q\\""   # a name'),
        (("a", "is_on"), False, "is_on = true", "is_on = false"),
        (("a", "b", "limit"), 8, "limit = 7", "limit = 8"),
    ],
)
def test_one_value_is_another_and_all_else_is_as_it_was(
    key: tuple[str, ...], value: str | bool | int, before: str, after: str
) -> None:
    assert amended(TEXT, {key: value}) == TEXT.replace(before, after)


@pytest.mark.parametrize("key", [("a", "none"), ("limit",), ("a", "b", "list"), ("a", "b", "long")])
def test_a_key_that_is_not_there_on_one_line_is_an_error(key: tuple[str, ...]) -> None:
    with pytest.raises(LookupError, match=key[-1]):
        amended(TEXT, {key: 1})
