"""The keys of the screen: each command one, none twice, what flattens on none of habit."""

import pytest

from curb.config.keys import Keys
from curb.config.parse import parse
from curb.domain.errors import ConfigError
from curb.domain.keys import FIXED, KEYS

from .drawn import SHIPPED, replaced

FILE = "config.toml"
_DELIBERATE = "a capital letter, a function key, or ctrl and a letter"
_NAMED = 'a key such as "F", "f5" or "ctrl+f"'


def _mapped(command: str, key: str) -> dict[str, str]:
    known = next(each for each in KEYS if each.id == command)
    return dict(
        parse(
            replaced(SHIPPED, f'\n{command} = "{known.key}"', f'\n{command} = "{key}"'), FILE
        ).keys
    )


def test_the_shipped_file_says_what_holds_without_it() -> None:
    assert parse(SHIPPED, FILE).keys == {known.id: known.key for known in KEYS}
    assert list(Keys.model_fields) == [known.id for known in KEYS]


@pytest.mark.parametrize(
    ("command", "key"),
    [
        ("flatten", "D"),
        ("flatten", "Ä"),
        ("flatten", "f5"),
        ("flatten", "ctrl+f"),
        ("flatten_all", "ctrl+x"),
        ("reload", "ctrl+r"),
        ("reload", "ö"),
        ("reload", "%"),
        ("zoom", "+"),
        ("ack", "delete"),
        ("quit", "Q"),
        ("pane_1", "!"),
        ("zoom", "d"),
    ],
)
def test_a_command_may_have_another_key(command: str, key: str) -> None:
    keys = _mapped(command, key)
    assert keys[command] == key
    assert len(set(keys.values())) == len(KEYS)


@pytest.mark.parametrize(
    ("command", "key", "expected", "found"),
    [
        ("reload", "", _NAMED, 'text ""'),
        ("reload", " ", _NAMED, 'text " "'),
        ("reload", "rr", _NAMED, 'text "rr"'),
        ("reload", "ctrl+", _NAMED, 'text "ctrl+"'),
        ("reload", "ctrl+R", _NAMED, 'text "ctrl+R"'),
        ("reload", "ctrl+m", _NAMED, 'text "ctrl+m"'),
        ("reload", "ctrl+b", _NAMED, 'text "ctrl+b"'),
        ("reload", "f13", _NAMED, 'text "f13"'),
        ("reload", "Enter", _NAMED, 'text "Enter"'),
        ("reload", "ctrl+x", "a key of its own", '"ctrl+x", which is always flatten_all'),
        ("reload", "enter", "a key of its own", '"enter", which is always detail'),
        ("flatten", "ctrl+c", "a key of its own", '"ctrl+c", which is always quit'),
        ("flatten", "escape", "a key of its own", '"escape", which is always back'),
        ("reload", "F", "a key of its own", '"F", which is flatten already'),
        ("flatten_all", "F", "a key of its own", '"F", which is flatten already'),
        ("zoom", "q", "a key of its own", '"q", which is quit already'),
        ("reload", "y", "a key that answers no question", 'text "y"'),
        ("flatten_all", "Y", "a key that answers no question", 'text "Y"'),
        ("flatten_all", "A", "a key that answers no question", 'text "A"'),
        ("quit", "s", "a key that answers no question", 'text "s"'),
        ("flatten", "f", _DELIBERATE, 'text "f"'),
        ("flatten", "5", _DELIBERATE, 'text "5"'),
        ("flatten", "!", _DELIBERATE, 'text "!"'),
        ("flatten", "delete", _DELIBERATE, 'text "delete"'),
        ("flatten_all", "space", _DELIBERATE, 'text "space"'),
        ("flatten_all", "backspace", _DELIBERATE, 'text "backspace"'),
        ("flatten_all", "ctrl+d", _DELIBERATE, 'text "ctrl+d"'),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_refused_with_its_line(
    command: str, key: str, expected: str, found: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        _mapped(command, key)
    error = caught.value
    assert (error.key, error.expected, error.found) == (f"keys.{command}", expected, found)
    line = next(
        n for n, text in enumerate(SHIPPED.splitlines(), 1) if text.startswith(f"{command} = ")
    )
    assert error.line == line


def test_every_command_is_there_and_no_other() -> None:
    for known in KEYS:
        gone = replaced(SHIPPED, f'\n{known.id} = "{known.key}"', "\n#")
        with pytest.raises(ConfigError, match=f"the key {known.id}"):
            parse(gone, FILE)
    with pytest.raises(ConfigError, match=r"keys\.xyzzy: expected one of .*, found an unknown key"):
        parse(SHIPPED + 'xyzzy = "U"\n', FILE)


def test_no_key_is_fixed_for_two_commands() -> None:
    assert len(FIXED) == sum(len(known.fixed) for known in KEYS)
