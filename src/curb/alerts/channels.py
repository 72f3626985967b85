"""The services that can be told, and how each wants it. Addresses are secrets, too."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from curb.alerts.message import Message
from curb.domain.addresses import is_loopback
from curb.domain.errors import CredentialsError
from curb.domain.severity import Severity

NTFY_URL = "CURB_NTFY_URL"
NTFY_TOKEN = "CURB_NTFY_TOKEN"  # noqa: S105 - the name of a variable
DISCORD_URL = "CURB_DISCORD_URL"
TELEGRAM_TOKEN = "CURB_TELEGRAM_TOKEN"  # noqa: S105 - the name of a variable
TELEGRAM_CHAT = "CURB_TELEGRAM_CHAT"
TELEGRAM_URL = "CURB_TELEGRAM_URL"  # another server of the same protocol
WEBHOOK_URL = "CURB_WEBHOOK_URL"
WEBHOOK_SECRET = "CURB_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
NAMES = (
    *(NTFY_URL, NTFY_TOKEN, DISCORD_URL, TELEGRAM_TOKEN, TELEGRAM_CHAT, TELEGRAM_URL),
    *(WEBHOOK_URL, WEBHOOK_SECRET),
)
"""Every variable that a service is told by."""

_TELEGRAM = "https://api.telegram.org"
_JSON = {"Content-Type": "application/json"}
_PRIORITIES = {Severity.ENFORCED: "5", Severity.WARNED: "4"}


@dataclass(frozen=True, slots=True)
class Post:
    """One request: a POST of `content`."""

    url: SecretStr
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Channel:
    """A service, its address, and what else it wants to know."""

    name: str  # "ntfy", "discord", "telegram", "webhook"
    url: SecretStr
    secret: SecretStr | None = None
    chat: str = ""

    def post(self, message: Message) -> Post:
        """Return the request that tells a message."""
        match self.name:
            case "ntfy":
                return self._ntfy(message)
            case "discord":
                content = f"**{_plain(message.title)}**\n{_plain(message.text)}"
                # Nobody is called by name, whatever a text holds.
                body = {"content": content, "allowed_mentions": {"parse": []}}
                return Post(self.url, _JSON, json.dumps(body).encode())
            case "telegram":
                body = {"chat_id": self.chat, "text": f"{message.title}\n{message.text}"}
                return Post(self.url, _JSON, json.dumps(body).encode())
            case _:
                return self._webhook(message)

    def _ntfy(self, message: Message) -> Post:
        headers = {
            # A header holds no other letters; ntfy reads this form.
            "Title": message.title.encode("ascii", "replace").decode(),
            "Priority": _PRIORITIES.get(message.severity, "3"),
            "Tags": "no_entry" if message.severity is Severity.ENFORCED else "warning",
        }
        if self.secret is not None:
            headers["Authorization"] = f"Bearer {self.secret.get_secret_value()}"
        return Post(self.url, headers, message.text.encode())

    def _webhook(self, message: Message) -> Post:
        body = {"title": message.title, "text": message.text, "severity": message.severity.value}
        content = json.dumps(body).encode()
        headers = dict(_JSON)
        if self.secret is not None:
            key = self.secret.get_secret_value().encode()
            headers["X-Curb-Signature"] = f"sha256={hmac.digest(key, content, 'sha256').hex()}"
        return Post(self.url, headers, content)


def channels(env: Mapping[str, str]) -> tuple[Channel, ...]:
    """Return the services that the variables name.

    Raises CredentialsError for an address that is none, or neither encrypted nor on this
    machine, and for half of what a service wants; no error repeats a value.
    """
    known = {name: env.get(name, "").strip() for name in NAMES}
    found = []
    if known[NTFY_URL]:
        found.append(Channel("ntfy", _url(NTFY_URL, known), _secret(known[NTFY_TOKEN])))
    if known[DISCORD_URL]:
        found.append(Channel("discord", _url(DISCORD_URL, known)))
    if bool(known[TELEGRAM_TOKEN]) != bool(known[TELEGRAM_CHAT]):
        raise CredentialsError(f"expected {TELEGRAM_TOKEN} and {TELEGRAM_CHAT}, found one of them")
    if known[TELEGRAM_TOKEN]:
        base = known[TELEGRAM_URL] or _TELEGRAM
        token = quote(known[TELEGRAM_TOKEN], safe=":")
        url = _url(TELEGRAM_URL, {TELEGRAM_URL: f"{base}/bot{token}/sendMessage"})
        found.append(Channel("telegram", url, chat=known[TELEGRAM_CHAT]))
    if known[WEBHOOK_URL]:
        found.append(Channel("webhook", _url(WEBHOOK_URL, known), _secret(known[WEBHOOK_SECRET])))
    return tuple(found)


def _url(name: str, env: Mapping[str, str]) -> SecretStr:
    url = env[name]
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme = host = ""
    if scheme not in ("https", "http") or not host or not url.isprintable():
        raise CredentialsError(f"{name}: expected an address like https://host/path, found another")
    if scheme == "http" and not is_loopback(host):
        raise CredentialsError(f"{name}: expected https (plain http is for this machine only)")
    return SecretStr(url)


def _secret(text: str) -> SecretStr | None:
    return SecretStr(text) if text else None


def _plain(text: str) -> str:
    return "".join(f"\\{c}" if c in r"\*_~`|>#[]()@" else c for c in text)
