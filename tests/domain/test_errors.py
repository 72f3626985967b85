"""What an error says, and what it keeps for who catches it."""

import pytest

from curb.domain.errors import ConfigError, Refused


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        (7, "day.timezone", "config.toml:7: day.timezone: expected a zone, found none"),
        (7, "", "config.toml:7: expected a zone, found none"),
        (None, "day.timezone", "config.toml: day.timezone: expected a zone, found none"),
        (None, "", "config.toml: expected a zone, found none"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_known_of_the_place(
    line: int | None, key: str, words: str
) -> None:
    error = ConfigError("config.toml", line, key, "a zone", "none")
    assert str(error) == words
    assert (error.file, error.line, error.key) == ("config.toml", line, key)


@pytest.mark.parametrize("code", [5, None])
def test_a_refusal_keeps_the_gateway_s_code(code: int | None) -> None:
    error = Refused("the market is closed", code)
    assert (str(error), error.code) == ("the market is closed", code)
