"""Where the gateway is, and that nothing leaves this machine unencrypted."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from curb.domain.addresses import is_loopback
from curb.domain.errors import ConfigError
from curb.domain.text import safe_text
from curb.wire import names

_SECURE = {"https": True, "wss": True, "http": False, "ws": False}
_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The three addresses of a gateway, without a slash at the end."""

    api_url: str
    user_hub: str
    market_hub: str

    @property
    def gateway(self) -> str:
        """Host and port of `api_url`, the same however it is spelled.

        Another spelling must not make another account of one.
        """
        parts = urlsplit(self.api_url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port or _PORTS[parts.scheme]
        return f"{'localhost' if is_loopback(host) else host}:{port}"


TOPSTEPX = Endpoints(
    "https://api.topstepx.com",
    "https://rtc.topstepx.com" + names.USER_HUB,
    "https://rtc.topstepx.com" + names.MARKET_HUB,
)


def endpoints(name: str, api_url: str = "", user_hub: str = "", market_hub: str = "") -> Endpoints:
    """Return the addresses of `topstepx`, or the given ones for any other name.

    A hub left empty stands under `api_url`. Raises ConfigError for an address that is none,
    or that is not encrypted and not on this machine.
    """
    if name == "topstepx":
        return TOPSTEPX
    api = _checked("api_url", api_url)
    return Endpoints(
        api,
        _checked("user_hub", user_hub or api + names.USER_HUB),
        _checked("market_hub", market_hub or api + names.MARKET_HUB),
    )


def _checked(key: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        is_whole = bool(host) and host.isascii() and url.isprintable() if host else False
    except ValueError:
        raise _refused(key, "an address like https://host", url) from None
    secure = _SECURE.get(parts.scheme)
    if secure is None or not is_whole or host is None:
        raise _refused(key, "an address like https://host", url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise _refused(key, "an address without user, query or fragment", "one with them")
    if not secure and not is_loopback(host):
        raise _refused(key, "https (plain http is for this machine only)", url)
    return url.rstrip("/")


def _refused(key: str, expected: str, url: str) -> ConfigError:
    return ConfigError("config.toml", None, f"gateway.{key}", expected, repr(safe_text(url)))
