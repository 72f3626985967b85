"""The gateway's token: a JWT that is read, never verified; the gateway does that."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from curb.wire import exact

# What is assumed of a token that does not say when it ends.
ASSUMED_LIFE = timedelta(hours=1)

# What may stand in a header and an address without escaping; 8 KiB is a server's usual bound.
_WHOLE = re.compile(r"^[A-Za-z0-9._~+/=-]{1,8192}$")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, and the moment from which on a new one should be asked for."""

    secret: SecretStr
    renew_at: datetime


def read_token(text: object, now: datetime) -> Token | None:
    """Return the token in a login's answer, None where there is none that can be sent."""
    if not isinstance(text, str) or not _WHOLE.match(text):
        return None
    ends_at = expiry(text) or now + ASSUMED_LIFE
    return Token(SecretStr(text), now + max(ends_at - now, timedelta()) / 2)


def expiry(jwt: str) -> datetime | None:
    """Return the `exp` claim of a token in UTC, None where it cannot be read."""
    parts = jwt.split(".")
    if len(parts) != 3:  # noqa: PLR2004 - header, claims, signature
        return None
    try:
        claims = exact.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        ends_at = claims["exp"]
        return datetime.fromtimestamp(int(ends_at), UTC)
    except (binascii.Error, ValueError, TypeError, KeyError, OverflowError, OSError):
        return None
