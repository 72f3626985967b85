"""Session tokens: JSON web tokens signed with the process's own secret."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta

LIFETIME = timedelta(hours=24)

# Who logs out more often than this within a day ends the oldest of his log-outs.
_ENDED_KEPT = 10_000


class Tokens:
    """Issues and checks tokens; those of an earlier process are not valid any more."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._ended: dict[str, None] = {}  # signatures of tokens that were logged out

    def end(self, token: str) -> None:
        """Let one token be invalid from now on."""
        self._ended[token.rpartition(".")[2]] = None
        if len(self._ended) > _ENDED_KEPT:
            del self._ended[next(iter(self._ended))]

    def forget(self) -> None:
        """Let every token that was issued be invalid from now on."""
        self._secret = secrets.token_bytes(32)

    def issue(self, username: str, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """Return a token: three base64url parts, an integer `exp`."""
        claims = {
            "sub": username,
            "jti": secrets.token_hex(8),
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = _part(json.dumps(claims).encode())
        return f"{head}.{body}.{self._signature(f'{head}.{body}')}"

    def is_valid(self, token: str, now: datetime) -> bool:
        """Tell whether this process issued the token and it has not expired."""
        signed, _, signature = token.rpartition(".")
        expected = self._signature(signed)
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
            return False
        if signature in self._ended:
            return False
        try:
            text = signed.partition(".")[2]
            claims = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (ValueError, binascii.Error):
            return False
        return bool(now.timestamp() < claims["exp"])

    def _signature(self, signed: str) -> str:
        digest = hmac.new(self._secret, signed.encode("utf-8", "replace"), hashlib.sha256).digest()
        return _part(digest)


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
