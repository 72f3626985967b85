import asyncio
from datetime import timedelta

import pytest

from curb.domain.errors import AuthLost, CredentialsError, CurbError, LinkLost
from curb.domain.events import LinkChanged
from curb.gateway import session as sessions
from curb.gateway.session import Session
from curb.wire import names
from tests.gateway.rest_server import DROP, no, ok, raw
from tests.gateway.rig import START, Rig, rig, token


async def ask(made: Rig, *, is_repeatable: bool = True) -> int:
    reply = await made.session.authorized(
        lambda secret: made.api.query("/a", {}, secret), is_repeatable=is_repeatable
    )
    return reply.status


def _age(session: Session) -> None:
    """Let the last login lie long ago."""
    session._logged_in_at -= 2 * sessions._FRESH_S


def test_a_login_sends_the_key_and_keeps_the_token() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            assert made.rest.asked[0].body == {"userName": "trader", "apiKey": "CANARY_KEY"}
            assert made.session.secret.get_secret_value() == token(0)
            assert made.counters.logins == 1

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (no(3), CredentialsError, "the gateway refused the login: InvalidCredentials (3)"),
        (
            no(7, "sign\x1b[2J first"),
            CredentialsError,
            "the gateway refused the login: AgreementsNotSigned (7): sign·[2J first",
        ),
        (no(9), CredentialsError, "ApiSubscriptionNotFound (9)"),
        (no(10), CredentialsError, "ApiKeyAuthenticationDisabled (10)"),
        (raw(400, b"{}"), CredentialsError, "HTTP 400"),
        (no(8), AuthLost, "UnknownError (8)"),
        (no(55), AuthLost, "code 55"),
        (raw(503), AuthLost, "HTTP 503"),
        (raw(401), AuthLost, "HTTP 401"),
        (raw(200, b"<html>"), AuthLost, "expected JSON"),
        (ok({"token": None}), AuthLost, "expected a token"),
        (ok({"token": "a\r\nb"}), AuthLost, "expected a token"),
        (DROP, CurbError, "without an answer"),
    ],
)
def test_a_login_that_fails_says_why_and_never_the_key(
    answer: bytes | str, error: type[CurbError], words: str
) -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on(names.LOGIN_KEY, answer)
            with pytest.raises(error) as raised:
                await made.session.login()
            assert words in str(raised.value)
            assert "CANARY" not in str(raised.value)

    asyncio.run(scene())


def test_a_401_is_met_with_one_login_for_all_who_wait() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            _age(made.session)
            made.rest.on("/a", raw(401), raw(401), raw(401), ok({}))
            assert await asyncio.gather(*(ask(made) for _ in range(3))) == [200, 200, 200]
            assert made.counters.logins == 2
            assert len(made.renewed) == 1
            assert made.session.secret.get_secret_value() == token(1)

    asyncio.run(scene())


def test_what_may_not_be_repeated_is_not_but_the_next_one_has_a_new_token() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            _age(made.session)
            made.rest.on("/a", raw(401), ok({}))
            with pytest.raises(AuthLost):
                await ask(made, is_repeatable=False)
            assert made.rest.paths().count("/a") == 1
            assert await ask(made, is_repeatable=False) == 200

    asyncio.run(scene())


def test_a_token_refused_right_after_its_login_does_not_start_a_storm_of_logins() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            made.rest.on("/a", raw(401))
            for _ in range(20):
                with pytest.raises(AuthLost):
                    await ask(made)
            assert made.counters.logins <= 3

    asyncio.run(scene())


def test_a_token_revoked_right_after_its_login_is_replaced_at_once() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            made.rest.on("/a", raw(401), ok({}))
            assert await ask(made) == 200
            assert made.counters.logins == 2

    asyncio.run(scene())


def test_a_key_that_is_refused_later_is_not_tried_again_at_once() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on("/a", raw(401))
            await made.session.login()
            _age(made.session)
            made.rest.on(names.LOGIN_KEY, no(3))
            errors = []
            for _ in range(20):
                with pytest.raises(CurbError) as raised:
                    await ask(made)
                errors.append(raised.value)
            assert isinstance(errors[0], CredentialsError)
            assert isinstance(errors[-1], AuthLost)
            assert made.counters.logins <= 3
            assert [e.is_up for e in made.events if isinstance(e, LinkChanged)] == [False]

    asyncio.run(scene())


def test_at_half_of_its_life_the_token_is_renewed_by_validate() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            made.rest.on(names.VALIDATE, ok({"newToken": token(5)}))
            made.now = START + timedelta(hours=11, minutes=59)
            await made.session.refresh_if_due()
            assert made.rest.paths() == [names.LOGIN_KEY]
            made.now = START + timedelta(hours=12)
            await made.session.refresh_if_due()
            assert made.session.secret.get_secret_value() == token(5)
            assert made.rest.paths() == [names.LOGIN_KEY, names.VALIDATE]
            assert len(made.renewed) == 1

    asyncio.run(scene())


@pytest.mark.parametrize("answer", [no(3), raw(401), raw(500), ok({"newToken": None})])
def test_where_validate_fails_the_key_logs_in(answer: bytes) -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            made.rest.on(names.VALIDATE, answer)
            made.now = START + timedelta(hours=13)
            await made.session.refresh_if_due()
            assert made.session.secret.get_secret_value() == token(1)
            assert len(made.renewed) == 1

    asyncio.run(scene())


def test_without_a_login_there_is_no_token_and_who_asks_logs_in() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.refresh_if_due()
            assert made.rest.asked == []
            with pytest.raises(AuthLost):
                made.session.secret.get_secret_value()
            assert set(await asyncio.gather(ask(made), ask(made))) == {200}
            assert made.session.secret.get_secret_value() == token(0)
            assert len(made.renewed) == 1

    asyncio.run(scene())


def test_a_first_login_that_failed_waits_its_turn() -> None:
    async def scene() -> None:
        async with rig() as made:
            made.rest.on(names.LOGIN_KEY, DROP)
            for _ in range(2):
                with pytest.raises(CurbError):
                    await ask(made)
            with pytest.raises(AuthLost, match="due shortly"):
                await ask(made)

    asyncio.run(scene())


def test_a_refresh_out_of_reach_keeps_the_token_that_still_works() -> None:
    async def scene() -> None:
        async with rig() as made:
            await made.session.login()
            made.now = START + timedelta(hours=13)
            made.rest.on(names.VALIDATE, raw(503)).on(names.LOGIN_KEY, raw(503))
            with pytest.raises((AuthLost, LinkLost)):
                await made.session.refresh_if_due()
            assert made.session.secret.get_secret_value() == token(0)
            assert made.renewed == []
            asked = len(made.rest.paths())
            await made.session.refresh_if_due()  # nor is it tried again at once
            assert len(made.rest.paths()) == asked

    asyncio.run(scene())
