import pytest

from curb.domain.errors import ConfigError
from curb.gateway.endpoints import TOPSTEPX, endpoints


def test_topstepx_is_known_by_name() -> None:
    assert endpoints("topstepx", api_url="http://evil.example") is TOPSTEPX
    assert TOPSTEPX.api_url == "https://api.topstepx.com"
    assert TOPSTEPX.user_hub == "https://rtc.topstepx.com/hubs/user"
    assert TOPSTEPX.market_hub == "https://rtc.topstepx.com/hubs/market"


def test_hubs_stand_under_the_api_unless_told_otherwise() -> None:
    found = endpoints("custom", "http://127.0.0.1:8080/", market_hub="wss://rtc.example/m")
    assert found.api_url == "http://127.0.0.1:8080"
    assert found.user_hub == "http://127.0.0.1:8080/hubs/user"
    assert found.market_hub == "wss://rtc.example/m"


@pytest.mark.parametrize(
    "url",
    [
        "https://gateway.example",
        "https://gateway.example:8443/base",
        "http://localhost:5000",
        "http://127.0.0.1:5000",
        "http://127.9.8.7:5000",
        "http://[::1]:5000",
        "ws://localhost:5000",
        "wss://gateway.example",
    ],
)
def test_these_addresses_are_accepted(url: str) -> None:
    assert endpoints("custom", url).api_url == url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://gateway.example", "https"),
        ("ws://gateway.example", "https"),
        ("http://127.0.0.1.evil.example", "https"),
        ("http://localhost.evil.example", "https"),
        ("http://0.0.0.0:80", "https"),
        ("http://10.0.0.1", "https"),
        ("http://[::2]", "https"),
        ("", "an address"),
        ("gateway.example", "an address"),
        ("ftp://gateway.example", "an address"),
        ("https://", "an address"),
        ("https://host:notaport", "an address"),
        ("https://ho\x1bst", "an address"),
        ("https://user:secret@gateway.example", "without user"),
        ("https://gateway.example/?token=x", "without user"),
        ("https://gateway.example/#part", "without user"),
    ],
)
def test_these_addresses_are_refused_in_one_line(url: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        endpoints("custom", url)
    words = str(refusal.value)
    assert expected in words
    assert refusal.value.key == "gateway.api_url"
    assert words.isprintable()


def test_a_plain_hub_off_this_machine_is_refused_by_its_own_key() -> None:
    with pytest.raises(ConfigError) as refusal:
        endpoints("custom", "http://127.0.0.1:1", user_hub="http://gateway.example/hubs/user")
    assert refusal.value.key == "gateway.user_hub"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://gateway.example", "HTTPS://Gateway.EXAMPLE", True),
        ("https://gateway.example", "https://gateway.example:443/", True),
        ("https://gateway.example", "https://gateway.example.", True),
        ("https://gateway.example", "https://gateway.example/base", True),
        ("http://127.0.0.1:5000", "http://localhost:5000", True),
        ("http://127.0.0.1:5000", "http://[::1]:5000", True),
        ("https://gateway.example", "https://gateway.example:8443", False),
        ("https://gateway.example", "https://other.example", False),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5001", False),
    ],
)
def test_another_spelling_is_the_same_gateway(one: str, other: str, *, is_same: bool) -> None:
    found = endpoints("custom", one).gateway, endpoints("custom", other).gateway
    assert (found[0] == found[1]) is is_same
