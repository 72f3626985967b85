import pytest

from curb.domain.errors import CredentialsError
from curb.gateway.credentials import from_environment


def test_both_are_read_and_the_key_is_hidden() -> None:
    found = from_environment({"CURB_USERNAME": " trader ", "CURB_API_KEY": " CANARY_KEY "})
    assert found.username == "trader"
    assert found.api_key.get_secret_value() == "CANARY_KEY"
    assert "CANARY_KEY" not in repr(found)


@pytest.mark.parametrize(
    ("env", "missing"),
    [
        ({}, "no CURB_USERNAME and no CURB_API_KEY"),
        ({"CURB_USERNAME": "trader"}, "no CURB_API_KEY"),
        ({"CURB_USERNAME": "  ", "CURB_API_KEY": "CANARY_KEY"}, "no CURB_USERNAME"),
    ],
)
def test_what_is_missing_is_named(env: dict[str, str], missing: str) -> None:
    with pytest.raises(CredentialsError) as refusal:
        from_environment(env)
    assert missing in str(refusal.value)
    assert "CANARY_KEY" not in str(refusal.value)
