"""The login: one token for REST and both hubs, renewed long before it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic

from pydantic import SecretStr

from curb.domain.errors import AuthLost, CredentialsError, CurbError, OutcomeUnknown, Refused
from curb.gateway import verdict
from curb.gateway.api import Api
from curb.gateway.backoff import Backoff
from curb.gateway.connection import Reply
from curb.gateway.counters import Counters
from curb.gateway.credentials import Credentials
from curb.gateway.token import Token, read_token
from curb.wire import names
from curb.wire.codes import LoginCode, ValidateCode

_UNAUTHORIZED = 401

# A token refused this soon after its login may only be refused again.
_FRESH_S = 5.0

# The token that is to be replaced is good for as long again: there is no hurry.
_REFRESH_AGAIN_S = 30.0


class Session:
    """Holds the token. `on_renewed` is called when there is a new one."""

    def __init__(
        self,
        api: Api,
        credentials: Credentials,
        *,
        counters: Counters,
        now: Callable[[], datetime],
        on_renewed: Callable[[], None],
    ) -> None:
        self._api = api
        self._credentials = credentials
        self._counters = counters
        self._now = now
        self._on_renewed = on_renewed
        self._token: Token | None = None
        self._lock = asyncio.Lock()
        self._backoff = Backoff()
        self._logged_in_at = float("-inf")
        self._not_before = float("-inf")
        self._refresh_from = float("-inf")

    @property
    def secret(self) -> SecretStr:
        """The token. Raises AuthLost before the first login."""
        if self._token is None:
            raise AuthLost("not logged in")
        return self._token.secret

    @property
    def held(self) -> SecretStr | None:
        """The token, None before the first login."""
        return self._token.secret if self._token else None

    async def token(self) -> SecretStr:
        """Return the token; where there is none yet, log in first. Raises as `renew` does."""
        if self._token is None:
            await self.renew(None)
        return self.secret

    async def login(self) -> None:
        """Get a token for the key.

        Raises CredentialsError when the gateway refuses the key, AuthLost when it answers
        nonsense, LinkLost when it is out of reach.
        """
        key = self._credentials
        request = {"userName": key.username, "apiKey": key.api_key.get_secret_value()}
        self._counters.logins += 1
        reply = await self._api.query(names.LOGIN_KEY, request)
        try:
            body = verdict.payload(reply, LoginCode, unsettled=(LoginCode.UNKNOWN_ERROR,))
        except Refused as e:
            raise CredentialsError(f"the gateway refused the login: {e}") from None
        except (OutcomeUnknown, AuthLost) as e:
            raise AuthLost(f"the login failed: {e}") from None
        token = read_token(body.get("token"), self._now())
        if token is None:
            raise AuthLost("the login failed: expected a token, found none that can be used")
        self._token = token
        self._logged_in_at = monotonic()

    async def renew(self, stale: SecretStr | None) -> None:
        """Log in because the gateway refused `stale`, or there is no token; callers share it.

        Raises as `login` does. After a failure, or when the new token is refused as well,
        the next login waits its turn: AuthLost.
        """
        async with self._lock:
            if self._token is not None and self._token.secret is not stale:
                return
            now, before = monotonic(), self._logged_in_at
            if now < self._not_before:
                raise AuthLost("the gateway refused our token; the next login is due shortly")
            try:
                await self.login()
            except CurbError as e:
                self._api.lose(str(e))
                self._not_before = now + self._backoff.next()
                raise
            if now - before >= _FRESH_S:
                self._backoff.reset()
            # A revoked token is replaced at once; one after another, ever more slowly.
            self._not_before = now + self._backoff.next()
            self._on_renewed()

    async def refresh_if_due(self) -> None:
        """Replace the token once half of its life is over. Raises as `login` does."""
        token = self._token
        if token is None or self._now() < token.renew_at or monotonic() < self._refresh_from:
            return
        async with self._lock:
            if self._token is not token:
                return
            try:
                if not await self._validate(token):
                    await self.login()
            except CurbError:
                self._refresh_from = monotonic() + _REFRESH_AGAIN_S
                raise
            self._on_renewed()

    async def authorized(
        self, send: Callable[[SecretStr], Awaitable[Reply]], *, is_repeatable: bool = True
    ) -> Reply:
        """Send with the token; after a 401, log in and, if it may be, send once more.

        A 401 is refused before it has an effect. Raises as `send` and `login` do, and
        AuthLost for a 401 that may not be repeated or came again.
        """
        stale = await self.token()
        reply = await send(stale)
        if reply.status != _UNAUTHORIZED:
            return reply
        await self.renew(stale)
        if is_repeatable:
            reply = await send(self.secret)
        if reply.status == _UNAUTHORIZED:
            raise AuthLost("the gateway refused our token (HTTP 401)")
        return reply

    async def _validate(self, token: Token) -> bool:
        reply = await self._api.query(names.VALIDATE, {}, token.secret)
        try:
            body = verdict.payload(reply, ValidateCode)
        except (Refused, AuthLost, OutcomeUnknown):
            return False
        fresh = read_token(body.get("newToken"), self._now())
        if fresh is not None:
            self._token = fresh
        return fresh is not None
