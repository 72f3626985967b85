"""Who may come in: credentials, tokens in header or query, and the request limit."""

import time
from datetime import datetime, timedelta

from pydantic import SecretStr
from starlette.requests import HTTPConnection

from curb.paper.bodies import LoginApp
from curb.paper.clock import VenueClock
from curb.paper.faults.faults import Faults
from curb.paper.limit import Limits
from curb.paper.tokens import LIFETIME, Tokens
from curb.wire.codes import LoginCode


class Doors:
    """Checks keys and tokens of the process's one user."""

    def __init__(
        self,
        username: str,
        api_key: SecretStr,
        clock: VenueClock,
        limits: Limits,
        faults: Faults,
    ) -> None:
        self._username = username
        self._api_key = api_key
        self._clock = clock
        self._limits = limits
        self._faults = faults
        self._tokens = Tokens()

    def log_in(self, username: str, api_key: str, now: datetime) -> str | None:
        """Return a new token, None for a wrong user name or key; names ignore case."""
        is_user = username.casefold() == self._username.casefold()
        if is_user and api_key == self._api_key.get_secret_value():
            return self._issued(now)
        return None

    def log_in_app(self, body: LoginApp, now: datetime) -> tuple[LoginCode, str | None]:
        """Return a new token, else why there is none; the key is the password, any app is known."""
        if body.user_name.casefold() != self._username.casefold():
            return LoginCode.USER_NOT_FOUND, None
        if body.password.get_secret_value() != self._api_key.get_secret_value():
            return LoginCode.PASSWORD_VERIFICATION_FAILED, None
        if not body.app_id:
            return LoginCode.APP_NOT_FOUND, None
        if not body.verify_key.get_secret_value():
            return LoginCode.APP_VERIFICATION_FAILED, None
        if not body.device_id:
            return LoginCode.INVALID_DEVICE, None
        return LoginCode.SUCCESS, self._issued(now)

    def log_out(self, connection: HTTPConnection) -> None:
        """End the token of a request; sockets that were opened with it stay open."""
        self._tokens.end(token_of(connection))

    def renew(self, now: datetime) -> str | None:
        """Return a fresh token for somebody who is already in, None where a fault refuses it."""
        if self._faults.chance("auth.validate_fail"):
            return None
        if self._faults.chance("auth.rotate"):
            self._tokens.forget()
        return self._issued(now)

    def admits(self, connection: HTTPConnection) -> bool:
        """Tell whether the request or socket carries a valid token."""
        path = str(connection.scope.get("path", ""))
        if self._faults.chance("auth.revoke", path):
            self._tokens.forget()
        if self._faults.chance("auth.burst", path):
            return False
        return self._tokens.is_valid(token_of(connection), self._clock.now())

    def _issued(self, now: datetime) -> str:
        short = self._faults.chance("auth.ttl")
        lifetime = timedelta(seconds=short.number("seconds")) if short else LIFETIME
        return self._tokens.issue(self._username, now, lifetime)

    def wait_s(self, connection: HTTPConnection) -> int | None:
        """Count a request; return the seconds to wait where it is one too many.

        Requests without a token, log-ins, share one count.
        """
        path = str(connection.scope.get("path", ""))
        return self._limits.of(path).take(token_of(connection), time.monotonic())


def token_of(connection: HTTPConnection) -> str:
    """Return the token of the header or the query, empty where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return connection.query_params.get("access_token", "")
