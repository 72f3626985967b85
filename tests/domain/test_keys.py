"""Which keys a terminal can tell of, and which of them nobody presses by habit."""

import pytest

from curb.domain.keys import is_deliberate, is_key


@pytest.mark.parametrize(
    ("key", "is_known", "is_meant"),
    [
        ("F", True, True),
        ("Ä", True, True),
        ("f", True, False),
        ("ö", True, False),
        ("7", True, False),
        ("%", True, False),
        ("f5", True, True),
        ("f12", True, True),
        ("enter", True, False),
        ("tab", True, False),
        ("ctrl+x", True, True),
        ("ctrl+d", True, False),
        ("ctrl+k", True, False),
        ("ctrl+m", False, False),
        ("f13", False, False),
        (" ", False, False),
        ("\t", False, False),
        ("", False, False),
    ],
)
def test_what_a_key_is_good_for(key: str, is_known: bool, is_meant: bool) -> None:
    assert (is_key(key), is_deliberate(key)) == (is_known, is_meant)
